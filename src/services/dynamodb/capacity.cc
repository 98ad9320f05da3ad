#include "services/dynamodb/capacity.h"

#include <algorithm>

namespace thaw::dynamodb {
namespace {

double blocks(size_t bytes, size_t block_bytes) {
  return static_cast<double>(std::max<size_t>(1, (bytes + block_bytes - 1) / block_bytes));
}

}  // namespace

double read_units(size_t bytes, bool consistent) { return blocks(bytes, 4096) * (consistent ? 1 : 0.5); }
double write_units(size_t bytes) { return blocks(bytes, 1024); }

void Consumed::write(std::optional<std::string_view> old_item, std::optional<std::string_view> new_item,
                     double factor) {
  size_t old_bytes = old_item ? item_size_bytes(*old_item) : 0;
  size_t new_bytes = new_item ? item_size_bytes(*new_item) : 0;
  table_units_ += factor * write_units(std::max(old_bytes, new_bytes));
  for (const Index& index : table_->indexes) {
    bool was = old_item && is_in_index(index, *old_item);
    bool is = new_item && is_in_index(index, *new_item);
    std::string before = was ? index_entry(*table_, index, *old_item) : "";
    std::string after = is ? index_entry(*table_, index, *new_item) : "";
    if (was == is && equal_items(before, after)) continue;
    double units = 0;
    bool same_key = was && is && equal_items(key_item(index.key, *old_item), key_item(index.key, *new_item));
    if (same_key) {
      units = write_units(std::max(item_size_bytes(before), item_size_bytes(after)));
    } else {
      if (was) units += write_units(item_size_bytes(before));
      if (is) units += write_units(item_size_bytes(after));
    }
    index_units_[index.name] += factor * units;
  }
}

std::optional<wire::ConsumedCapacity> Consumed::answer(const std::optional<std::string>& wanted, Show show) const {
  if (!wanted || *wanted == "NONE") return std::nullopt;
  auto capacity = [&](double units) {
    wire::Capacity out;
    out.CapacityUnits = units;
    if (show == Show::as_reads) out.ReadCapacityUnits = units;
    if (show == Show::as_writes) out.WriteCapacityUnits = units;
    return out;
  };
  double total = table_units_;
  for (const auto& [name, units] : index_units_) total += units;
  wire::ConsumedCapacity out;
  out.TableName = table_->name();
  wire::Capacity all = capacity(total);
  out.CapacityUnits = all.CapacityUnits;
  out.ReadCapacityUnits = all.ReadCapacityUnits;
  out.WriteCapacityUnits = all.WriteCapacityUnits;
  if (*wanted != "INDEXES") return out;
  out.Table = capacity(table_units_);
  for (const auto& [name, units] : index_units_) {
    const Index* index = table_->find_index(name);
    auto& map = index && index->global ? out.GlobalSecondaryIndexes : out.LocalSecondaryIndexes;
    if (!map) map.emplace();
    (*map)[name] = capacity(units);
  }
  return out;
}

}  // namespace thaw::dynamodb
