// Amazon SQS. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/
//
// Messages are durable in the store; a LiveQueue beside it knows which can be received, and who waits for one. Both
// wires, AWS JSON 1.0 and Query, come from the shapes of api.h.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "api/service.h"
#include "base/clock.h"
#include "base/loop.h"
#include "services/sqs/api.h"
#include "services/sqs/queue_view.h"
#include "services/sqs/receipt.h"
#include "services/sqs/store.h"

namespace thaw::sqs {

class Sqs final : public api::Service {
 public:
  Sqs(kv::Store& store, Clock& clock);
  ~Sqs() override;

  api::ServiceInfo info() const override;
  std::vector<api::Operation> operations() override;
  void start() override;
  Task<void> stop() override;

  // Requests that wait for messages answer at once from now on: the server is about to stop.
  void stop_waiting();
  // The host of queue URLs in answers to callers in process ("localhost:4566"); requests over HTTP name their own.
  void listens_at(std::string host) { host_ = std::move(host); }

 private:
  template <class T = api::Nothing>
  using Answer = Task<Result<T>>;
  using Request = api::Request;

  // ops_queues.cc
  Answer<QueueUrlOutput> create_queue(Request& request, const CreateQueueInput& in);
  Answer<> delete_queue(Request& request, const QueueInput& in);
  Answer<QueueUrlOutput> get_queue_url(Request& request, const GetQueueUrlInput& in);
  Answer<ListQueuesOutput> list_queues(Request& request, const ListQueuesInput& in);
  Answer<GetQueueAttributesOutput> get_attributes(Request& request, const GetQueueAttributesInput& in);
  Answer<> set_attributes(Request& request, const SetQueueAttributesInput& in);
  Answer<> purge_queue(Request& request, const QueueInput& in);
  Answer<ListDeadLetterSourceQueuesOutput> list_sources(Request& request, const ListDeadLetterSourceQueuesInput& in);
  // ops_permissions.cc
  Answer<> add_permission(Request& request, const AddPermissionInput& in);
  Answer<> remove_permission(Request& request, const RemovePermissionInput& in);
  Answer<> tag_queue(Request& request, const TagQueueInput& in);
  Answer<> untag_queue(Request& request, const UntagQueueInput& in);
  Answer<ListQueueTagsOutput> list_tags(Request& request, const QueueInput& in);
  // ops_send.cc
  Answer<SendMessageOutput> send_message(Request& request, const SendMessageInput& in);
  Answer<SendMessageBatchOutput> send_batch(Request& request, const SendMessageBatchInput& in);
  // ops_receive.cc
  Answer<ReceiveMessageOutput> receive_message(Request& request, const ReceiveMessageInput& in);
  // ops_delete.cc
  Answer<> delete_message(Request& request, const DeleteMessageInput& in);
  Answer<DeleteMessageBatchOutput> delete_batch(Request& request, const DeleteMessageBatchInput& in);
  Answer<> change_visibility(Request& request, const ChangeMessageVisibilityInput& in);
  Answer<ChangeMessageVisibilityBatchOutput> change_batch(Request& request,
                                                          const ChangeMessageVisibilityBatchInput& in);
  // ops_move.cc
  Answer<StartMessageMoveTaskOutput> start_move(Request& request, const StartMessageMoveTaskInput& in);
  Answer<CancelMessageMoveTaskOutput> cancel_move(Request& request, const CancelMessageMoveTaskInput& in);
  Answer<ListMessageMoveTasksOutput> list_moves(Request& request, const ListMessageMoveTasksInput& in);

  // ---- queues ----

