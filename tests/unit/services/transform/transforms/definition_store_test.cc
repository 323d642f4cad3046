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

// Transforms that are nothing but how they hang together.
class NeighbouringDefinitions : public testing::Test {
 protected:
  void Write(const std::string& name, const std::string& rest, const std::string& sql = "SELECT 1 AS id") {
    rig_.WritePipelineFile(name + "/transform.yaml", "name: " + name + "\n" + rest);
    rig_.WritePipelineFile(name + "/models/m.sql", sql);
  }
  void WriteInput(const std::string& name, const std::string& table, const std::string& input) {
    Write(name, Outputs(table) + "input: " + input + "\n", "SELECT 1 AS id FROM {{ input }}");
  }
  static std::string Outputs(const std::string& table) {
    return "outputs: [{table: " + table + ", model: m, mode: replace}]\n";
  }
  static std::string After(const std::string& upstream) {
    return "triggers: {upstream: [" + upstream + "]}\n";
  }

  void Reload() { ASSERT_THAT(rig_.definitions().Reload(), IsOk()); }
  LoadedTransform Get(const std::string& name) { return rig_.definitions().Get(name).value(); }
  std::string ErrorOf(const std::string& name) {
    const auto transform = Get(name);
    return transform.load_error ? transform.load_error->where() + ": " + transform.load_error->message() : "";
  }

  TransformRig rig_;
};

TEST_F(NeighbouringDefinitions, MayFollowEachOtherInALine) {
  WriteInput("a", "x.a", "{bucket: raw, prefix: a/}");
  Write("b", Outputs("x.b") + After("a"));
  Write("c", Outputs("x.c") + After("a, b"));
  Reload();
  for (const char* name : {"a", "b", "c"}) EXPECT_EQ(ErrorOf(name), "");
}

TEST_F(NeighbouringDefinitions, MustBeThereToBeFollowed) {
  Write("sales", Outputs("x.a") + "triggers: {schedule: 1h}\n");
  Write("report", Outputs("x.b") + After("sails"));
  Reload();
  EXPECT_EQ(ErrorOf("report"),
            "transform.yaml: triggers.upstream: there is no transform sails; did you mean \"sales\"?");
}

TEST_F(NeighbouringDefinitions, MayFollowOneThatDoesNotLoad) {
  Write("a", "outputs: 7");
  Write("b", Outputs("x.b") + After("a"));
  Reload();
  EXPECT_EQ(ErrorOf("b"), "");
}

TEST_F(NeighbouringDefinitions, MustNotStartEachOtherInACircle) {
  Write("a", Outputs("x.a") + After("c"));
  Write("b", Outputs("x.b") + After("a"));
  Write("c", Outputs("x.c") + After("b"));
  Reload();
  EXPECT_EQ(ErrorOf("a"), "");
  EXPECT_EQ(ErrorOf("b"), "");
  EXPECT_NE(ErrorOf("c").find(
                "transform.yaml: triggers: transforms would start each other for ever: c -> a -> b -> c"),
            std::string::npos)
      << ErrorOf("c");
}

TEST_F(NeighbouringDefinitions, MustNotFollowThemselves) {
  Write("a", Outputs("x.a") + After("a"));
  Reload();
  EXPECT_NE(ErrorOf("a").find("a -> a"), std::string::npos) << ErrorOf("a");
}

TEST_F(NeighbouringDefinitions, MustNotTakeEachOthersRowsInACircle) {
  WriteInput("a", "x.a", "{bucket: transformed, prefix: x/b/, format: parquet}");
  WriteInput("b", "x.b", "{bucket: transformed, prefix: x/a/, format: parquet}");
  Reload();
  EXPECT_EQ(ErrorOf("a"), "");
  EXPECT_NE(ErrorOf("b").find("b -> a -> b"), std::string::npos) << ErrorOf("b");
}

TEST_F(NeighbouringDefinitions, MustNotMoveObjectsToEachOther) {
  WriteInput("a", "x.a", "{bucket: raw, prefix: a/, on_success: {move: {bucket: raw, prefix: b/}}}");
  WriteInput("b", "x.b", "{bucket: raw, prefix: b/, on_success: {move: {bucket: raw, prefix: a/}}}");
  Reload();
  EXPECT_NE(ErrorOf("b").find("b -> a -> b"), std::string::npos) << ErrorOf("b");
}

