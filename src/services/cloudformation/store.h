// The records and the keys they have; the only file that spells keys. See README.md for the layout drawn.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/arn.h"
#include "kv/store.h"
#include "kv/subspace.h"
#include "services/cloudformation/records.h"

namespace thaw::cloudformation {

// An account's stacks in a region.
struct Home {
  AccountId account;
  Region region;
};

enum class Stage : uint8_t { original, processed, previous_original, previous_processed };

// Reads and writes within one transaction, which outlives it.
class StackStore {
 public:
  StackStore(kv::Transaction& tx, const Home& home);

  Task<std::optional<StackRecord>> stack(std::string id);
  // By name (of a stack that is not deleted), or by ARN (of any).
  Task<std::optional<StackRecord>> find(std::string name_or_arn);
  Task<std::vector<StackRecord>> stacks();
  void put(const StackRecord& stack);
  void set_name(const std::string& name, const std::string& id);
  void clear_name(const std::string& name);
  void drop(const StackRecord& stack);  // a stack that was never made: all that is known of it

  Task<std::optional<std::string>> text(std::string id, Stage stage);
  void put_text(const std::string& id, Stage stage, const std::string& text);

  Task<std::optional<ResourceRecord>> resource(std::string id, std::string logical_id);
  Task<std::vector<ResourceRecord>> resources(std::string id);
  void put(const std::string& id, const ResourceRecord& resource);
  void clear_resource(const std::string& id, const std::string& logical_id);

  Task<std::vector<GarbageRecord>> garbage(std::string id);
  void put(const std::string& id, const GarbageRecord& garbage);
  void clear(const std::string& id, const GarbageRecord& garbage);

  void add_event(const std::string& id, const EventRecord& event);
  // Newest first, after the key `before` (empty: from the end), at most `limit`. `next` is where to go on, or empty.
  Task<std::vector<EventRecord>> events(std::string id, std::string before, size_t limit, std::string& next);

  Task<std::optional<ChangeSetRecord>> change_set(std::string stack_id, std::string name);
  Task<std::vector<ChangeSetRecord>> change_sets(std::string stack_id);
  void put(const ChangeSetRecord& change_set);
  void clear(const ChangeSetRecord& change_set);
  void clear_change_sets(const std::string& stack_id);

  Task<std::map<std::string, ExportRecord>> exports();
  void put_export(const std::string& name, const ExportRecord& record);
  void clear_export(const std::string& name);
  // Stack names that import an export.
  Task<std::vector<std::string>> importers(std::string export_name);
  // Writes which exports a stack imports, in place of those it did before.
  Task<void> set_imports(const StackRecord& stack, const std::vector<std::string>& export_names);

  // Stacks whose operation is under way, so that a restart takes it up again.
  void mark_running(const std::string& id);
  void clear_running(const std::string& id);

  // A removal that was asked for while another operation was under way; it begins when that one has stopped.
  Task<std::optional<OperationRecord>> removal(std::string id);
  void put_removal(const std::string& id, const OperationRecord& operation);
  void clear_removal(const std::string& id);

  Task<std::optional<AnswerRecord>> answer(std::string token);
  void put_answer(const std::string& token, const AnswerRecord& record);
  void clear_answer(const std::string& token);
  // The keys of an answer, for kv::Store::watch.
  static std::pair<std::string, std::string> answer_range(const Home& home, const std::string& token);

 private:
  kv::Transaction& tx_;
  Home home_;
  kv::Subspace space_;
};

// Every stack of this store whose operation is under way.
Task<std::vector<std::pair<Home, std::string>>> running_stacks(kv::Transaction& tx);

}  // namespace thaw::cloudformation
