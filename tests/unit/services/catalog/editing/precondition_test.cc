#include "services/catalog/editing/precondition.h"

#include <gmock/gmock.h>

#include "tests/support/result_matchers.h"

namespace tarn::catalog {
namespace {

Result<Precondition> Of(const char* header, const char* value) {
  http::Request request;
  if (header) request.headers.Add(header, value);
  return Precondition::Of(request);
}

TEST(Precondition, WithoutHeadersAnythingGoes) {
  EXPECT_THAT(Of(nullptr, "")->Check(0), IsOk());
  EXPECT_THAT(Of(nullptr, "")->Check(7), IsOk());
}

TEST(Precondition, IfMatchTakesAnyOfItsVersions) {
  const auto condition = Of("If-Match", "\"3\" , \"7\"");
  ASSERT_THAT(condition, IsOk());
  EXPECT_THAT(condition->Check(7), IsOk());
  EXPECT_THAT(condition->Check(8), HasError(Code::kPreconditionFailed, ""));
  EXPECT_THAT(condition->Check(0), HasError(Code::kPreconditionFailed, ""));
}

TEST(Precondition, WeakTagsNeverMatch) {
  EXPECT_THAT(Of("If-Match", "W/\"7\"")->Check(7), HasError(Code::kPreconditionFailed, ""));
}

TEST(Precondition, StarMeansThatItIsThere) {
  EXPECT_THAT(Of("If-Match", "*")->Check(1), IsOk());
  EXPECT_THAT(Of("If-Match", "*")->Check(0), HasError(Code::kPreconditionFailed, ""));
  EXPECT_THAT(Of("If-None-Match", "*")->Check(0), IsOk());
  EXPECT_THAT(Of("If-None-Match", "*")->Check(1), HasError(Code::kPreconditionFailed, ""));
}

TEST(Precondition, RefusesWhatIsNoTag) {
  for (const char* value : {"7", "", "\"7", "\"7\",", "\"7\" \"8", "W/7"})
    EXPECT_THAT(Of("If-Match", value), HasError(Code::kInvalidArgument, "")) << value;
  EXPECT_THAT(Of("If-None-Match", "\"7\""), HasError(Code::kInvalidArgument, ""));
}

}  // namespace
}  // namespace tarn::catalog
