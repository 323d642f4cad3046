#include "services/catalog/evolution/change_words.h"

namespace tarn::catalog {
namespace {

std::string Quoted(const std::string& name) { return '"' + name + '"'; }

std::string FromTo(const SchemaChange& change) { return " from " + change.from + " to " + change.to; }

// Within other types, one that is not known yet.
constexpr std::string_view kUnknown = "\"NULL\"";

// A type as the files give it.
std::string TypeInWords(std::string type) {
  if (type == "NULL") return "no value";
  for (size_t at = type.find(kUnknown); at != std::string::npos; at = type.find(kUnknown, at))
    type.replace(at, kUnknown.size(), "unknown");
  return type;
}

std::string WithoutSides(const SchemaChange& change) {
  using Kind = SchemaChange::Kind;
  const std::string column = "column " + Quoted(change.column);
  const std::string key = "partition key " + Quoted(change.column);
  switch (change.kind) {
    case Kind::kColumnAdded:
      return column + " " + change.to + " was added";
    case Kind::kColumnDropped:
      return column + " " + change.from + " was dropped, as no file has it";
    case Kind::kColumnRenamed:
      return "column " + Quoted(change.from) + " was renamed to " + Quoted(change.to);
    case Kind::kColumnMoved:
      return column + " moved from place " + change.from + " to place " + change.to;
    case Kind::kTypeWidened:
      return column + " was widened" + FromTo(change);
    case Kind::kTypeNarrowed:
      // Text may have stood for what no file had a value of.
      if (!change.sides.empty()) return column + " is now " + change.to + " in place of " + change.from;
      return column + " was narrowed" + FromTo(change) + ", as no file needs " + change.from + " any more";
    case Kind::kTypeChanged:
      return column + " was changed" + FromTo(change);
    case Kind::kPartitionKeyAdded:
      return change.from.empty() ? key + " " + change.to + " was added"
                                 : column + " became a partition key of type " + change.to;
    case Kind::kPartitionKeyDropped:
      return change.to.empty() ? key + " " + change.from + " was dropped, as no file has it in its path"
                               : key + " became a column of type " + change.to;
    case Kind::kCommentChanged:
      return change.to.empty() ? "the comment of " + column + " was removed"
                               : "the comment of " + column + " is now: " + change.to;
  }
  return column + " changed";
}

}  // namespace

bool HasUnknownParts(const TypeSide& side) { return side.type.find(kUnknown) != std::string::npos; }

std::string InWords(const std::vector<TypeSide>& sides) {
  std::string words;
  for (const TypeSide& side : sides) {
    if (!words.empty()) words += " and ";
    words += std::to_string(side.files) + (side.files == 1 ? " file has " : " files have ") +
             TypeInWords(side.type);
    if (side.keys.empty()) continue;
    words += " (";
    for (size_t i = 0; i < side.keys.size(); ++i) words += (i == 0 ? "" : ", ") + side.keys[i];
    words += static_cast<int64_t>(side.keys.size()) < side.files ? ", ...)" : ")";
  }
  return words;
}

std::string InWords(const SchemaChange& change) {
  const std::string words = WithoutSides(change);
  return change.sides.empty() ? words : words + ": " + InWords(change.sides);
}

std::string InWords(const SchemaConflict& conflict) {
  return "column " + Quoted(conflict.column) + " is " + conflict.type +
         " and is read as NULL from files where it does not fit: " + InWords(conflict.sides);
}

}  // namespace tarn::catalog
