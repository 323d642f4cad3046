#include "common/result/result.h"

#include <memory>

#include "tests/support/result_matchers.h"

namespace tarn {
namespace {

Result<std::unique_ptr<int>> Half(int number) {
  if (number % 2 != 0) return Error(Code::kInvalidArgument, "odd").At("number");
  return std::make_unique<int>(number / 2);
}

Result<int> Quarter(int number) {
  TARN_ASSIGN(const auto half, Half(number));
  TARN_ASSIGN(const auto quarter, Half(*half));
  return *quarter;
}

Status IsMultipleOfFour(int number) {
  TARN_TRY(Quarter(number));
  return Ok();
}

TEST(Result, HoldsMoveOnlyValues) { EXPECT_EQ(**Half(8), 4); }

TEST(Result, AssignReturnsTheFirstError) {
  EXPECT_THAT(Quarter(8), IsOk());
  EXPECT_THAT(Quarter(6), HasError(Code::kInvalidArgument, "odd"));
  EXPECT_THAT(Quarter(7), HasError(Code::kInvalidArgument, "number"));
}

TEST(Result, TryReturnsTheErrorOfAnotherType) {
  EXPECT_THAT(IsMultipleOfFour(12), IsOk());
  EXPECT_THAT(IsMultipleOfFour(10), HasError(Code::kInvalidArgument, "odd"));
}

TEST(Error, OnlyPassingTroubleIsRetryable) {
  EXPECT_TRUE(Error(Code::kUnavailable, "").retryable());
  EXPECT_TRUE(Error(Code::kDeadlineExceeded, "").retryable());
  EXPECT_FALSE(Error(Code::kNotFound, "").retryable());
  EXPECT_FALSE(Error(Code::kInternal, "").retryable());
}

TEST(Code, EachHasAnHttpStatusAndAName) {
  for (int code = 0; code <= static_cast<int>(Code::kInternal); ++code) {
    EXPECT_GE(HttpStatus(static_cast<Code>(code)), 400);
    EXPECT_STRNE(CodeName(static_cast<Code>(code)), "");
  }
  EXPECT_EQ(HttpStatus(Code::kNotFound), 404);
  EXPECT_STREQ(CodeName(Code::kTooLarge), "too_large");
}

}  // namespace
}  // namespace tarn