  // The queue that a request names by its URL, or by the path it was posted to. Errors: "MissingParameter",
  // "InvalidAddress", "QueueDoesNotExist".
  Task<Result<QueueRef>> queue_of(Request& request, kv::Transaction& tx, std::string url);
  // The same in a transaction of its own.
  Task<Result<QueueRef>> read_queue(Request& request, std::string url);
  Task<Result<Json>> policy_of(Request& request, QueueName name);
  std::string url_of(const Request& request, const QueueRecord& queue) const;
  // Whether a redrive policy may stand: its target exists, is of the same kind, and lets this queue.
  Task<Result<void>> check_redrive(kv::Transaction& tx, const QueueRecord& queue);

  // ---- the live part ----

  struct ReceivePlan {
    QueueRef queue;
    size_t count = 1;
    int64_t visibility_ms = 0;
    std::vector<std::string> system_names;
    std::vector<std::string> attribute_names;
    std::string attempt;
    int64_t wait_s = 0;
  };
  struct Changed {
    std::string queue;
    int64_t sequence = 0;
    MessageState state;
  };
  // A receive that waits.
  struct Wait {
    ReceivePlan plan;
    Completion<Unit> wake;
    bool over = false;            // its time has passed, or its client is gone
    bool gone = false;            // its client is
    bool promised = false;        // a send is on its way to the disk whose messages are for it
    std::vector<Message> handed;  // what that send brought

    void end(bool client_gone);
  };
  struct Attempt {  // a receive that names itself (FIFO), so that it can be repeated
    int64_t until_ms = 0;
    std::vector<Receipt> receipts;
  };
  struct LiveQueue {
    LiveQueue(std::string queue_id, bool fifo) : id(std::move(queue_id)), view(fifo) {}
    std::string id;
    QueueView view;
    bool loaded = false;
    bool failed = false;
    bool dropped = false;  // the queue was deleted
    std::vector<Completion<Unit>> load_waiters;
    std::list<std::shared_ptr<Wait>> waiting;  // in the order of arrival
    std::optional<Loop::TimerId> timer;        // while somebody waits and something is hidden
    int64_t timer_due_ms = 0;
    std::map<std::string, Attempt> attempts;
  };
  using LiveRef = std::shared_ptr<LiveQueue>;

  // What a send brings to a receiver that waits: its messages are stored as received already, so that one write on the
  // disk does for both. Kept by the transaction's commit, broken (the receiver waits on) when it is dropped before.
  class Promise {
   public:
    Promise(Sqs& sqs, LiveRef live, std::shared_ptr<Wait> wait);
    ~Promise();
    Promise(const Promise&) = delete;
    bool has_room() const { return messages_.size() < wait_->plan.count; }
    // Makes the state of a new message that of one that was received, and notes it.
    void add(MessageState& state, const MessageRecord& message, int64_t sequence);
    void keep();

   private:
    Sqs& sqs_;
    LiveRef live_;
    std::shared_ptr<Wait> wait_;
    std::vector<Message> messages_;
    std::vector<Changed> changed_;
    bool kept_ = false;
  };
  using PromiseRef = std::shared_ptr<Promise>;
  // A promise to the first who waits for a message of a standard queue; null when nobody does. Kept by `tx`.
  PromiseRef promise(kv::Transaction& tx, const Queue& queue);
  // Makes messages visible again whose receiver has gone away meanwhile.
  Task<void> give_back(std::vector<Changed> messages);

  // The queue in memory; read from the store when this is the first that is asked of it.
  Task<Result<LiveRef>> live(QueueRef queue);
  Task<Result<bool>> load(kv::Transaction& tx, LiveRef live);
  LiveRef find_live(const std::string& queue_id) const;
  void forget_idle();  // drops queues from memory that nobody uses, when there are many
  // After a commit: the message is there (or has changed), or gone.
  void committed(const std::string& queue_id, int64_t sequence, const MessageState& state);
  void removed(const std::string& queue_id, int64_t sequence);
  void dropped(const std::string& queue_id);  // the whole queue
  void wake(LiveQueue& live, size_t count);
  void wake_all(LiveQueue& live);
  void arm(LiveQueue& live);
  // Forgets messages older than the retention period.
  void expire(LiveQueue& live, const Settings& settings);

