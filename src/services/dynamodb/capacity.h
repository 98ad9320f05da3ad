// Capacity units, as AWS counts them, and the ConsumedCapacity that requests may ask for. Pure.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "services/dynamodb/api.h"
#include "services/dynamodb/table.h"

namespace thaw::dynamodb {

// Half a unit per 4 KiB, one when consistent, two in a transaction; of nothing as of up to 4 KiB.
double read_units(size_t bytes, bool consistent);
// One unit per KiB.
double write_units(size_t bytes);

// What one request consumed of one table.
class Consumed {
 public:
  explicit Consumed(const Table& table) : table_(&table) {}

  void read_table(double units) { table_units_ += units; }
  void read_index(const Index& index, double units) { index_units_[index.name] += units; }
  // A write that turned the old item into the new one: the larger counts, and what each index had to do.
  // `factor` is 2 in transactions.
  void write(std::optional<std::string_view> old_item, std::optional<std::string_view> new_item, double factor = 1);

  // What to answer; nothing unless `wanted` is TOTAL or INDEXES.
  enum class Show : uint8_t { plain, as_reads, as_writes };  // transactions also tell units as reads or writes
  std::optional<wire::ConsumedCapacity> answer(const std::optional<std::string>& wanted, Show show = Show::plain) const;

 private:
  const Table* table_;
  double table_units_ = 0;
  std::map<std::string, double> index_units_;
};

}  // namespace thaw::dynamodb
