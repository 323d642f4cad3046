#include "services/catalog/inference/classifiers/classifier.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_set>

#include "common/json/json.h"
#include "services/catalog/inference/classifiers/line_pattern.h"
#include "services/catalog/inference/classifiers/records_path.h"
#include "services/catalog/tables/schema_merge.h"
#include "services/catalog/types/type_parser.h"
#include "services/catalog/types/type_text.h"

namespace tarn::catalog {
namespace {

using nlohmann::json;
using Reader = tarn::json::ObjectReader;

constexpr size_t kMaxNameBytes = 128;
constexpr size_t kMaxListed = 5'000;
constexpr int64_t kMaxSkipLines = 100'000;

// Of one byte, or up to four for a delimiter; none of them a line end.
std::optional<std::string> ReadMark(Reader& reader, const char* name, size_t max_bytes, bool may_be_empty) {
  auto mark = reader.OptionalString(name);
  if (!mark) return mark;
  const bool fits = mark->size() <= max_bytes && (may_be_empty || !mark->empty());
  if (!fits || mark->find_first_of("\r\n") != std::string::npos)
    reader.Fail(name, "expected " + std::string(max_bytes == 1 ? "one byte" : "one to four bytes") +
                          (may_be_empty ? ", or nothing" : "") + ", not a line end");
  return mark;
}

std::vector<std::string> ReadNames(Reader& reader) {
  auto names = reader.OptionalStringArray("names").value_or(std::vector<std::string>());
  std::unordered_set<std::string> seen;
  for (const std::string& name : names) {
    if (name.empty() || !seen.insert(FoldCase(name)).second)
      reader.Fail("names", "expected names that are not empty and differ, also without case: " + name);
  }
  if (names.size() > kMaxListed) reader.Fail("names", "expected at most 5000 names");
  return names;
}

CsvClassifier ReadCsvOptions(Reader& reader) {
  CsvClassifier csv;
  csv.delimiter = ReadMark(reader, "delimiter", 4, false);
  csv.quote = ReadMark(reader, "quote", 1, true);
  csv.escape = ReadMark(reader, "escape", 1, true);
  csv.comment = ReadMark(reader, "comment", 1, true);
  csv.header = reader.OptionalBool("header");
  csv.skip_lines = reader.OptionalInteger("skip_lines");
  if (csv.skip_lines && (*csv.skip_lines < 0 || *csv.skip_lines > kMaxSkipLines))
    reader.Fail("skip_lines", "expected a number from 0 to 100000");
  csv.names = ReadNames(reader);
  return csv;
}

void ReadPattern(Reader& reader, Classifier& classifier) {
  const std::string text = reader.RequiredString("pattern");
  const std::string unmatched = reader.OptionalString("unmatched").value_or("fail");
  if (unmatched != "fail" && unmatched != "skip")
    reader.Fail("unmatched", "expected fail or skip: " + unmatched);
  classifier.skip_unmatched = unmatched == "skip";
  auto pattern = ParseLinePattern(text);
  if (!pattern.ok()) return reader.Fail("pattern", pattern.error().message());
  classifier.pattern = std::move(pattern->text);
  classifier.groups = std::move(pattern->groups);
}

void ReadTypes(Reader& reader, Classifier& classifier) {
  const json* types = reader.OptionalObject("types");
  if (!types) return;
  if (types->size() > kMaxListed) return reader.Fail("types", "expected at most 5000 columns");
  for (const auto& [column, type] : types->items()) {
    const auto parsed = type.is_string() ? ParseType(type.get<std::string>())
                                         : Result<DataType>(Error(Code::kInvalidArgument, "it is no text"));
    if (!parsed.ok() || column.empty())
      return reader.Fail("types", "expected a type for each column: " + column +
                                      (parsed.ok() ? "" : ": " + parsed.error().message()));
    classifier.types.push_back({column, DuckDbType(*parsed)});
  }
}

void ReadKind(Reader& reader, Classifier& classifier) {
  const std::string kind = reader.RequiredString("kind");
  if (kind == "csv") {
    classifier.csv = ReadCsvOptions(reader);
  } else if (kind == "json") {
    classifier.kind = ClassifierKind::kJson;
    auto path = ParseRecordsPath(reader.OptionalString("path").value_or("$[*]"));
    if (!path.ok()) return reader.Fail("path", path.error().message());
    classifier.records_path = std::move(path).value();
  } else if (kind == "regex") {
    classifier.kind = ClassifierKind::kRegex;
    ReadPattern(reader, classifier);
  } else {
    reader.Fail("kind", "expected csv, json or regex: " + kind);
  }
}

json CsvToJson(const CsvClassifier& csv) {
  json value = json::object();
  if (csv.delimiter) value["delimiter"] = *csv.delimiter;
  if (csv.quote) value["quote"] = *csv.quote;
  if (csv.escape) value["escape"] = *csv.escape;
  if (csv.comment) value["comment"] = *csv.comment;
  if (csv.header) value["header"] = *csv.header;
  if (csv.skip_lines) value["skip_lines"] = *csv.skip_lines;
  if (!csv.names.empty()) value["names"] = csv.names;
  return value;
}

}  // namespace

const char* KindName(ClassifierKind kind) {
  switch (kind) {
    case ClassifierKind::kCsv:
      return "csv";
    case ClassifierKind::kJson:
      return "json";
    case ClassifierKind::kRegex:
      return "regex";
  }
  return "csv";
}

Result<Classifier> ParseClassifier(const json& value, const std::string& pointer) {
  if (!value.is_object())
    return Error(Code::kInvalidArgument, "expected a classifier, an object").At(pointer);
  Reader reader(value, pointer);
  Classifier classifier;
  classifier.name = reader.RequiredString("name");
  if (classifier.name.empty() || classifier.name.size() > kMaxNameBytes)
    reader.Fail("name", "expected a name of 1 to 128 bytes");
  ReadKind(reader, classifier);
  ReadTypes(reader, classifier);
  TARN_TRY(reader.Finish());
  return classifier;
}

Result<std::vector<Classifier>> ParseClassifiers(const json& array, const std::string& pointer) {
  if (!array.is_array() || array.size() > kMaxClassifiers)
    return Error(Code::kInvalidArgument, "expected an array of at most 50 classifiers").At(pointer);
  std::vector<Classifier> classifiers;
  std::unordered_set<std::string> names;
  for (size_t i = 0; i < array.size(); ++i) {
    const std::string at = pointer + "/" + std::to_string(i);
    TARN_ASSIGN(Classifier classifier, ParseClassifier(array[i], at));
    if (!names.insert(classifier.name).second)
      return Error(Code::kInvalidArgument, "two classifiers have the same name: " + classifier.name)
          .At(at + "/name");
    classifiers.push_back(std::move(classifier));
  }
  return classifiers;
}

json ClassifierToJson(const Classifier& classifier) {
  json value = classifier.kind == ClassifierKind::kCsv ? CsvToJson(classifier.csv) : json::object();
  value["name"] = classifier.name;
  value["kind"] = KindName(classifier.kind);
  if (classifier.kind == ClassifierKind::kJson) value["path"] = RecordsPathText(classifier.records_path);
  if (classifier.kind == ClassifierKind::kRegex) {
    value["pattern"] = classifier.pattern;
    value["unmatched"] = classifier.skip_unmatched ? "skip" : "fail";
  }
  for (const Column& column : classifier.types) value["types"][column.name] = column.type;
  return value;
}

}  // namespace tarn::catalog
