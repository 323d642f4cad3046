#include "services/extract/runs/sample.h"

#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <thread>

#include "services/extract/sources/client/source_client.h"
#include "services/extract/sources/connector.h"
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::extract {
namespace {

/// A connector that does what a test says.
class Scripted : public Connector {
 public:
  using Script = std::function<Result<RunOutcome>(RunContext&)>;
  explicit Scripted(Script script) : script_(std::move(script)) {}
  Result<RunOutcome> Run(RunContext& context) override { return script_(context); }

 private:
  const Script script_;
};

class Notes : public SavedState {
 public:
  Result<std::string> LoadCursor() override { return std::string("7"); }
  void StageCursor(std::string) override { ADD_FAILURE() << "a look must not move the cursor"; }
  Result<std::string> LoadNotes() override { return notes; }
  Status SaveNotes(const std::string& text) override {
    notes = text;
    return Ok();
  }
  std::string notes;
};

class SampleTest : public testing::Test {
 protected:
  Sample Take(Scripted::Script script, std::chrono::milliseconds timeout = std::chrono::seconds(20)) {
    Scripted connector(std::move(script));
    SampleContext context{http_, std::make_shared<SourceGovernor>(SourceLimits()), notes_, home_ / "look"};
    context.timeout = timeout;
    context.cancelled = caller_.get_token();
    return TakeSample(connector, std::move(context));
  }

  TempDirectory home_;
  http_client::HttpClient http_;
  Notes notes_;
  std::stop_source caller_;
};

TEST_F(SampleTest, IsTheFirstPageAndStopsTheConnector) {
  const Sample sample = Take([](RunContext& context) -> Result<RunOutcome> {
    EXPECT_EQ(*context.state.LoadCursor(), "") << "a look begins at the beginning";
    context.state.StageCursor("8");
    TARN_TRY(context.pages.Put({"s", 0, "about.json"}, "{}", {}));
    TARN_TRY(context.pages.Put({"s", 0}, R"([{"a":1},{"a":2}])", {2, "GET http://x/", R"({"a":1})"}));
    ADD_FAILURE() << "one page is enough";
    return RunOutcome();
  });
  EXPECT_FALSE(sample.error);
  EXPECT_EQ(sample.stream, "s");
  EXPECT_EQ(sample.records, 2);
  EXPECT_EQ(sample.excerpt, R"([{"a":1},{"a":2}])");
  EXPECT_EQ(ToJson(sample).at("sample"), nlohmann::json({{"a", 1}}));
  EXPECT_FALSE(std::filesystem::exists(home_ / "look"));
}

TEST_F(SampleTest, KeepsARefreshTokenThatWasExchanged) {
  Take([](RunContext& context) -> Result<RunOutcome> {
    TARN_TRY(context.state.SaveNotes("new"));
    return RunOutcome();
  });
  EXPECT_EQ(notes_.notes, "new");
}

TEST_F(SampleTest, SaysWhyThereIsNone) {
  const Sample failed =
      Take([](RunContext&) -> Result<RunOutcome> { return Error(Code::kUnauthenticated, "no").At("x"); });
  EXPECT_EQ(failed.error->code(), Code::kUnauthenticated);
  const Sample in_part = Take([](RunContext&) -> Result<RunOutcome> {
    RunOutcome outcome;
    outcome.problems.emplace_back(Code::kNotFound, "gone");
    return outcome;
  });
  EXPECT_EQ(in_part.error->code(), Code::kNotFound);
  EXPECT_EQ(ToJson(in_part).at("ok"), false);
}

TEST_F(SampleTest, AnEmptySourceIsInOrder) {
  const Sample sample = Take([](RunContext&) -> Result<RunOutcome> { return RunOutcome(); });
  EXPECT_FALSE(sample.error);
  EXPECT_EQ(sample.stream, "");
}

Result<RunOutcome> WaitForTheEnd(RunContext& context) {
  while (!context.cancelled.stop_requested()) std::this_thread::yield();
  return Error(Code::kCancelled, "stopped");
}

TEST_F(SampleTest, EndsAtItsDeadline) {
  EXPECT_EQ(Take(WaitForTheEnd, std::chrono::milliseconds(1)).error->code(), Code::kDeadlineExceeded);
}

TEST_F(SampleTest, EndsWhenTheCallerDoes) {
  caller_.request_stop();
  EXPECT_EQ(Take(WaitForTheEnd).error->code(), Code::kCancelled);
}

}  // namespace
}  // namespace tarn::extract
