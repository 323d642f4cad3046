#include "services/query/ddl/serde.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "common/text/lower_case.h"

namespace tarn::query {
namespace {

using nlohmann::json;

// What Hive takes between fields if nobody says.
constexpr const char* kHiveDelimiter = "\x01";

Error NotRead(const std::string& what) {
  return Error(
      Code::kUnprocessable,
      "tables are read from Parquet, JSON, CSV and other text with ROW FORMAT DELIMITED, OpenCSVSerde, "
      "JsonSerDe or RegexSerDe; got " +
          what);
}

const std::string* Find(const Properties& properties, std::string_view key) {
  for (const auto& [name, value] : properties) {
    if (text::LowerCase(name) == key) return &value;
  }
  return nullptr;
}

std::string Value(const Properties& properties, std::string_view key, const std::string& otherwise) {
  const std::string* found = Find(properties, key);
  if (!found) return otherwise;
  // Hive writes some characters by their names or numbers.
  if (*found == "\\t") return "\t";
  if (*found == "\\001" || *found == "\\u0001") return kHiveDelimiter;
  if (*found == "\\\\") return "\\";
  return *found;
}

json Names(const CreateTableStatement& table) {
  json names = json::array();
  for (const auto& column : table.columns) names.push_back(column.name);
  return names;
}

// What inference would make of texts is another type where all of them look like one.
json Types(const CreateTableStatement& table) {
  json types = json::object();
  for (const auto& column : table.columns) {
    const bool nested =
        column.type.ends_with("[]") || column.type.starts_with("STRUCT(") || column.type.starts_with("MAP(");
    if (!nested) types[column.name] = column.type;
  }
  return types;
}

Result<json> Csv(const CreateTableStatement& table, const json& marks) {
  json classifier = {{"name", "declared"},
                     {"kind", "csv"},
                     {"header", false},
                     {"names", Names(table)},
                     {"types", Types(table)}};
  classifier.update(marks);
  const std::string lines = Value(table.properties, "skip.header.line.count", "0");
  int64_t skip = 0;
  const auto [end, failed] = std::from_chars(lines.data(), lines.data() + lines.size(), skip);
  if (failed != std::errc() || end != lines.data() + lines.size() || skip < 0)
    return Error(Code::kUnprocessable, "skip.header.line.count must be a number of lines; got " + lines);
  if (skip > 0) classifier["skip_lines"] = skip;
  return classifier;
}

// The groups of a Java pattern get the columns' names, which RE2 writes (?P<name>...).
Result<json> Regex(const CreateTableStatement& table) {
  const std::string* pattern = Find(table.serde_properties, "input.regex");
  if (!pattern)
    return Error(Code::kUnprocessable, "RegexSerDe needs WITH SERDEPROPERTIES ('input.regex' = '...')");
  std::string named;
  size_t group = 0;
  bool in_class = false;
  for (size_t i = 0; i < pattern->size(); ++i) {
    const char c = (*pattern)[i];
    named += c;
    if (c == '\\' && i + 1 < pattern->size()) {
      named += (*pattern)[++i];
    } else if (c == '[') {
      in_class = true;
    } else if (c == ']') {
      in_class = false;
    } else if (c == '(' && !in_class && (*pattern)[std::min(i + 1, pattern->size() - 1)] != '?') {
      if (group < table.columns.size()) named += "?P<" + table.columns[group].name + ">";
      ++group;
    }
  }
  if (group != table.columns.size()) {
    return Error(Code::kUnprocessable, "the pattern has " + std::to_string(group) + " groups, the table " +
                                           std::to_string(table.columns.size()) + " columns");
  }
  return json{{"name", "declared"},
              {"kind", "regex"},
              {"pattern", named},
              {"unmatched", "skip"},
              {"types", Types(table)}};
}

// Null if the catalog reads the files without being told how.
Result<json> ClassifierOf(const CreateTableStatement& table) {
  const Properties& serde = table.serde_properties;
  const std::string name = table.serde.substr(table.serde.rfind('.') + 1);
  if (name == "LazySimpleSerDe" || table.delimited ||
      (name.empty() && (table.stored_as.empty() || table.stored_as == "TEXTFILE"))) {
    json marks = {
        {"delimiter", Value(serde, "field.delim", Value(serde, "serialization.format", kHiveDelimiter))},
        {"quote", ""}};
    if (marks["delimiter"] == "1") marks["delimiter"] = kHiveDelimiter;
    if (Find(serde, "escape.delim")) marks["escape"] = Value(serde, "escape.delim", "");
    return Csv(table, marks);
  }
  if (name == "OpenCSVSerde") {
    return Csv(table, {{"delimiter", Value(serde, "separatorchar", ",")},
                       {"quote", Value(serde, "quotechar", "\"")},
                       {"escape", Value(serde, "escapechar", "\\")}});
  }
  if (name == "RegexSerDe") return Regex(table);
  if (name == "JsonSerDe" || name == "ParquetHiveSerDe") return json();
  if (!name.empty()) return NotRead(table.serde);
  if (table.stored_as == "PARQUET" || table.stored_as == "JSONFILE" || table.stored_as == "JSON")
    return json();
  return NotRead("STORED AS " + table.stored_as);
}

}  // namespace

json ColumnsJson(const std::vector<ColumnDefinition>& columns, bool partition_keys) {
  json list = json::array();
  for (const auto& column : columns) {
    json item = {{"name", column.name}, {"type", column.type}, {"partition_key", partition_keys}};
    if (!column.comment.empty()) item["comment"] = column.comment;
    list.push_back(std::move(item));
  }
  return list;
}

Result<json> DeclarationOf(const CreateTableStatement& table) {
  TARN_ASSIGN(const json classifier, ClassifierOf(table));
  json columns = ColumnsJson(table.columns, false);
  for (auto& key : ColumnsJson(table.partition_keys, true)) columns.push_back(std::move(key));
  json body = {{"location", table.location}, {"columns", std::move(columns)}};
  if (!table.comment.empty()) body["description"] = table.comment;
  for (const auto& [key, value] : table.properties) body["parameters"][key] = value;
  if (!classifier.is_null()) body["classifiers"] = json::array({classifier});
  return body;
}

}  // namespace tarn::query
