#include "services/cloudformation/sam/value.h"

#include <algorithm>

#include "services/cloudformation/sam/errors.h"

namespace thaw::sam {

namespace {

constexpr size_t kIndexFrom = 16;  // members; below, a scan is quicker

// The 64-bit string hash of the hash order, over code points.
uint64_t string_hash(const std::string& text) {
  uint64_t x = 0;
  uint64_t length = 0;
  for (size_t i = 0; i < text.size();) {
    unsigned char c = static_cast<unsigned char>(text[i]);
    size_t n = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    uint64_t point = n == 1 ? c : n == 2 ? c & 0x1F : n == 3 ? c & 0x0F : c & 0x07;
    for (size_t k = 1; k < n && i + k < text.size(); ++k) point = point << 6 | (text[i + k] & 0x3F);
    if (length == 0) x = point << 7;
    x = (1000003 * x) ^ point;
    ++length;
    i += n;
  }
  return length == 0 ? 0 : x ^ length;
}

[[noreturn]] void no_attribute(const Value& value, const char* name) {
  throw Fault{std::string("'") + value.type_name() + "' object has no attribute '" + name + "'"};
}

}  // namespace

size_t Dict::slot_for(std::string_view key, uint64_t hash) const {
  const size_t mask = slots_.size() - 1;
  auto holds = [&](size_t i) {
    if (slots_[i] < 0) return false;
    const Entry& entry = entries[static_cast<size_t>(slots_[i])];
    return entry.hash == hash && entry.key.s == key;
  };
  size_t i = hash & mask;
  if (slots_[i] == kEmpty || holds(i)) return i;
  constexpr size_t none = SIZE_MAX;
  size_t free = slots_[i] == kRemoved ? i : none;
  uint64_t walker = i;
  uint64_t perturb = hash;
  while (true) {
    walker = (walker << 2) + walker + perturb + 1;
    i = walker & mask;
    if (slots_[i] == kEmpty) return free == none ? i : free;
    if (holds(i)) return i;
    if (free == none && slots_[i] == kRemoved) free = i;
    perturb >>= 5;
  }
}

void Dict::place(size_t index) {
  int32_t& slot = slots_[slot_for(entries[index].key.s, entries[index].hash)];
  if (slot == kEmpty) ++filled_;
  slot = static_cast<int32_t>(index);
  ++used_;
  if (filled_ * 3 >= slots_.size() * 2) resize(used_ * (used_ > 50000 ? 2 : 4));
}

void Dict::resize(size_t wanted) {
  std::vector<int32_t> old = std::move(slots_);
  size_t size = 8;
  while (size <= wanted) size <<= 1;
  slots_.assign(size, kEmpty);
  used_ = filled_ = 0;
  for (int32_t index : old)
    if (index >= 0) place(static_cast<size_t>(index));
}

void Dict::expect(size_t more) {
  if (is_hashed() && more > 0 && (filled_ + more) * 3 >= slots_.size() * 2) resize((used_ + more) * 2);
}

Value* Dict::find(std::string_view key) {
  if (entries.size() < kIndexFrom) {
    for (auto& entry : entries)
      if (entry.key.s == key) return &entry.value;
    return nullptr;
  }
  auto at = index_.find(std::string(key));
  return at == index_.end() ? nullptr : &entries[at->second].value;
}

void Dict::append_new(Text key, Value value, uint64_t hash) {
  entries.push_back({std::move(key), std::move(value), hash});
  if (entries.size() == kIndexFrom) {
    index_.clear();
    for (size_t i = 0; i < entries.size(); ++i) index_[entries[i].key.s] = i;
  } else if (entries.size() > kIndexFrom) {
    index_[entries.back().key.s] = entries.size() - 1;
  }
  if (is_hashed()) place(entries.size() - 1);
}

void Dict::set(const Text& key, Value value) {
  if (Value* found = find(key.s)) {
    *found = std::move(value);
    return;
  }
  append_new(key, std::move(value), is_hashed() ? string_hash(key.s) : 0);
}

bool Dict::erase(std::string_view key) {
  for (size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].key.s != key) continue;
    if (is_hashed()) {
      slots_[slot_for(key, entries[i].hash)] = kRemoved;
      --used_;
      for (auto& slot : slots_)
        if (slot > static_cast<int32_t>(i)) --slot;
    }
    entries.erase(entries.begin() + static_cast<ptrdiff_t>(i));
    index_.clear();
    if (entries.size() >= kIndexFrom)
      for (size_t k = 0; k < entries.size(); ++k) index_[entries[k].key.s] = k;
    return true;
  }
  return false;
}

