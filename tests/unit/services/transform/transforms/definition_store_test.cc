#include "services/transform/transforms/definition_store.h"

#include <gtest/gtest.h>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/transform/transform_rig.h"

namespace tarn::transform {
namespace {

class DefinitionStoreTest : public testing::Test {
 protected:
  void WriteItems(const std::string& yaml) {
    rig_.WritePipelineFile("items/transform.yaml", yaml);
    rig_.WritePipelineFile("items/models/items.sql", kItemsSql);
  }

  TransformRig rig_;
};

TEST_F(DefinitionStoreTest, FindsPipelinesThatHaveATransform) {
  WriteItems(kItemsYaml);
  rig_.WritePipelineFile("other/source.yaml", "name: other");
  ASSERT_THAT(rig_.definitions().Reload(), IsOk());
  ASSERT_EQ(rig_.definitions().List().size(), 1u);
  EXPECT_EQ(rig_.definitions().List()[0].name, "items");
  EXPECT_THAT(rig_.definitions().Get("other"), HasError(Code::kNotFound, "other"));
}

TEST_F(DefinitionStoreTest, KeepsTheLastGoodDefinitionWhileTheFileIsBroken) {
  WriteItems(kItemsYaml);
  ASSERT_THAT(rig_.definitions().Reload(), IsOk());
  WriteItems("name: [");
  ASSERT_THAT(rig_.definitions().Reload(), IsOk());
  const auto broken = rig_.definitions().Get("items");
  ASSERT_THAT(broken, IsOk());
  EXPECT_TRUE(broken->load_error.has_value());
  ASSERT_NE(broken->definition, nullptr);
  EXPECT_EQ(rig_.definitions().Runnable().size(), 1u);

  WriteItems(kItemsYaml);
  ASSERT_THAT(rig_.definitions().Reload(), IsOk());
  EXPECT_FALSE(rig_.definitions().Get("items")->load_error.has_value());
}

TEST_F(DefinitionStoreTest, RefusesASecondTransformForTheSameTable) {
  WriteItems(kItemsYaml);
  std::string twin = kItemsYaml;
  twin.replace(twin.find("name: items"), 11, "name: twins");
  rig_.WritePipelineFile("twins/transform.yaml", twin);
  rig_.WritePipelineFile("twins/models/items.sql", kItemsSql);
  ASSERT_THAT(rig_.definitions().Reload(), IsOk());
  EXPECT_FALSE(rig_.definitions().Get("items")->load_error.has_value());
  ASSERT_TRUE(rig_.definitions().Get("twins")->load_error.has_value());
  EXPECT_NE(rig_.definitions().Get("twins")->load_error->message().find("belongs to the transform items"),
            std::string::npos);
}

}  // namespace
}  // namespace tarn::transform
