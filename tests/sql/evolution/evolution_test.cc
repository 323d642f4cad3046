#include <gmock/gmock.h>
#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/sql/evolution/evolving_table.h"
#include "tests/support/result_matchers.h"

namespace tarn::catalog {
namespace {

using nlohmann::json;

// One case of the *.yaml files beside this program. README.md says what may stand in it.
struct Scenario {
  std::string file;
  YAML::Node node;
};

std::vector<Scenario> ReadScenarios() {
  std::vector<Scenario> scenarios;
  std::set<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(TARN_EVOLUTION_FOLDER)) {
    if (entry.path().extension() == ".yaml") files.insert(entry.path());
  }
  for (const auto& file : files) {
    for (const auto& node : YAML::LoadFile(file.string())) scenarios.push_back({file.stem().string(), node});
  }
  return scenarios;
}

std::vector<std::string> Texts(const YAML::Node& node) {
  return node.IsDefined() ? node.as<std::vector<std::string>>() : std::vector<std::string>();
}

SchemaPolicy ReadPolicy(const YAML::Node& node) {
  SchemaPolicy policy;
  const std::string incompatible = node["incompatible"].as<std::string>("new_version");
  policy.incompatible = incompatible == "log"               ? IncompatiblePolicy::kLog
                        : incompatible == "fail"            ? IncompatiblePolicy::kFail
                        : incompatible == "quarantine_file" ? IncompatiblePolicy::kQuarantineFile
                                                            : IncompatiblePolicy::kNewVersion;
  const std::string deleted = node["deleted"].as<std::string>("deprecate");
  policy.deleted = deleted == "delete" ? DeletedPolicy::kDelete
                   : deleted == "keep" ? DeletedPolicy::kKeep
                                       : DeletedPolicy::kDeprecate;
  return policy;
}

// JSON arrays, one a line, in one spelling.
std::string Normalized(const std::string& lines) {
  std::istringstream stream(lines);
  std::string normalized;
  for (std::string line; std::getline(stream, line);) {
    if (!line.empty()) normalized += json::parse(line).dump() + '\n';
  }
  return normalized;
}

template <class Item>
std::vector<std::string> Words(const std::vector<Item>& items) {
  std::vector<std::string> words;
  for (const Item& item : items) words.push_back(item.words);
  return words;
}

class ScenarioRun {
 public:
  explicit ScenarioRun(const YAML::Node& scenario)
      : scenario_(scenario), table_(scenario["versioned"].as<bool>(false)) {}

  void RunAll() {
    int number = 0;
    for (const auto& step : scenario_["steps"]) {
      SCOPED_TRACE("step " + std::to_string(++number));
      CheckKeys(step);
      Write(step["files"]);
      const auto report = Take(step);
      if (step["error"]) {
        EXPECT_THAT(report, HasError(Code::kConflict, step["error"].as<std::string>()));
      } else {
        ASSERT_THAT(report, IsOk());
        CheckReport(step, *report);
      }
      CheckTable(step);
      if (testing::Test::HasFailure()) return;
    }
  }

 private:
  static void CheckKeys(const YAML::Node& step) {
    static const std::set<std::string> kKnown = {"files",  "policy",  "rollback",  "version",     "outcome",
                                                 "schema", "changes", "conflicts", "quarantined", "error",
                                                 "rows",   "query",   "at",        "deprecated",  "ids"};
    for (const auto& member : step)
      EXPECT_TRUE(kKnown.contains(member.first.as<std::string>())) << member.first;
  }

  void Write(const YAML::Node& files) {
    for (const auto& file : files) {
      const auto name = file.first.as<std::string>();
      if (file.second.IsNull())
        table_.Delete(name);
      else if (file.second.IsMap())
        table_.WriteParquet(name, file.second["sql"].as<std::string>(),
                            file.second["field_ids"].as<std::string>(""));
      else
        table_.Write(name, file.second.as<std::string>());
    }
  }

  Result<TableReport> Take(const YAML::Node& step) {
    if (step["rollback"]) return table_.Rollback(step["rollback"].as<int64_t>());
    const YAML::Node policies = step["policy"] ? step["policy"] : scenario_["policy"];
    const SchemaPolicy policy = policies ? ReadPolicy(policies) : SchemaPolicy();
    const int64_t before = table_.version();
    const auto planned = table_.Plan(policy);
    EXPECT_EQ(table_.version(), before) << "a plan changed the table";
    auto committed = table_.Commit(policy);
    EXPECT_EQ(planned.ok(), committed.ok());
    if (planned.ok() && committed.ok()) {
      EXPECT_EQ(planned->outcome, committed->outcome);
      EXPECT_EQ(planned->version, committed->version);
      EXPECT_EQ(planned->schema_changes, committed->schema_changes);
      EXPECT_EQ(planned->conflicts, committed->conflicts);
    }
    return committed;
  }

  void CheckReport(const YAML::Node& step, const TableReport& report) {
    if (step["outcome"]) {
      EXPECT_EQ(OutcomeName(report.outcome), step["outcome"].as<std::string>());
    }
    EXPECT_EQ(Words(report.schema_changes), Texts(step["changes"]));
    EXPECT_EQ(Words(report.conflicts), Texts(step["conflicts"]));
    std::vector<std::string> quarantined;
    for (const FailedFile& file : report.quarantined) quarantined.push_back(file.key + ": " + file.detail);
    EXPECT_EQ(quarantined, Texts(step["quarantined"]));
  }

  void CheckTable(const YAML::Node& step) {
    if (step["version"]) {
      EXPECT_EQ(table_.version(), step["version"].as<int64_t>());
    }
    if (step["schema"]) {
      EXPECT_EQ(table_.Schema(), Texts(step["schema"]));
    }
    if (step["ids"]) CheckIds(step["ids"]);
    EXPECT_EQ(table_.deprecated(), step["deprecated"].as<bool>(false));
    if (step["rows"]) CheckRows(step["query"].as<std::string>("FROM t ORDER BY ALL"), step["rows"], 0);
    for (const auto& former : step["at"])
      CheckRows("FROM t ORDER BY ALL", former.second, former.first.as<int64_t>());
  }

  void CheckIds(const YAML::Node& ids) {
    std::map<std::string, int64_t> found;
    const auto table = table_.catalog.tables->GetTable(table_.name);
    ASSERT_THAT(table, IsOk());
    for (const Column& column : table->columns) found[column.name] = column.id;
    EXPECT_EQ(found, (ids.as<std::map<std::string, int64_t>>()));
  }

  void CheckRows(const std::string& sql, const YAML::Node& expected, int64_t version) {
    const auto rows = table_.Query(sql, version);
    ASSERT_THAT(rows, IsOk());
    EXPECT_EQ(*rows, Normalized(expected.as<std::string>())) << "at version " << version;
  }

  const YAML::Node scenario_;
  EvolvingTable table_;
};

class EvolutionScenarios : public testing::TestWithParam<Scenario> {};

TEST_P(EvolutionScenarios, GiveTheExpectedVersionsAndRows) {
  SCOPED_TRACE(GetParam().node["name"].as<std::string>());
  ScenarioRun(GetParam().node).RunAll();
}

std::string TestName(const testing::TestParamInfo<Scenario>& info) {
  std::string name = info.param.file + '_' + info.param.node["name"].as<std::string>();
  for (char& c : name) {
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Files, EvolutionScenarios, testing::ValuesIn(ReadScenarios()), TestName);

TEST(Evolution, HasItsScenarios) { EXPECT_GE(ReadScenarios().size(), 40u); }

}  // namespace
}  // namespace tarn::catalog
