// QueueView: the messages of one queue as memory knows them: which can be received, in what order, and when hidden ones
// can be again. Pure: no I/O and no clock of its own.
//
// The store has the last word. The view is fed by what was committed, says whom to try next, and is corrected when the
// store turns out to know better. FIFO queues hand out each group in order, and nothing more of a group while a message
// of it is held: in flight, or on its way to being so. Standard queues hand out the oldest first, of the groups (fair
// queues) of which the fewest are held; a message without a group stands for itself.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "services/sqs/store.h"

namespace thaw::sqs {

class QueueView {
 public:
  explicit QueueView(bool fifo) : fifo_(fifo) {}

  // A message as it was committed: new, or changed. Ends its being taken.
  void put(int64_t sequence, const MessageState& state, int64_t now_ms);
  // A message as read when the queue is loaded: does not replace what put() said, nor what remove() took.
  void load(int64_t sequence, const MessageState& state, int64_t now_ms);
  void loaded();  // the last load() was made
  void remove(int64_t sequence);
  void clear();

  // Makes visible what is due.
  void advance(int64_t now_ms);
  // Messages sent before `before_ms`, but for those that are taken. They stay until remove().
  std::vector<int64_t> sent_before(int64_t before_ms, size_t count) const;

  // Up to `count` visible messages, which are taken from now on: until put(), remove() or untake().
  std::vector<int64_t> take(size_t count);
  void untake(int64_t sequence);

  // How many could be taken now; of FIFO queues, how many groups have one.
  size_t ready() const { return fifo_ ? heads_.size() : ready_.size() + shared_ready_; }
  // When the next hidden message becomes visible.
  std::optional<int64_t> next_due_ms() const;
  const MessageState* find(int64_t sequence) const;

  size_t visible() const { return messages_.size() - in_flight_ - delayed_; }
  size_t in_flight() const { return in_flight_; }
  size_t delayed() const { return delayed_; }
  size_t size() const { return messages_.size(); }

 private:
  enum class Place : uint8_t { visible, taken, in_flight, delayed };
  struct Entry {
    MessageState state;
    Place place = Place::visible;
  };
  struct Group {
    std::set<int64_t> messages;
    size_t held = 0;                // taken or in flight
    std::optional<int64_t> head{};  // its entry in heads_
  };
  struct Share {  // a group of a standard queue
    std::set<int64_t> ready;
    size_t held = 0;
  };
  using Entries = std::map<int64_t, Entry>;

  void insert(int64_t sequence, const MessageState& state, int64_t now_ms);
  void erase(Entries::iterator at);
  void enter(Entries::iterator at, Place place);  // into the indexes
  void leave(Entries::iterator at);               // out of them
  void change_share(Entries::iterator at, bool enters);
  Entries::iterator next_standard();
  void settle(const std::string& group);  // whether the group has a head to hand out

  bool fifo_;
  bool loading_ = true;
  bool purged_ = false;  // cleared while loading: what is still read is older
  Entries messages_;
  std::set<int64_t> ready_;                                   // standard: visible
  std::map<std::string, Share> shares_;                       // standard: by group
  std::set<std::tuple<size_t, int64_t, std::string>> turns_;  // standard: held, first visible, group
  size_t shared_ready_ = 0;
  std::set<int64_t> heads_;                       // FIFO: the first message of every group that is free
  std::map<std::string, Group> groups_;           // FIFO
  std::set<std::pair<int64_t, int64_t>> hidden_;  // due, sequence: in flight and delayed
  std::set<std::pair<int64_t, int64_t>> early_;   // sent, sequence: older than one that stands before them
  std::set<int64_t> gone_;                        // removed while loading
  int64_t last_sent_ms_ = 0;
  size_t in_flight_ = 0;
  size_t delayed_ = 0;
};

}  // namespace thaw::sqs
