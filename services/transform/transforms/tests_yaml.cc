#include "services/transform/transforms/tests_yaml.h"

#include <nlohmann/json.hpp>

#include "services/transform/transforms/yaml_json.h"

namespace tarn::transform {
namespace {

constexpr size_t kMaxTests = 500;

// A list of mappings, as JSON text.
void AddRows(MappingReader& reader, const std::string& key, const std::string& name,
             std::vector<TestRows>& tables) {
  const auto list = reader.Sequence(key);
  if (!list) {
    if (reader.Has(key) && reader.IsNull(key)) tables.push_back({name, "[]"});
    return;
  }
  auto rows = YamlToJson(*list);
  if (!rows.ok()) return reader.Fail(key, rows.error().message(), rows.error().where());
  for (size_t i = 0; i < rows->size(); ++i) {
    if (!rows->at(i).is_object())
      return reader.Fail(key, "expected a row: {column: value, ...}", "[" + std::to_string(i) + "]");
  }
  tables.push_back({name, rows->dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)});
}

Result<std::vector<TestRows>> ReadTables(MappingReader& parent, const char* key) {
  std::vector<TestRows> tables;
  const auto mapping = parent.Mapping(key);
  if (!mapping) return tables;
  MappingReader reader(*mapping, parent.PathTo(key));
  for (const std::string& name : reader.Keys()) AddRows(reader, name, name, tables);
  TARN_TRY(reader.Finish());
  return tables;
}

Result<ModelTest> ReadTest(const YAML::Node& node, const std::string& path) {
  MappingReader reader(node, path);
  ModelTest test;
  test.name = reader.RequiredText("name");
  if (const std::string now = reader.Text("now", ""); !now.empty()) {
    const auto time = ParseRfc3339(now);
    if (time.ok())
      test.now = *time;
    else
      reader.Fail("now", time.error().message());
  }
  if (const auto mapping = reader.Mapping("given")) {
    MappingReader given(*mapping, reader.PathTo("given"));
    TARN_ASSIGN(test.inputs, ReadTables(given, "inputs"));
    AddRows(given, "input", "", test.inputs);
    TARN_ASSIGN(test.tables, ReadTables(given, "tables"));
    TARN_TRY(given.Finish());
  }
  TARN_ASSIGN(test.expect, ReadTables(reader, "expect"));
  if (test.expect.empty()) reader.Fail("expect", "the test expects nothing: {model: [rows]} is missing");
  TARN_TRY(reader.Finish());
  return test;
}

}  // namespace

Result<std::vector<ModelTest>> ReadTests(MappingReader& root) {
  std::vector<ModelTest> tests;
  const auto list = root.Sequence("tests");
  if (!list) return tests;
  if (list->size() > kMaxTests) {
    root.Fail("tests", "at most " + std::to_string(kMaxTests) + " tests");
    return tests;
  }
  for (size_t i = 0; i < list->size(); ++i) {
    TARN_ASSIGN(auto test, ReadTest((*list)[i], "tests[" + std::to_string(i) + "]"));
    tests.push_back(std::move(test));
  }
  return tests;
}

}  // namespace tarn::transform
