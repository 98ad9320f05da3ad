// Messages that are handed to a waiting receiver in the transaction that sends them.
#include <algorithm>

#include "services/sqs/service.h"

namespace thaw::sqs {
namespace {

constexpr size_t in_flight_max = 120'000;

}  // namespace

Sqs::Promise::Promise(Sqs& sqs, LiveRef live, std::shared_ptr<Wait> wait)
    : sqs_(sqs), live_(std::move(live)), wait_(std::move(wait)) {
  wait_->promised = true;
}

// The transaction was dropped: the receiver is again the first of those who wait.
Sqs::Promise::~Promise() {
  if (kept_) return;
  wait_->promised = false;
  if (wait_->over || live_->dropped || sqs_.stopping_) {
    wait_->wake.set({});
    return;
  }
  live_->waiting.push_front(wait_);
  sqs_.wake(*live_, std::min<size_t>(1, live_->view.ready()));
}

void Sqs::Promise::add(MessageState& state, const MessageRecord& message, int64_t sequence) {
  const ReceivePlan& plan = wait_->plan;
  state.receives = state.receives_here = 1;
  state.first_ms = state.last_ms = state.sent_ms;
  state.due_ms = state.sent_ms + plan.visibility_ms;
  state.in_flight = plan.visibility_ms > 0;
  state.nonce = static_cast<uint64_t>(sqs_.next_sequence());
  messages_.push_back(shown(plan, message, state, sequence));
  changed_.push_back({live_->id, sequence, state});
}

void Sqs::Promise::keep() {
  kept_ = true;
  wait_->promised = false;
  for (const Changed& change : changed_) sqs_.committed(change.queue, change.sequence, change.state);
  if (wait_->gone) {
    sqs_.background("sqs give back", sqs_.give_back(std::move(changed_)));
  } else {
    wait_->handed = std::move(messages_);
  }
  wait_->wake.set({});
}

Sqs::PromiseRef Sqs::promise(kv::Transaction& tx, const Queue& queue) {
  // The order of a FIFO queue is that of its commits, which are not known here yet.
  if (queue.settings.fifo || stopping_) return nullptr;
  LiveRef live = find_live(queue.record.id);
  if (!live || !live->loaded || live->view.in_flight() >= in_flight_max) return nullptr;
  live->view.advance(clock_.now_ms());
  if (live->view.ready() > 0) return nullptr;  // older messages come first
  while (!live->waiting.empty()) {
    std::shared_ptr<Wait> wait = live->waiting.front();
    live->waiting.pop_front();
    if (wait->over) continue;
    auto out = std::make_shared<Promise>(*this, std::move(live), std::move(wait));
    tx.on_commit([out] { out->keep(); });
    return out;
  }
  return nullptr;
}

Task<void> Sqs::give_back(std::vector<Changed> messages) {
  (void)co_await store_.transact<bool>([&](kv::Transaction& tx) -> Task<Result<bool>> {
    for (const Changed& message : messages) {
      std::optional<std::string> bytes = co_await tx.get(keys::state(message.queue, message.sequence));
      auto state = bytes ? MessageState::decode(*bytes) : std::nullopt;
      if (!state || state->nonce != message.state.nonce) continue;
      MessageState visible;
      visible.sent_ms = state->sent_ms;
      visible.group = state->group;
      tx.set(keys::state(message.queue, message.sequence), visible.encode());
      tx.on_commit(
          [this, queue = message.queue, sequence = message.sequence, visible] { committed(queue, sequence, visible); });
    }
    co_return true;
  });
}

}  // namespace thaw::sqs
