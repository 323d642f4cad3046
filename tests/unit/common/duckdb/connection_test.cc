#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <thread>

#include "common/duckdb/engine.h"
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::duckdb {
namespace {

using std::chrono::steady_clock;

class ConnectionTest : public testing::Test {
 protected:
  void SetUp() override {
    instance_ = std::move(Instance::Open({})).value();
    connection_ = std::move(instance_->Connect()).value();
  }

  std::unique_ptr<Instance> instance_;
  std::unique_ptr<Connection> connection_;
};

TEST_F(ConnectionTest, ReturnsRowsAsObjects) {
  auto rows = connection_->Rows("SELECT i AS n, 'x' || i AS s FROM range(2) t(i)");
  ASSERT_THAT(rows, IsOk());
  EXPECT_EQ(*rows, nlohmann::json::parse(R"([{"n":0,"s":"x0"},{"n":1,"s":"x1"}])"));
}

TEST_F(ConnectionTest, CastsTextParametersToWhatTheStatementNeeds) {
  auto rows = connection_->Rows("SELECT i FROM range(5) t(i) WHERE i > ? AND i < ?", {"1", "3"});
  ASSERT_THAT(rows, IsOk());
  EXPECT_EQ(*rows, nlohmann::json::parse(R"([{"i":2}])"));
  EXPECT_THAT(connection_->Rows("SELECT i FROM range(5) t(i) WHERE i > ?", {"one"}),
              HasError(Code::kUnprocessable, "one"));
}

TEST_F(ConnectionTest, WantsAsManyParametersAsTheStatementHas) {
  EXPECT_THAT(connection_->Rows("SELECT ?", {}), HasError(Code::kUnprocessable, "1 parameters"));
  EXPECT_THAT(connection_->Rows("SELECT 1", {"a"}), HasError(Code::kUnprocessable, "0 parameters"));
}

TEST_F(ConnectionTest, CountsTheRowsThatAStatementChanges) {
  ASSERT_THAT(connection_->Run("CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1), (2)"), IsOk());
  auto stream = connection_->Execute("UPDATE t SET a = a + 1");
  ASSERT_THAT(stream, IsOk());
  EXPECT_EQ((*stream)->rows_changed(), 2);
  EXPECT_TRUE((*stream)->columns().empty());
  auto chunk = (*stream)->Next();
  ASSERT_THAT(chunk, IsOk());
  EXPECT_FALSE(*chunk);
  EXPECT_EQ(connection_->Rows("SELECT sum(a)::INTEGER AS s FROM t").value(),
            nlohmann::json::parse(R"([{"s":5}])"));
}

TEST_F(ConnectionTest, ExecutesExactlyOneStatement) {
  EXPECT_THAT(connection_->Execute("SELECT 1; SELECT 2"), HasError(Code::kUnprocessable, "got 2"));
  EXPECT_THAT(connection_->Execute("-- nothing"), HasError(Code::kUnprocessable, "got 0"));
  EXPECT_THAT(connection_->Execute("SELECT 1; -- the end"), IsOk());
  EXPECT_THAT(connection_->Execute(std::string("SELECT 1\0; SELECT 2", 19)),
              HasError(Code::kUnprocessable, "NUL"));
}

TEST_F(ConnectionTest, SaysLineAndColumnOfASyntaxError) {
  auto failed = connection_->Execute("SELECT 'é',\n  1 +");
  EXPECT_THAT(failed, HasError(Code::kUnprocessable, "line 2, column 5"));
  EXPECT_THAT(connection_->Execute("SELECT 1\nFROM 'ä' x, nowhere"),
              HasError(Code::kUnprocessable, "line 2, column 6"));
}

TEST_F(ConnectionTest, SaysWhereAnUnknownColumnStands) {
  EXPECT_THAT(connection_->Execute("SELECT 'é', missing FROM range(1) t(i)"),
              HasError(Code::kUnprocessable, "line 1, column 13"));
}

TEST_F(ConnectionTest, ReportsAnErrorThatComesAfterManyRows) {
  auto stream = connection_->Execute(
      "SELECT CASE WHEN i = 20000000 THEN 'x' ELSE '1' END::INTEGER FROM range(30000000) t(i)");
  ASSERT_THAT(stream, IsOk());
  Result<std::unique_ptr<Chunk>> chunk = (*stream)->Next();
  ASSERT_THAT(chunk, IsOk());
  while (chunk.ok() && *chunk) chunk = (*stream)->Next();
  EXPECT_THAT(chunk, HasError(Code::kUnprocessable, "Could not convert string 'x'"));
}

// An error in one thread of the engine interrupts the others, and must not be taken for a cancellation.
TEST_F(ConnectionTest, TellsTheErrorAndNotTheInterruptionThatItCauses) {
  for (int i = 0; i < 100; ++i) {
    auto stream = connection_->ExecuteWith(
        "SELECT CASE WHEN i = 500000 THEN 'x' ELSE '1' END::INTEGER FROM range(?) t(i)", {int64_t{1000000}},
        {});
    ASSERT_THAT(stream, IsOk());
    Result<std::unique_ptr<Chunk>> chunk = (*stream)->Next();
    while (chunk.ok() && *chunk) chunk = (*stream)->Next();
    ASSERT_THAT(chunk, HasError(Code::kUnprocessable, "Could not convert string 'x'"));
  }
}

TEST_F(ConnectionTest, StaysUsableAfterErrors) {
  EXPECT_THAT(connection_->Run("SELEC"), HasError(Code::kUnprocessable, "SELEC"));
  EXPECT_THAT(connection_->Run("SELECT 1"), IsOk());
  EXPECT_FALSE(instance_->broken());
}

constexpr const char* kEndless =
    "SELECT count(*) FROM range(100000000000) a(i), range(1000) b(j) WHERE i % 7 = j % 3";

TEST_F(ConnectionTest, StopsAtOnceWhenItIsCancelledBeforeItBegins) {
  std::stop_source source;
  source.request_stop();
  EXPECT_THAT(connection_->Execute(kEndless, {}, source.get_token()), HasError(Code::kCancelled, ""));
  EXPECT_THAT(connection_->Run("SELECT 1"), IsOk());
}

// Tells when a statement is at work. The engine's progress does not: it may stay unknown for a whole
// statement.
std::atomic<bool> at_work = false;

void NoteWork(ScalarCall& call) {
  at_work = true;
  call.ReturnInteger(call.Integer(0));
}

TEST_F(ConnectionTest, StopsWhenItIsCancelledMeanwhile) {
  static const ScalarFunction kFunctions[] = {
      {"note_work", {FunctionType::kInteger}, FunctionType::kInteger, NoteWork}};
  InstanceOptions options;
  options.functions = kFunctions;
  const auto instance = std::move(Instance::Open(options)).value();
  const auto connection = std::move(instance->Connect()).value();
  std::stop_source source;
  at_work = false;
  std::jthread canceller([&] {
    while (!at_work) std::this_thread::yield();
    source.request_stop();
  });
  const char* endless =
      "SELECT count(*) FROM range(100000000000) a(i), range(1000) b(j) WHERE note_work(i) % 7 = j % 3";
  EXPECT_THAT(connection->Run(endless, source.get_token()), HasError(Code::kCancelled, ""));
  EXPECT_THAT(connection->Run("SELECT 1"), IsOk());
}

TEST_F(ConnectionTest, StopsBetweenTheRowsOfAStream) {
  std::stop_source source;
  auto stream = connection_->Execute("SELECT i FROM range(10000000000) t(i)", {}, source.get_token());
  ASSERT_THAT(stream, IsOk());
  ASSERT_THAT((*stream)->Next(), IsOk());
  source.request_stop();
  Result<std::unique_ptr<Chunk>> chunk = (*stream)->Next();
  while (chunk.ok() && *chunk) chunk = (*stream)->Next();
  EXPECT_THAT(chunk, HasError(Code::kCancelled, ""));
}

TEST_F(ConnectionTest, ForgetsAStreamThatIsDroppedHalfWay) {
  {
    auto stream = connection_->Execute("SELECT i FROM range(10000000000) t(i)");
    ASSERT_THAT(stream, IsOk());
    ASSERT_THAT((*stream)->Next(), IsOk());
  }
  EXPECT_EQ(connection_->Rows("SELECT 1 AS a").value(), nlohmann::json::parse(R"([{"a":1}])"));
}

TEST_F(ConnectionTest, KeepsResultsAliveWithoutInstanceAndConnection) {
  auto stream = connection_->Execute("SELECT 'still here'");
  ASSERT_THAT(stream, IsOk());
  connection_.reset();
  instance_.reset();
  auto chunk = (*stream)->Next();
  ASSERT_THAT(chunk, IsOk());
  stream->reset();
  EXPECT_EQ((*chunk)->Text(0, 0), "still here");
}

TEST(MemoryLimit, TurnsIntoAResourceError) {
  InstanceOptions options;
  options.memory_limit_bytes = 64 << 20;
  auto instance = Instance::Open(options);
  auto connection = (*instance)->Connect();
  EXPECT_THAT((*connection)->Run("SELECT list(i) FROM range(100000000) t(i)"),
              HasError(Code::kResourceExhausted, ""));
  EXPECT_FALSE((*instance)->broken());
}

TEST(TempSpace, IsBounded) {
  TempDirectory directory;
  InstanceOptions options;
  options.memory_limit_bytes = 64 << 20;
  options.temp_directory = directory / "spill";
  options.max_temp_bytes = 32 << 20;
  auto instance = Instance::Open(options);
  auto connection = (*instance)->Connect();
  EXPECT_THAT(
      (*connection)->Run("CREATE TABLE t AS SELECT i, md5(i::VARCHAR) FROM range(20000000) t(i) ORDER BY 2"),
      HasError(Code::kResourceExhausted, ""));
}

TEST(BrokenInstance, IsNoticedAndTakesNoMoreWork) {
  const char* data = std::getenv("TARN_TEST_DATA");
  if (!data) GTEST_SKIP() << "TARN_TEST_DATA names no folder with files that make the engine fail";
  const auto file = std::filesystem::path(data) / "parquet/parquet-testing/shredded_variant/case-041.parquet";
  InstanceOptions options;
  options.allowed_paths = {file};
  auto instance = Instance::Open(options);
  auto connection = (*instance)->Connect();
  EXPECT_THAT((*connection)->Run("SELECT * FROM read_parquet(" + QuoteLiteral(file.string()) + ")"),
              HasError(Code::kInternal, ""));
  EXPECT_TRUE((*instance)->broken());
  EXPECT_THAT((*instance)->Connect(), HasError(Code::kUnavailable, "failed earlier"));
}

TEST(DatabaseFile, KeepsItsTables) {
  TempDirectory directory;
  {
    auto instance = Instance::OpenFile(directory / "warehouse.duckdb", {});
    ASSERT_THAT(instance, IsOk());
    auto connection = (*instance)->Connect();
    ASSERT_THAT((*connection)->Run("CREATE TABLE t AS SELECT 7 AS a"), IsOk());
  }
  auto instance = Instance::OpenFile(directory / "warehouse.duckdb", {});
  ASSERT_THAT(instance, IsOk());
  EXPECT_EQ((*(*instance)->Connect())->Rows("SELECT a FROM t").value(),
            nlohmann::json::parse(R"([{"a":7}])"));
}

}  // namespace
}  // namespace tarn::duckdb
