#include "common/json/json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace tarn::json {
namespace {

using nlohmann::json;

// Builds a document while counting depth, and remembers where parsing stopped.
class DepthLimitedBuilder : public nlohmann::detail::json_sax_dom_parser<json> {
  using Base = nlohmann::detail::json_sax_dom_parser<json>;

 public:
  DepthLimitedBuilder(json& root, size_t max_depth) : Base(root, false), max_depth_(max_depth) {}

  bool start_object(size_t size) { return Enter() && Base::start_object(size); }
  bool end_object() { return --depth_, Base::end_object(); }
  bool start_array(size_t size) { return Enter() && Base::start_array(size); }
  bool end_array() { return --depth_, Base::end_array(); }

  template <class Exception>
  bool parse_error(size_t position, const std::string&, const Exception&) {
    // The parser counts the bytes it has read: the last of them is the one at fault.
    offset_ = position == 0 ? 0 : position - 1;
    failed_ = true;
    return false;
  }

  bool too_deep() const { return too_deep_; }
  bool failed() const { return failed_; }
  size_t offset() const { return offset_; }

 private:
  bool Enter() {
    too_deep_ = ++depth_ > max_depth_;
    return !too_deep_;
  }

  size_t max_depth_, depth_ = 0, offset_ = 0;
  bool too_deep_ = false, failed_ = false;
};

Error Malformed(size_t offset) {
  const std::string where = "byte " + std::to_string(offset);
  return Error(Code::kInvalidArgument, "malformed JSON at " + where).At(where);
}

const char* TypeName(const json& value) { return value.is_number_integer() ? "integer" : value.type_name(); }

}  // namespace

Result<json> Parse(std::string_view text, const Limits& limits) {
  json root;
  DepthLimitedBuilder builder(root, limits.max_depth);
  if (json::sax_parse(text.begin(), text.end(), &builder)) {
    // The parser takes a NUL for the end of the text, whatever follows it.
    const size_t nul = text.find('\0');
    if (nul == std::string_view::npos) return root;
    return Malformed(nul);
  }
  if (builder.too_deep()) {
    return Error(Code::kInvalidArgument,
                 "the JSON is nested deeper than " + std::to_string(limits.max_depth) + " levels");
  }
  return Malformed(std::min(builder.offset(), text.size()));
}

std::string Dump(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

ObjectReader::ObjectReader(const json& value, std::string pointer)
    : value_(value), pointer_(std::move(pointer)) {
  if (!value.is_object()) {
    error_ = Error(Code::kInvalidArgument, std::string("expected an object, got ") + TypeName(value))
                 .At(pointer_.empty() ? "/" : pointer_);
  }
}

std::string ObjectReader::PointerTo(std::string_view name) const {
  std::string pointer = pointer_ + '/';
  for (const char c : name) {
    if (c == '~')
      pointer += "~0";
    else if (c == '/')
      pointer += "~1";
    else
      pointer += c;
  }
  return pointer;
}

void ObjectReader::Fail(std::string_view name, std::string message) {
  if (!error_) error_ = Error(Code::kInvalidArgument, std::move(message)).At(PointerTo(name));
}

const json* ObjectReader::Take(std::string_view name) {
  taken_.emplace_back(name);
  if (!value_.is_object()) return nullptr;
  const auto found = value_.find(std::string(name));
  return found == value_.end() || found->is_null() ? nullptr : &*found;
}

std::optional<std::string> ObjectReader::OptionalString(std::string_view name) {
  const json* member = Take(name);
  if (!member) return std::nullopt;
  if (member->is_string()) return member->get<std::string>();
  Fail(name, "expected a string, got " + std::string(TypeName(*member)));
  return std::nullopt;
}

std::optional<int64_t> ObjectReader::OptionalInteger(std::string_view name) {
  const json* member = Take(name);
  if (!member) return std::nullopt;
  const bool fits =
      member->is_number_integer() &&
      (!member->is_number_unsigned() || member->get<uint64_t>() <= static_cast<uint64_t>(INT64_MAX));
  if (fits) return member->get<int64_t>();
  Fail(name, "expected an integer of 64 bits, got " + std::string(TypeName(*member)));
  return std::nullopt;
}

std::optional<bool> ObjectReader::OptionalBool(std::string_view name) {
  const json* member = Take(name);
  if (!member) return std::nullopt;
  if (member->is_boolean()) return member->get<bool>();
  Fail(name, "expected true or false, got " + std::string(TypeName(*member)));
  return std::nullopt;
}

std::optional<std::vector<std::string>> ObjectReader::OptionalStringArray(std::string_view name) {
  const json* member = OptionalArray(name);
  if (!member) return std::nullopt;
  std::vector<std::string> strings;
  for (size_t i = 0; i < member->size(); ++i) {
    const json& element = (*member)[i];
    if (!element.is_string()) {
      if (!error_) {
        error_ = Error(Code::kInvalidArgument, "expected a string, got " + std::string(TypeName(element)))
                     .At(PointerTo(name) + '/' + std::to_string(i));
      }
      return std::nullopt;
    }
    strings.push_back(element.get<std::string>());
  }
  return strings;
}

const json* ObjectReader::OptionalObject(std::string_view name) {
  const json* member = Take(name);
  if (!member || member->is_object()) return member;
  Fail(name, "expected an object, got " + std::string(TypeName(*member)));
  return nullptr;
}

const json* ObjectReader::OptionalArray(std::string_view name) {
  const json* member = Take(name);
  if (!member || member->is_array()) return member;
  Fail(name, "expected an array, got " + std::string(TypeName(*member)));
  return nullptr;
}

const json* ObjectReader::OptionalAny(std::string_view name) { return Take(name); }

std::string ObjectReader::RequiredString(std::string_view name) {
  auto value = OptionalString(name);
  if (!value) Fail(name, "the member is required: a string");
  return value.value_or("");
}

int64_t ObjectReader::RequiredInteger(std::string_view name) {
  auto value = OptionalInteger(name);
  if (!value) Fail(name, "the member is required: an integer");
  return value.value_or(0);
}

Status ObjectReader::Finish() {
  if (error_) return *error_;
  for (const auto& [name, _] : value_.items()) {
    if (std::find(taken_.begin(), taken_.end(), name) != taken_.end()) continue;
    std::string known;
    for (const auto& taken : taken_) known += (known.empty() ? "" : ", ") + taken;
    return Error(Code::kInvalidArgument, "unknown member; known are " + known + "; got " + name)
        .At(PointerTo(name));
  }
  return Ok();
}

}  // namespace tarn::json