std::vector<size_t> Dict::order() const {
  std::vector<size_t> out;
  out.reserve(entries.size());
  if (is_hashed()) {
    for (int32_t index : slots_)
      if (index >= 0) out.push_back(static_cast<size_t>(index));
  } else {
    for (size_t i = 0; i < entries.size(); ++i) out.push_back(i);
  }
  return out;
}

Value Value::list(std::initializer_list<Value> items) { return list(List(items)); }

Value Value::list(List items) {
  Value out;
  out.v_ = std::make_shared<List>(std::move(items));
  return out;
}

Value Value::dict(std::initializer_list<std::pair<Text, Value>> members) {
  Value out;
  out.v_ = std::make_shared<Dict>();
  for (auto& [key, value] : members) out.set(key, value);
  return out;
}

Value Value::hashed(std::initializer_list<std::pair<Text, Value>> members) {
  auto made = std::make_shared<Dict>();
  made->use_hash_order();
  made->expect(members.size());
  for (auto& [key, value] : members) made->set(key, value);
  Value out;
  out.v_ = std::move(made);
  return out;
}

Value Value::number(std::string text) {
  Value out;
  out.v_ = Number{std::move(text)};
  return out;
}

bool Value::is_int() const { return is_number() && number_text().find_first_of(".eE") == std::string::npos; }

Value::operator bool() const {
  switch (v_.index()) {
    case 0: return false;
    case 1: return as_bool();
    case 2: return number_text().find_first_of("123456789") != std::string::npos;
    default: return size() != 0;
  }
}

const char* Value::type_name() const {
  switch (v_.index()) {
    case 0: return "NoneType";
    case 1: return "bool";
    case 2: return is_int() ? "int" : "float";
    // Legacy strings and maps in hash order have names of their own in the service.
    case 3: return text().legacy ? "Py27UniStr" : "str";
    case 4: return "list";
    default: return is_hashed() ? "Py27Dict" : "dict";
  }
}

const Text& Value::text() const {
  if (auto* found = std::get_if<3>(&v_)) return *found;
  throw Fault{std::string("expected a string, not ") + type_name()};
}

const std::string& Value::number_text() const {
  if (auto* found = std::get_if<2>(&v_)) return found->text;
  throw Fault{std::string("expected a number, not ") + type_name()};
}

bool Value::as_bool() const {
  if (auto* found = std::get_if<1>(&v_)) return *found;
  throw Fault{std::string("expected a boolean, not ") + type_name()};
}

Value Value::get(std::string_view key) const {
  if (!is_dict()) no_attribute(*this, "get");
  Value* found = std::get<5>(v_)->find(key);
  return found ? *found : Value();
}

Value Value::get(std::string_view key, Value otherwise) const {
  if (!is_dict()) no_attribute(*this, "get");
  Value* found = std::get<5>(v_)->find(key);
  return found ? *found : otherwise;
}

bool Value::has(std::string_view key) const { return is_dict() && std::get<5>(v_)->find(key) != nullptr; }

void Value::set(const Text& key, Value value) {
  if (!is_dict()) throw Fault{std::string("'") + type_name() + "' object does not support item assignment"};
  std::get<5>(v_)->set(key, std::move(value));
}

bool Value::erase(std::string_view key) {
  if (!is_dict()) no_attribute(*this, "pop");
  return std::get<5>(v_)->erase(key);
}

Value Value::setdefault(const Text& key, Value value) {
  if (!is_dict()) no_attribute(*this, "setdefault");
  if (Value* found = std::get<5>(v_)->find(key.s)) return *found;
  set(key, value);
  return value;
}

void Value::update(const Value& other) {
  auto members = other.items();
  if (!is_dict()) no_attribute(*this, "update");
  std::get<5>(v_)->expect(members.size());
  for (auto& [key, value] : members) set(key, value);
}

Pairs Value::items() const {
  if (!is_dict()) no_attribute(*this, "items");
  const auto& dict = *std::get<5>(v_);
  Pairs out;
  out.reserve(dict.entries.size());
  for (size_t i : dict.order()) out.emplace_back(dict.entries[i].key, dict.entries[i].value);
  return out;
}

