#include "services/query/workgroups/workgroups.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "services/query/workgroups/workgroup_endpoints.h"
#include "services/query/workgroups/workgroup_file.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/query/test_service.h"

namespace tarn::query {
namespace {

WorkgroupDefinition Named(const std::string& name) {
  WorkgroupDefinition workgroup;
  workgroup.name = name;
  workgroup.memory_bytes = 128 << 20;
  return workgroup;
}

TEST(WorkgroupDefinition, IsShownAsItIsRead) {
  const auto body = nlohmann::json::parse(
      R"({"name": "w", "description": "d", "max_running": 2, "max_waiting": 0, "max_queued": 3,
    "memory_bytes": 134217728, "temp_bytes": 5, "threads": 1, "max_scan_bytes": 9, "timeout_ms": 1000, "max_result_rows": 10,
    "max_result_bytes": 100, "result_bucket": "results-w", "result_expiry_ms": 60000, "dialect": "athena"})");
  const auto read = ReadWorkgroup(body, {});
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(WorkgroupJson(*read), body);
}

TEST(WorkgroupDefinition, NamesTheMemberAtFault) {
  const struct {
    const char* body;
    const char* where;
  } cases[] = {
      {R"({})", "/name"},
      {R"({"name": "Über"})", "/name"},
      {R"({"name": "w", "max_running": 0})", "/max_running"},
      {R"({"name": "w", "max_running": "2"})", "/max_running"},
      {R"({"name": "w", "memory_bytes": 1})", "/memory_bytes"},
      {R"({"name": "w", "timeout_ms": -5})", "/timeout_ms"},
      {R"({"name": "w", "result_expiry_ms": 1})", "/result_expiry_ms"},
      {R"({"name": "w", "dialect": "mysql"})", "/dialect"},
      {R"({"name": "w", "colour": 1})", "/colour"},
  };
  for (const auto& [body, where] : cases) {
    EXPECT_THAT(ReadWorkgroup(nlohmann::json::parse(body), {}), HasError(Code::kInvalidArgument, where))
        << body;
  }
}

TEST(WorkgroupFile, HasTheMembersOfRest) {
  const auto read = ReadWorkgroupFile(
      "workgroups:\n  - name: dashboards\n    max_running: 2\n    description: \"7\"\n  - name: batch\n",
      Named("primary"));
  ASSERT_THAT(read, IsOk());
  ASSERT_EQ(read->size(), 2u);
  EXPECT_EQ((*read)[0].max_running, 2);
  EXPECT_EQ((*read)[0].description, "7");
  EXPECT_EQ((*read)[1].memory_bytes, 128u << 20);
}

TEST(WorkgroupFile, SaysWhereItIsWrong) {
  EXPECT_THAT(ReadWorkgroupFile("workgroups:\n  - name: [", {}), HasError(Code::kInvalidArgument, "line 2"));
  EXPECT_THAT(ReadWorkgroupFile("workgroups:\n  - name: a\n    max_runing: 1\n", {}),
              HasError(Code::kInvalidArgument, "/workgroups/0/max_runing"));
  EXPECT_THAT(ReadWorkgroupFile("a: 1", {}), HasError(Code::kInvalidArgument, "workgroups"));
  EXPECT_THAT(ReadWorkgroupFile("", {}), HasError(Code::kInvalidArgument, ""));
}

class WorkgroupsTest : public testing::Test {
 protected:
  void SetUp() override { service_.Restart(); }

  Workgroups& workgroups() { return service_.workgroups(); }

  void WriteFile(const std::string& text) {
    const auto folder = service_.lake().path() / "pipelines" / "shop";
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "workgroups.yaml") << text;
  }

  TestService service_;
};

TEST_F(WorkgroupsTest, AlwaysHasThePrimaryOne) {
  EXPECT_EQ(workgroups().Find("")->get()->definition.name, "primary");
  EXPECT_THAT(workgroups().Remove("primary"), HasError(Code::kConflict, "primary"));
  EXPECT_THAT(workgroups().Find("nobody"), HasError(Code::kNotFound, "there are: primary"));
}

TEST_F(WorkgroupsTest, KeepsWhatRestMadeOverARestart) {
  ASSERT_THAT(workgroups().Create(Named("batch")), IsOk());
  EXPECT_THAT(workgroups().Create(Named("batch")), HasError(Code::kConflict, "batch"));
  auto changed = Named("batch");
  changed.max_running = 7;
  ASSERT_THAT(workgroups().Replace(changed), IsOk());
  service_.Restart();
  EXPECT_EQ(workgroups().Find("batch")->get()->definition.max_running, 7);
  ASSERT_THAT(workgroups().Remove("batch"), IsOk());
  EXPECT_THAT(workgroups().Replace(changed), HasError(Code::kNotFound, "batch"));
  service_.Restart();
  EXPECT_EQ(workgroups().List().size(), 1u);
}

TEST_F(WorkgroupsTest, LetsAFileDecideOverRest) {
  ASSERT_THAT(workgroups().Create(Named("batch")), IsOk());
  WriteFile("workgroups:\n  - name: batch\n    max_running: 3\n");
  ASSERT_THAT(workgroups().Reload(), IsOk());
  EXPECT_EQ(workgroups().Find("batch")->get()->definition.max_running, 3);
  EXPECT_THAT(workgroups().Replace(Named("batch")), HasError(Code::kConflict, "pipeline shop"));
  EXPECT_THAT(workgroups().Remove("batch"), HasError(Code::kConflict, "pipeline shop"));
  WriteFile("not: [yaml");
  ASSERT_THAT(workgroups().Reload(), IsOk());
  EXPECT_EQ(workgroups().Find("batch")->get()->definition.max_running, 4);
}

TEST_F(WorkgroupsTest, KeepsTheEngineUnlessItsLimitsChange) {
  ASSERT_THAT(workgroups().Create(Named("batch")), IsOk());
  const auto before = workgroups().Find("batch").value()->engine;
  auto changed = Named("batch");
  changed.max_running = 1;
  ASSERT_THAT(workgroups().Replace(changed), IsOk());
  EXPECT_EQ(workgroups().Find("batch").value()->engine, before);
  changed.memory_bytes *= 2;
  ASSERT_THAT(workgroups().Replace(changed), IsOk());
  EXPECT_NE(workgroups().Find("batch").value()->engine, before);
}

TEST_F(WorkgroupsTest, RefusesABucketThatCannotBe) {
  auto workgroup = Named("batch");
  workgroup.result_bucket = "Not A Bucket";
  EXPECT_THAT(workgroups().Create(workgroup), HasError(Code::kInvalidArgument, "/result_bucket"));
}

TEST_F(WorkgroupsTest, IsNotRemovedWhileStatementsOfItWait) {
  int64_t queued = 1;
  WorkgroupEndpoints endpoints(workgroups(), [&](const std::string&) {
    return WorkgroupEndpoints::Load{0, 0, queued};
  });
  ASSERT_THAT(workgroups().Create(Named("batch")), IsOk());
  http::Request request;
  request.path_parameters = {{"name", "batch"}};
  EXPECT_EQ(nlohmann::json::parse(endpoints.Get(request)->body)["queued"], 1);
  EXPECT_THAT(endpoints.Remove(request), HasError(Code::kConflict, "run or wait"));
  queued = 0;
  EXPECT_EQ(endpoints.Remove(request)->status, 204);
}

}  // namespace
}  // namespace tarn::query
