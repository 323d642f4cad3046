#include "common/logging/log.h"

#include <nlohmann/json.hpp>

#include "common/tracing/trace_context.h"
#include "tests/support/result_matchers.h"

namespace tarn::log {
namespace {

TEST(Log, AJsonLineCarriesFieldsWithTheirTypesAndTheTrace) {
  const ScopedTrace trace(TraceContext::New());
  const auto line =
      nlohmann::json::parse(Render(Format::kJson, Level::kWarn, "page written",
                                   {{"pages", 3}, {"rate", 0.5}, {"last", true}, {"key", "a\"b"}}));
  EXPECT_EQ(line["level"], "warn");
  EXPECT_EQ(line["message"], "page written");
  EXPECT_EQ(line["pages"], 3);
  EXPECT_EQ(line["rate"], 0.5);
  EXPECT_EQ(line["last"], true);
  EXPECT_EQ(line["key"], "a\"b");
  EXPECT_EQ(line["trace_id"], TraceContext::Current().trace_id);
}

TEST(Log, NoValueCanForgeASecondLine) {
  for (const Format format : {Format::kJson, Format::kText}) {
    const std::string line = Render(format, Level::kInfo, "one\ntwo",
                                    {{"name", "x\n{\"level\":\"error\"}"}, {"bytes", "\xff\xfe"}});
    EXPECT_EQ(line.find('\n'), std::string::npos) << line;
  }
}

TEST(Log, AnErrorShowsCodeMessageAndPlace) {
  const std::string line = Render(Format::kText, Level::kError, "failed",
                                  {{"error", Error(Code::kNotFound, "no table").At("line 1")}});
  EXPECT_NE(line.find("not_found: no table (line 1)"), std::string::npos) << line;
}

TEST(Log, LevelsAndFormatsHaveNames) {
  EXPECT_EQ(*ParseLevel("warn"), Level::kWarn);
  EXPECT_EQ(*ParseFormat("text"), Format::kText);
  EXPECT_THAT(ParseLevel("loud"), HasError(Code::kInvalidArgument, "loud"));
  EXPECT_THAT(ParseFormat("xml"), HasError(Code::kInvalidArgument, "xml"));
}

}  // namespace
}  // namespace tarn::log