TEST_F(NeighbouringDefinitions, MustNotTakeWhatAnotherMovesAway) {
  WriteInput("a", "x.a", "{bucket: raw, prefix: a/, on_success: {move: {bucket: raw, prefix: done/}}}");
  WriteInput("b", "x.b", "{bucket: raw, prefix: a/b/}");
  WriteInput("c", "x.c", "{bucket: raw, prefix: done/}");
  Reload();
  EXPECT_EQ(ErrorOf("a"), "");
  EXPECT_NE(
      ErrorOf("b").find("transform.yaml: input: the transform a takes these objects and moves them away"),
      std::string::npos)
      << ErrorOf("b");
  EXPECT_EQ(ErrorOf("c"), "");
}

TEST_F(NeighbouringDefinitions, HandATableOverInOneGo) {
  Write("a", Outputs("x.t") + "triggers: {schedule: 1h}\n");
  Write("b", Outputs("x.u") + "triggers: {schedule: 1h}\n");
  Reload();
  Write("a", Outputs("x.u") + "triggers: {schedule: 1h}\n");
  Write("b", Outputs("x.t") + "triggers: {schedule: 1h}\n");
  Reload();
  EXPECT_EQ(ErrorOf("a"), "");
  EXPECT_EQ(ErrorOf("b"), "");
}

TEST_F(NeighbouringDefinitions, KeepATableWhileTheirNewFormIsBroken) {
  Write("b", Outputs("x.t") + "triggers: {schedule: 1h}\n");
  Reload();
  Write("b", "outputs: 7");
  Write("a", Outputs("x.t") + "triggers: {schedule: 1h}\n");
  Reload();
  EXPECT_NE(ErrorOf("a").find("belongs to the transform b"), std::string::npos) << ErrorOf("a");
  EXPECT_EQ(Get("a").definition, nullptr);
  EXPECT_NE(Get("b").definition, nullptr);
}

TEST_F(NeighbouringDefinitions, GoBeforeNewOnesWhateverTheirName) {
  Write("b", Outputs("x.t") + "triggers: {schedule: 1h}\n");
  Reload();
  Write("a", Outputs("x.t") + "triggers: {schedule: 1h}\n");
  Reload();
  EXPECT_EQ(ErrorOf("b"), "");
  EXPECT_NE(ErrorOf("a").find("outputs[0].table"), std::string::npos) << ErrorOf("a");
}

TEST_F(NeighbouringDefinitions, GoLiveOnlyWithApprovalAndAreAskedForItOnce) {
  int asked = 0;
  bool approves = true;
  rig_.definitions().SetApproval([&](const Definition&) -> Status {
    ++asked;
    if (approves) return Ok();
    return Error(Code::kInvalidArgument, "a test fails").At("transform.yaml: tests[0]");
  });
  Write("a", Outputs("x.a") + "triggers: {schedule: 1h}\n");
  Reload();
  Reload();
  EXPECT_EQ(asked, 1);
  const std::string first = Get("a").definition->hash;

  approves = false;
  Write("a", Outputs("x.a") + "triggers: {schedule: 2h}\n");
  Reload();
  Reload();
  EXPECT_EQ(asked, 2);
  EXPECT_EQ(ErrorOf("a"), "transform.yaml: tests[0]: a test fails");
  EXPECT_EQ(Get("a").definition->hash, first);

  approves = true;
  Write("a", Outputs("x.a") + "triggers: {schedule: 3h}\n");
  Reload();
  EXPECT_EQ(ErrorOf("a"), "");
  EXPECT_NE(Get("a").definition->hash, first);
}

TEST_F(NeighbouringDefinitions, AreAskedAgainWhenTheAnswerSaidNothingOfThem) {
  int asked = 0;
  rig_.definitions().SetApproval([&](const Definition&) -> Status {
    if (++asked == 1) return Error(Code::kUnavailable, "no room for tests");
    return Ok();
  });
  Write("a", Outputs("x.a") + "triggers: {schedule: 1h}\n");
  Reload();
  EXPECT_NE(ErrorOf("a"), "");
  Reload();
  EXPECT_EQ(ErrorOf("a"), "");
}

}  // namespace
}  // namespace tarn::transform
