#include "common/object_store/names.h"

#include <gtest/gtest.h>

#include "common/text/utf8.h"
#include "tests/support/result_matchers.h"

namespace tarn::object_store {
namespace {

TEST(KeyErrors, ShowABoundedPartOfTheKeyCutBetweenCharacters) {
  std::string key(199, 'x');
  for (int i = 0; i < 500; ++i) key += "\u00e4";
  const Status status = CheckKey(key);
  ASSERT_THAT(status, HasError(Code::kInvalidArgument, "1024 bytes"));
  EXPECT_LT(status.error().message().size(), 300u);
  EXPECT_TRUE(text::IsUtf8(status.error().message()));
}

}  // namespace
}  // namespace tarn::object_store