  // ---- messages ----

  // Grows with every call, over restarts too.
  int64_t next_sequence();
  // `promised`: what this request has promised so far; null at first.
  Task<Result<SendMessageOutput>> store_message(Request& request, QueueRef queue, SendMessageInput in,
                                                PromiseRef& promised);
  // Puts a message into a queue as the transaction commits.
  static void write_message(kv::Transaction& tx, const std::string& queue_id, const MessageRecord& message,
                            const MessageState& state, int64_t sequence);
  static Message shown(const ReceivePlan& plan, const MessageRecord& message, const MessageState& state,
                       int64_t sequence);
  void forget_duplicates(const std::string& queue_id);

  static Result<ReceivePlan> plan_of(const ReceiveMessageInput& in, QueueRef queue);
  // Receives, and waits while there is nothing and the plan allows it.
  Task<Result<std::vector<Message>>> receive_in_time(Request& request, std::string url, std::shared_ptr<Wait> wait);
  // Suspends until something may be there for this receiver, or its time is over.
  Task<void> wait_in(LiveRef live, std::shared_ptr<Wait> wait);
  struct Delivery {
    std::vector<Message> messages;
    std::vector<Receipt> receipts;
    std::vector<Changed> changed;
    std::vector<int64_t> gone;
  };
  Task<Result<std::vector<Message>>> receive_now(LiveRef live, ReceivePlan plan);
  Task<Result<Delivery>> deliver(kv::Transaction& tx, const ReceivePlan& plan, const std::vector<int64_t>& taken);
  // The messages of an attempt that is repeated; nothing when it is a new one.
  Task<Result<Delivery>> deliver_again(kv::Transaction& tx, const ReceivePlan& plan, const Attempt& attempt);
  Task<Result<bool>> deliver_one(kv::Transaction& tx, const ReceivePlan& plan, int64_t sequence, QueueRef dead_letters,
                                 Delivery& out);
  Task<bool> hand_over(kv::Transaction& tx, const ReceivePlan& plan, int64_t sequence, MessageState state,
                       Delivery& out);
  void apply(LiveQueue& live, const Delivery& delivery);

  Task<Result<void>> remove_message(Request& request, QueueRef queue, std::string handle);
  Task<Result<void>> hide_message(Request& request, QueueRef queue, std::string handle, int64_t visibility_s);

  // ---- message move tasks ----

  Task<void> run_task(TaskRecord task);
  Task<Result<bool>> move_some(TaskRecord& task);  // answers whether there is more to do
  Task<Result<Delivery>> move_batch(kv::Transaction& tx, TaskRecord& task, const std::vector<int64_t>& taken);
  void end_task(kv::Transaction& tx, TaskRecord& task, std::string status);
  Task<void> pause(int64_t millis);  // of real time; ends early when stopping

  // Runs a task that stop() waits for.
  void background(std::string_view name, Task<void> task);

  kv::Store& store_;
  Clock& clock_;
  Clock::JumpToken jumps_;
  Queues queues_;
  std::map<std::string, LiveRef> live_;  // by queue id
  std::map<std::string, int64_t> forgot_ms_;
  std::string host_ = "localhost:4566";
  int64_t last_sequence_ = 0;
  bool stopping_ = false;
  size_t running_ = 0;
  std::optional<Completion<Unit>> idle_;
  std::vector<Completion<Unit>> pauses_;
};

// ---- shared by the operations' files ----

// Account and name in a queue URL, whatever its host; nothing when it is not one.
std::optional<QueueName> parse_queue_url(std::string_view url, std::string_view region);
bool is_query(const api::Request& request);
// The checks of every batch: 1 to 10 entries with ids that are valid and distinct.
Result<void> check_batch(const std::vector<std::string>& ids, std::string_view entry_name);
BatchError batch_error(std::string id, const Error& error);

}  // namespace thaw::sqs