std::vector<Text> Value::keys() const {
  if (!is_dict()) no_attribute(*this, "keys");
  const auto& dict = *std::get<5>(v_);
  std::vector<Text> out;
  out.reserve(dict.entries.size());
  for (size_t i : dict.order()) out.push_back(dict.entries[i].key);
  return out;
}

bool Value::is_hashed() const { return is_dict() && std::get<5>(v_)->is_hashed(); }

List& Value::elements() const {
  if (!is_list()) throw Fault{std::string("'") + type_name() + "' object is not a list"};
  return *std::get<4>(v_);
}

bool Value::contains(const Value& item) const {
  auto& all = elements();
  return std::find(all.begin(), all.end(), item) != all.end();
}

size_t Value::size() const {
  if (is_dict()) return std::get<5>(v_)->entries.size();
  if (is_list()) return std::get<4>(v_)->size();
  return is_string() ? s().size() : 0;
}

Value Value::copy() const {
  if (is_list()) return list(elements());
  if (!is_dict()) return *this;
  const auto& dict = *std::get<5>(v_);
  auto made = std::make_shared<Dict>();
  if (dict.is_hashed()) made->use_hash_order();
  made->expect(dict.entries.size());
  for (size_t i : dict.order()) made->append_new(dict.entries[i].key, dict.entries[i].value, dict.entries[i].hash);
  Value out;
  out.v_ = std::move(made);
  return out;
}

Value Value::deep_copy() const {
  if (is_list()) {
    List out;
    out.reserve(size());
    for (auto& item : elements()) out.push_back(item.deep_copy());
    return list(std::move(out));
  }
  if (!is_dict()) return *this;
  const auto& dict = *std::get<5>(v_);
  auto made = std::make_shared<Dict>();
  if (dict.is_hashed()) made->use_hash_order();
  made->entries.reserve(dict.entries.size());
  for (size_t i : dict.order())
    made->append_new(dict.entries[i].key, dict.entries[i].value.deep_copy(), dict.entries[i].hash);
  Value out;
  out.v_ = std::move(made);
  return out;
}

bool Value::operator==(const Value& other) const {
  if (v_.index() != other.v_.index()) return false;
  switch (v_.index()) {
    case 0: return true;
    case 1: return as_bool() == other.as_bool();
    case 2: return number_text() == other.number_text() || str() == other.str();
    case 3: return s() == other.s();
    case 4: return std::get<4>(v_) == std::get<4>(other.v_) || elements() == other.elements();
    default: break;
  }
  const auto& mine = std::get<5>(v_);
  const auto& theirs = std::get<5>(other.v_);
  if (mine == theirs) return true;
  if (mine->entries.size() != theirs->entries.size()) return false;
  for (auto& entry : mine->entries) {
    Value* found = theirs->find(entry.key.s);
    if (!found || !(entry.value == *found)) return false;
  }
  return true;
}

Value Value::from_json(const Json& json) {
  switch (json.type()) {
    case Json::Type::null: return {};
    case Json::Type::boolean: return json.as_bool();
    case Json::Type::number: return number(json.number_text());
    case Json::Type::string: return json.as_string();
    case Json::Type::array: {
      List out;
      out.reserve(json.size());
      for (auto& item : json.items()) out.push_back(from_json(item));
      return list(std::move(out));
    }
    case Json::Type::object: break;
  }
  Value out = dict();
  for (auto& member : json.members()) out.set(member.key, from_json(member.value));
  return out;
}

Json Value::to_json() const {
  switch (v_.index()) {
    case 0: return nullptr;
    case 1: return as_bool();
    case 2: return Json::number(number_text());
    case 3: return s();
    case 4: {
      Json::Array out;
      out.reserve(size());
      for (auto& item : elements()) out.push_back(item.to_json());
      return out;
    }
    default: break;
  }
  Json::Object out;
  out.reserve(size());
  for (auto& [key, value] : items()) out.push_back({key.s, value.to_json()});
  return out;
}

Value Value::to_hashed() const {
  if (is_string()) return Text(s(), true);
  if (is_list()) {
    List out;
    for (auto& item : elements()) out.push_back(item.to_hashed());
    return list(std::move(out));
  }
  if (!is_dict()) return *this;
  Value out = hashed();
  for (auto& [key, value] : items()) out.set(Text(key.s, true), value.to_hashed());
  return out;
}

}  // namespace thaw::sam
