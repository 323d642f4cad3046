#include <gtest/gtest.h>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/transform/transforms/definition_folder.h"

namespace tarn::transform {
namespace {

constexpr const char* kYaml = R"(name: shop
input: {bucket: raw, prefix: a/}
outputs: [{table: shop.a, model: a, mode: replace}]
)";

TEST(DefinitionHash, ChangesWithEveryTextAndOnlyThen) {
  DefinitionFolder folder;
  const auto first = folder.Load(kYaml, {{"a", "SELECT 1 AS x FROM {{ input }}"}});
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(first->hash.size(), 64u);
  EXPECT_EQ(folder.Load(kYaml, {})->hash, first->hash);

  const auto model = folder.Load(kYaml, {{"a", "SELECT 2 AS x FROM {{ input }}"}});
  EXPECT_NE(model->hash, first->hash);
  EXPECT_NE(model->models[0].hash, first->models[0].hash);

  const auto yaml = folder.Load(std::string(kYaml) + "# a remark\n", {});
  EXPECT_NE(yaml->hash, model->hash);
  EXPECT_EQ(yaml->models[0].hash, model->models[0].hash);
}

TEST(DefinitionHash, OfAModelIsThatOfItsFile) {
  DefinitionFolder folder;
  const auto loaded = folder.Load(kYaml, {{"a", "SELECT 1 AS x FROM {{ input }}"}});
  ASSERT_THAT(loaded, IsOk());
  // printf '%s' "SELECT 1 AS x FROM {{ input }}" | sha256sum
  EXPECT_EQ(loaded->models[0].hash, "e1cb46c0f6981a01b0ab7e334b632507b6498202e3aa51b150e596074388a536");
}

}  // namespace
}  // namespace tarn::transform
