#include "services/transform/transforms/template.h"

#include <gtest/gtest.h>

#include "tests/support/result_matchers.h"

namespace tarn::transform {
namespace {

using testing::ElementsAre;

std::string Show(const TemplateMark& mark) {
  switch (mark.kind) {
    case TemplateMark::Kind::kInput:
      return "<input" + mark.argument + ">";
    case TemplateMark::Kind::kTable:
      return "<table " + mark.argument + ">";
    case TemplateMark::Kind::kRun:
      return "<run " + mark.argument + ">";
    case TemplateMark::Kind::kRef:
      return "<ref " + mark.argument + ">";
    case TemplateMark::Kind::kParam:
      return "<param " + mark.argument + ">";
  }
  return "";
}

TEST(Template, ReplacesEveryKindOfMarkAndKeepsTheRest) {
  const auto sql = Template::Parse("a {{ input }} b {{ref('x')}}{{ ref( \"y\" ) }} {{ param('p') }} } { c");
  ASSERT_THAT(sql, IsOk());
  EXPECT_EQ(sql->Render(Show), "a <input> b <ref x><ref y> <param p> } { c");
  EXPECT_THAT(sql->Arguments(TemplateMark::Kind::kRef), ElementsAre("x", "y"));
}

TEST(Template, KnowsInputsByNameTablesAndFactsOfTheRun) {
  const auto sql = Template::Parse("{{ input('a') }} {{ table('db.t') }} {{ run('id') }}");
  ASSERT_THAT(sql, IsOk());
  EXPECT_EQ(sql->Render(Show), "<inputa> <table db.t> <run id>");
  EXPECT_EQ(sql->Marks().size(), 3u);
}

TEST(Template, KeepsTextWithoutMarksAsItIs) {
  const auto sql = Template::Parse("SELECT 1 -- {x}\n");
  ASSERT_THAT(sql, IsOk());
  EXPECT_EQ(sql->Render(Show), "SELECT 1 -- {x}\n");
}

TEST(Template, NamesTheLineOfAMarkThatIsNotClosed) {
  EXPECT_THAT(Template::Parse("SELECT\n1\nFROM {{ input"), HasError(Code::kInvalidArgument, "line 3"));
}

TEST(Template, RefusesMarksItDoesNotKnow) {
  for (const char* mark : {"{{ }}", "{{ inputs }}", "{{ ref(x) }}", "{{ ref('') }}", "{{ ref('a', 'b') }}",
                           "{{ ref('a\") }}", "{{ env('HOME') }}", "{{ ref'a' }}"}) {
    EXPECT_THAT(Template::Parse(mark), HasError(Code::kInvalidArgument, "line 1")) << mark;
  }
}

}  // namespace
}  // namespace tarn::transform
