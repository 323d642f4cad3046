#include "tests/sql/trino/trino_case.h"

#include <fstream>
#include <regex>
#include <stdexcept>

namespace tarn::query {

std::vector<TrinoCase> ReadTrinoCases(const std::filesystem::path& file) {
  std::ifstream stream(file);
  if (!stream) throw std::runtime_error("cannot read " + file.string());
  std::vector<TrinoCase> cases;
  std::string line;
  while (std::getline(stream, line)) {
    const auto json = nlohmann::json::parse(line);
    TrinoCase next;
    next.number = static_cast<int>(cases.size());
    next.sql = json.at("sql");
    next.type = json.at("type").is_string() ? json.at("type").get<std::string>() : "";
    next.kind = json.at("expect_kind");
    next.expected = json.at("expected");
    cases.push_back(std::move(next));
  }
  return cases;
}

// Java to Trino's own notation, by words.
bool ReadTestType(std::string name, TrinoType& type) {
  static const std::vector<std::pair<std::regex, std::string>> kWords = {
      {std::regex("createUnboundedVarcharType\\(\\)"), "varchar"},
      {std::regex("createVarcharType\\(\\d+\\)"), "varchar"},
      {std::regex("createDecimalType\\((\\d+), (\\d+)\\)"), "decimal($1,$2)"},
      {std::regex("new ArrayType\\("), "array("},
      {std::regex("\\(INTEGER\\)\\)\\)$"), "(INTEGER))"},
      {std::regex("RowType\\.anonymous\\(ImmutableList\\.of\\(([^()]*)\\)\\)"), "row($1)"},
      {std::regex("anonymousRow\\("), "row("},
      {std::regex("mapType\\("), "map("},
      {std::regex("\\w+Type\\.([A-Z]+)"), "$1"},
  };
  for (const auto& [word, replacement] : kWords) name = std::regex_replace(name, word, replacement);
  if (name == "array(array((INTEGER)))") name = "array(array(INTEGER))";
  auto parsed = ParseTrinoType(name);
  if (!parsed.ok()) return false;
  type = std::move(*parsed);
  return true;
}

}  // namespace tarn::query
