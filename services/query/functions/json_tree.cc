#include "services/query/functions/json_tree.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <nlohmann/json.hpp>
#include <numeric>

#include "services/query/functions/java_number.h"

namespace tarn::query {
namespace {

constexpr size_t kMaxDepth = 500;
constexpr int kNumberOverflow = 406;

// Builds the tree from the parser's events, so that numbers keep their digits.
class Builder {
 public:
  JsonTree root;

  bool null() { return Add({}); }
  bool boolean(bool value) { return Add({JsonTree::Kind::kBoolean, value ? "true" : "false", {}, {}}); }
  bool number_integer(int64_t value) { return Add({JsonTree::Kind::kNumber, std::to_string(value), {}, {}}); }
  bool number_unsigned(uint64_t value) {
    return Add({JsonTree::Kind::kNumber, std::to_string(value), {}, {}});
  }
  bool number_float(double, const std::string& written) {
    return Add({JsonTree::Kind::kNumber, written, {}, {}});
  }
  bool string(std::string& value) { return Add({JsonTree::Kind::kText, value, {}, {}}); }
  bool binary(std::vector<uint8_t>&) { return false; }
  bool start_object(size_t) { return Open(JsonTree::Kind::kObject); }
  bool start_array(size_t) { return Open(JsonTree::Kind::kArray); }
  bool key(std::string& name) { return open_.back()->names.push_back(name), true; }
  bool end_object() { return open_.pop_back(), true; }
  bool end_array() { return open_.pop_back(), true; }
  bool parse_error(size_t, const std::string&, const nlohmann::json::exception& failure) {
    overflow = failure.id == kNumberOverflow;
    return false;
  }

  bool overflow = false;

 private:
  JsonTree* Place(JsonTree tree) {
    if (open_.empty()) {
      root = std::move(tree);
      return &root;
    }
    open_.back()->items.push_back(std::move(tree));
    return &open_.back()->items.back();
  }
  bool Add(JsonTree tree) { return Place(std::move(tree)), true; }
  bool Open(JsonTree::Kind kind) {
    if (open_.size() >= kMaxDepth) return false;
    JsonTree tree;
    tree.kind = kind;
    open_.push_back(Place(std::move(tree)));
    return true;
  }

  std::vector<JsonTree*>
      open_;  // an open node's parent gets no more items before it is closed: the pointers stay
};

void WriteText(const std::string& text, std::string& out) {
  out += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void WriteNumber(const std::string& written, std::string& out) {
  const bool integer = written.find_first_of(".eE") == std::string::npos;
  double number = 0;
  std::from_chars(written.data(), written.data() + written.size(), number);
  out += integer ? written : JavaDouble(number);
}

void Write(const JsonTree& tree, bool sorted, std::string& out) {
  switch (tree.kind) {
    case JsonTree::Kind::kNull:
      out += "null";
      return;
    case JsonTree::Kind::kBoolean:
      out += tree.text;
      return;
    case JsonTree::Kind::kNumber:
      WriteNumber(tree.text, out);
      return;
    case JsonTree::Kind::kText:
      WriteText(tree.text, out);
      return;
    case JsonTree::Kind::kArray:
      out += '[';
      for (size_t i = 0; i < tree.items.size(); ++i) {
        if (i > 0) out += ',';
        Write(tree.items[i], sorted, out);
      }
      out += ']';
      return;
    case JsonTree::Kind::kObject:
      break;
  }
  std::vector<size_t> order(tree.items.size());
  std::iota(order.begin(), order.end(), size_t{0});
  if (sorted)
    std::stable_sort(order.begin(), order.end(),
                     [&](size_t a, size_t b) { return tree.names[a] < tree.names[b]; });
  out += '{';
  for (size_t i = 0; i < order.size(); ++i) {
    // Of a name that comes twice the last counts.
    if (sorted && i + 1 < order.size() && tree.names[order[i]] == tree.names[order[i + 1]]) continue;
    if (out.back() != '{') out += ',';
    WriteText(tree.names[order[i]], out);
    out += ':';
    Write(tree.items[order[i]], sorted, out);
  }
  out += '}';
}

const JsonTree* Member(const JsonTree& tree, std::string_view name) {
  if (tree.kind == JsonTree::Kind::kObject) {
    for (size_t i = tree.names.size(); i > 0; --i) {
      if (tree.names[i - 1] == name) return &tree.items[i - 1];
    }
  }
  return nullptr;
}

const JsonTree* Element(const JsonTree& tree, size_t index) {
  return tree.kind == JsonTree::Kind::kArray && index < tree.items.size() ? &tree.items[index] : nullptr;
}

bool InName(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == ':' || c == '-' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// One step of a path: a name or, with `*index`, a position.
bool ReadStep(std::string_view& path, std::string& name, std::optional<size_t>& index) {
  if (path[0] == '.') {
    path.remove_prefix(1);
    if (!path.empty() && path[0] == '[') return ReadStep(path, name, index);
    size_t end = 0;
    while (end < path.size() && InName(path[end])) ++end;
    name = path.substr(0, end);
    path.remove_prefix(end);
    return end > 0;
  }
  if (path[0] != '[' || path.size() < 3) return false;
  path.remove_prefix(1);
  const char quote = path[0];
  if (quote == '"') {
    for (path.remove_prefix(1); !path.empty() && path[0] != quote; path.remove_prefix(1)) {
      if (path[0] == '\\') path.remove_prefix(1);
      if (path.empty()) return false;
      name += path[0];
    }
    if (path.size() < 2) return false;
    path.remove_prefix(1);
  } else {
    size_t number = 0;
    const auto [end, failure] = std::from_chars(path.data(), path.data() + path.size(), number);
    if (failure == std::errc() && end != path.data() + path.size() && *end == ']') {
      index = number;
      path.remove_prefix(static_cast<size_t>(end - path.data()));
    } else {
      size_t length = 0;
      while (length < path.size() && InName(path[length])) ++length;
      name = path.substr(0, length);
      path.remove_prefix(length);
      if (length == 0) return false;
    }
  }
  if (!path.starts_with(']')) return false;
  path.remove_prefix(1);
  return true;
}

}  // namespace

std::optional<JsonTree> ReadJson(std::string_view text, bool* unreadable) {
  Builder builder;
  const bool read = nlohmann::json::sax_parse(text.begin(), text.end(), &builder);
  if (unreadable) *unreadable = builder.overflow;
  if (!read) return std::nullopt;
  return std::move(builder.root);
}

std::string WriteJson(const JsonTree& tree, bool sorted) {
  std::string out;
  Write(tree, sorted, out);
  return out;
}

const JsonTree* FollowPath(const JsonTree& tree, std::string_view path, bool* valid) {
  *valid = path.starts_with('$');
  if (!*valid) return nullptr;
  path.remove_prefix(1);
  const JsonTree* at = &tree;
  while (!path.empty()) {
    std::string name;
    std::optional<size_t> index;
    *valid = ReadStep(path, name, index);
    if (!*valid) return nullptr;
    if (!at) continue;
    // A position is a name too, where an object stands.
    if (index && at->kind == JsonTree::Kind::kObject)
      at = Member(*at, std::to_string(*index));
    else
      at = index ? Element(*at, *index) : Member(*at, name);
  }
  return at;
}

}  // namespace tarn::query
