#include "services/transform/quality/input_check.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::transform {
namespace {

class InputCheck : public testing::Test {
 protected:
  std::optional<Fault> Check(const std::string& content, Format format, const InputLimits& limits = {}) {
    std::ofstream(directory_ / "input", std::ios::binary) << content;
    const auto fault = CheckInput(directory_ / "input", format, limits);
    EXPECT_THAT(fault, IsOk());
    return fault.ok() ? *fault : std::nullopt;
  }

  TempDirectory directory_;
};

TEST_F(InputCheck, AcceptsJsonOfAnyShape) {
  for (const char* json :
       {"{}", "[]", " 1 ", "\"\\u00e9\"", "{\"a\":[1,2,{\"b\":null}]}\n", "\xef\xbb\xbf{}"}) {
    EXPECT_FALSE(Check(json, Format::kJson).has_value()) << json;
  }
}

TEST_F(InputCheck, TellsTheByteOfTheFirstFault) {
  struct Case {
    std::string json;
    uint64_t byte_offset;
  };
  const Case cases[] = {
      {"", 0},                           // nothing at all
      {"{\"a\": 1,}", 8},                // a comma too many
      {"{\"a\": tru}", 9},               // a broken literal
      {"{\"a\": \"x", 8},                // cut off: the end
      {"[1, 2", 5},                      // cut off
      {"{} {}", 3},                      // more than one value
      {std::string("[\"a\xff\"]"), 3},   // not UTF-8
      {std::string("[\"a\0\"]", 6), 3},  // a control character in a string
      {"{\"a\": NaN}", 6},               // JSON has no NaN
  };
  for (const Case& c : cases) {
    const auto fault = Check(c.json, Format::kJson);
    ASSERT_TRUE(fault.has_value()) << c.json;
    EXPECT_EQ(fault->byte_offset, c.byte_offset) << c.json;
  }
}

TEST_F(InputCheck, RefusesDeepNestingWithoutFollowingIt) {
  const auto fault = Check(std::string(1'000'000, '['), Format::kJson);
  ASSERT_TRUE(fault.has_value());
  EXPECT_NE(fault->reason.find("deeper than 200"), std::string::npos);
}

TEST_F(InputCheck, RefusesJsonOverTheSizeLimit) {
  InputLimits limits;
  limits.max_bytes = 10;
  EXPECT_TRUE(Check("[1,2,3,4,5,6]", Format::kJson, limits).has_value());
  EXPECT_FALSE(Check("[1,2,3]", Format::kJson, limits).has_value());
}

TEST_F(InputCheck, CountsNdjsonOffsetsFromTheStartOfTheFile) {
  EXPECT_FALSE(Check("{\"a\":1}\n\n{\"a\":2}\r\n", Format::kNdjson).has_value());
  const auto fault = Check("{\"a\":1}\n{\"a\":}\n", Format::kNdjson);
  ASSERT_TRUE(fault.has_value());
  EXPECT_EQ(fault->byte_offset, 13u);
}

TEST_F(InputCheck, RefusesNdjsonLinesOverTheLimit) {
  InputLimits limits;
  limits.max_line_bytes = 8;
  const auto fault = Check("[1]\n[1,2,3,4,5]\n", Format::kNdjson, limits);
  ASSERT_TRUE(fault.has_value());
  EXPECT_EQ(fault->byte_offset, 4u);
}

TEST_F(InputCheck, FindsParquetFilesThatAreNoneOrCutOff) {
  EXPECT_EQ(Check("id,name\n1,a\n2,b\n", Format::kParquet)->byte_offset, 0u);
  EXPECT_EQ(Check("PAR1aaaaaaaaaaaa", Format::kParquet)->byte_offset, 16u);
  EXPECT_FALSE(Check("PAR1aaaaaaaaPAR1", Format::kParquet).has_value());
}

}  // namespace
}  // namespace tarn::transform
