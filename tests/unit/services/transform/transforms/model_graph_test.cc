#include "services/transform/transforms/model_graph.h"

#include <gtest/gtest.h>

#include "tests/support/result_matchers.h"

namespace tarn::transform {
namespace {

using testing::ElementsAre;

Model MakeModel(const std::string& name, const std::vector<std::string>& refs) {
  std::string sql = "SELECT 1";
  for (const std::string& ref : refs) sql += " {{ ref('" + ref + "') }}";
  return {name, "models/" + name + ".sql", *Template::Parse(sql), ""};
}

std::vector<std::string> Names(const std::vector<Model>& models) {
  std::vector<std::string> names;
  for (const Model& model : models) names.push_back(model.name);
  return names;
}

TEST(ModelGraph, PutsEachModelAfterThoseItRefersTo) {
  const auto sorted = InDependencyOrder(
      {MakeModel("a", {"c"}), MakeModel("b", {}), MakeModel("c", {"b", "d"}), MakeModel("d", {})});
  ASSERT_THAT(sorted, IsOk());
  EXPECT_THAT(Names(*sorted), ElementsAre("b", "d", "c", "a"));
}

TEST(ModelGraph, NamesTheModelsOfACycleInTheirOrder) {
  EXPECT_THAT(InDependencyOrder({MakeModel("x", {"a"}), MakeModel("a", {"b"}), MakeModel("b", {"c"}),
                                 MakeModel("c", {"a"})}),
              HasError(Code::kInvalidArgument, "a -> b -> c -> a"));
}

TEST(ModelGraph, TakesAModelThatRefersToItselfForACycle) {
  EXPECT_THAT(InDependencyOrder({MakeModel("a", {"a"})}), HasError(Code::kInvalidArgument, "a -> a"));
}

TEST(ModelGraph, NamesTheFileOfAReferenceThatFindsNothing) {
  const auto sorted = InDependencyOrder({MakeModel("a", {"missing"})});
  EXPECT_THAT(sorted, HasError(Code::kInvalidArgument, "ref('missing')"));
  EXPECT_THAT(sorted, HasError(Code::kInvalidArgument, "models/a.sql"));
}

}  // namespace
}  // namespace tarn::transform
