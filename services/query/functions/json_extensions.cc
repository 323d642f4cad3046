#include <charconv>
#include <cmath>
#include <string>

#include "services/query/functions/extension_functions.h"
#include "services/query/functions/json_tree.h"

namespace tarn::query {
namespace {

using duckdb::FunctionType;
using duckdb::ScalarCall;
using duckdb::ScalarFunction;
using Kind = JsonTree::Kind;

constexpr auto kText = FunctionType::kText;
constexpr auto kInteger = FunctionType::kInteger;
constexpr auto kBoolean = FunctionType::kBoolean;

// The first argument as JSON; `*answered` after an answer has been given for what cannot be read.
std::optional<JsonTree> ReadArgument(ScalarCall& call, bool* answered) {
  auto tree = ReadJson(call.Text(0), answered);
  if (*answered) call.Fail("the JSON has a number that is too large");
  return tree;
}

void Parse(ScalarCall& call) {
  const auto tree = ReadJson(call.Text(0));
  if (!tree)
    return call.Fail("Cannot convert value to JSON: '" + std::string(call.Text(0).substr(0, 80)) + '\'');
  call.ReturnText(WriteJson(*tree, true));
}

// What the path in the second argument finds in the first; null after an answer.
const JsonTree* Find(ScalarCall& call, std::optional<JsonTree>& tree) {
  bool answered = false, valid = false;
  tree = ReadArgument(call, &answered);
  if (answered) return nullptr;
  static const JsonTree kNothing;
  const JsonTree* found = FollowPath(tree ? *tree : kNothing, call.Text(1), &valid);
  if (!valid)
    return call.Fail("Invalid JSON path, or one that is not supported: '" + std::string(call.Text(1)) + '\''),
           nullptr;
  if (!tree || !found) return call.ReturnNull(), nullptr;
  return found;
}

void Extract(ScalarCall& call) {
  std::optional<JsonTree> tree;
  if (const JsonTree* found = Find(call, tree)) call.ReturnText(WriteJson(*found, false));
}

void ReturnScalar(ScalarCall& call, const JsonTree& tree) {
  if (tree.kind == Kind::kNull || !tree.scalar()) return call.ReturnNull();
  call.ReturnText(tree.kind == Kind::kNumber ? WriteJson(tree, false) : tree.text);
}

void ExtractScalar(ScalarCall& call) {
  std::optional<JsonTree> tree;
  const JsonTree* found = Find(call, tree);
  if (!found) return;
  if (found->kind == Kind::kNumber) return call.ReturnText(found->text);
  ReturnScalar(call, *found);
}

void Size(ScalarCall& call) {
  std::optional<JsonTree> tree;
  if (const JsonTree* found = Find(call, tree)) call.ReturnInteger(static_cast<int64_t>(found->items.size()));
}

// CAST(json AS varchar).
void Scalar(ScalarCall& call) {
  const auto tree = ReadJson(call.Text(0));
  if (!tree || !tree->scalar())
    return call.Fail("Cannot cast JSON to varchar: '" + std::string(call.Text(0).substr(0, 80)) + '\'');
  ReturnScalar(call, *tree);
}

void Integer(ScalarCall& call) {
  const auto tree = ReadJson(call.Text(0));
  if (tree && tree->kind == Kind::kNull) return call.ReturnNull();
  const std::string text = tree && tree->kind == Kind::kBoolean ? (tree->text == "true" ? "1" : "0")
                           : tree                               ? tree->text
                                                                : "";
  int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = failure == std::errc() && end == text.data() + text.size() && !text.empty();
  if (tree && tree->kind == Kind::kNumber && !whole) {
    double real = 0;
    std::from_chars(text.data(), text.data() + text.size(), real);
    if (std::abs(real) < 9.2e18) return call.ReturnInteger(static_cast<int64_t>(std::round(real)));
  }
  if (!whole || !tree->scalar())
    return call.Fail("Cannot cast JSON to an integer: '" + std::string(call.Text(0).substr(0, 80)) + '\'');
  call.ReturnInteger(number);
}

void IsScalar(ScalarCall& call) {
  const auto tree = ReadJson(call.Text(0));
  if (!tree) return call.Fail("Invalid JSON value: '" + std::string(call.Text(0).substr(0, 80)) + '\'');
  call.ReturnInteger(tree->scalar());
}

void ArrayLength(ScalarCall& call) {
  bool answered = false;
  const auto tree = ReadArgument(call, &answered);
  if (answered) return;
  if (!tree || tree->kind != Kind::kArray) return call.ReturnNull();
  call.ReturnInteger(static_cast<int64_t>(tree->items.size()));
}

void ArrayGet(ScalarCall& call) {
  bool answered = false;
  const auto tree = ReadArgument(call, &answered);
  if (answered) return;
  if (!tree || tree->kind != Kind::kArray) return call.ReturnNull();
  const auto size = static_cast<int64_t>(tree->items.size());
  int64_t index = call.Integer(1);
  if (index < 0 && index >= -size) index += size;
  if (index < 0 || index >= size) return call.ReturnNull();
  const JsonTree& item = tree->items[static_cast<size_t>(index)];
  if (item.kind == Kind::kNull) return call.ReturnNull();
  // A text comes without its quotes.
  call.ReturnText(item.kind == Kind::kText ? item.text : WriteJson(item, false));
}

template <class Equal>
void Contains(ScalarCall& call, const Equal& equal) {
  bool answered = false;
  const auto tree = ReadArgument(call, &answered);
  if (answered) return;
  if (!tree || tree->kind != Kind::kArray) return call.ReturnNull();
  for (const auto& item : tree->items) {
    if (equal(item)) return call.ReturnInteger(1);
  }
  call.ReturnInteger(0);
}

void ContainsBoolean(ScalarCall& call) {
  const char* wanted = call.Integer(1) ? "true" : "false";
  Contains(call, [&](const JsonTree& item) { return item.kind == Kind::kBoolean && item.text == wanted; });
}

void ContainsInteger(ScalarCall& call) {
  const std::string wanted = std::to_string(call.Integer(1));
  Contains(call, [&](const JsonTree& item) { return item.kind == Kind::kNumber && item.text == wanted; });
}

void ContainsDouble(ScalarCall& call) {
  const double wanted = call.Double(1);
  Contains(call, [&](const JsonTree& item) {
    double number = 0;
    if (item.kind != Kind::kNumber || item.text.find_first_of(".eE") == std::string::npos) return false;
    std::from_chars(item.text.data(), item.text.data() + item.text.size(), number);
    return number == wanted && std::isfinite(wanted);
  });
}

void ContainsText(ScalarCall& call) {
  Contains(call, [&](const JsonTree& item) { return item.kind == Kind::kText && item.text == call.Text(1); });
}

const ScalarFunction kFunctions[] = {
    {"tarn_json_parse", {kText}, kText, Parse},
    {"tarn_json_extract", {kText, kText}, kText, Extract},
    {"tarn_json_extract_scalar", {kText, kText}, kText, ExtractScalar},
    {"tarn_json_size", {kText, kText}, kInteger, Size},
    {"tarn_json_scalar", {kText}, kText, Scalar},
    {"tarn_json_integer", {kText}, kInteger, Integer},
    {"tarn_json_is_scalar", {kText}, kBoolean, IsScalar},
    {"tarn_json_array_length", {kText}, kInteger, ArrayLength},
    {"tarn_json_array_get", {kText, kInteger}, kText, ArrayGet},
    {"tarn_json_contains_boolean", {kText, kBoolean}, kBoolean, ContainsBoolean},
    {"tarn_json_contains_integer", {kText, kInteger}, kBoolean, ContainsInteger},
    {"tarn_json_contains_double", {kText, FunctionType::kDouble}, kBoolean, ContainsDouble},
    {"tarn_json_contains_text", {kText, kText}, kBoolean, ContainsText},
};

}  // namespace

std::span<const ScalarFunction> JsonExtensions() { return kFunctions; }

}  // namespace tarn::query
