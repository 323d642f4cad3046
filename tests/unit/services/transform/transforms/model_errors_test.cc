#include "tests/unit/services/transform/transforms/definition_errors.h"

namespace tarn::transform {
namespace {

TEST_F(DefinitionErrors, OfModelsTellFileAndLine) {
  ExpectModel("items", "SELECT 1\nFROM {{ input('pags') }}", "did you mean \"pages\"?",
              "models/items.sql: line 2");
  ExpectModel("items", "SELECT 1\nFROM {{ input }}", "write {{ input('sales') }}",
              "models/items.sql: line 2");
  ExpectModel("items", "SELECT 1 FROM {{ ref('salles') }}", "did you mean \"sales\"?",
              "models/items.sql: line 1");
  ExpectModel("items", "\n\nSELECT {{ param('curency') }}", "did you mean \"currency\"?",
              "models/items.sql: line 3");
  ExpectModel("items", "SELECT {{ run('name') }}", "id, started_at, trigger", "models/items.sql: line 1");
  ExpectModel("items", "SELECT * FROM {{ table('songs') }}", "<database>.<table>",
              "models/items.sql: line 1");
  ExpectModel("items", "SELECT * FROM {{ table('shop.log') }}", "publishes shop.log itself",
              "models/items.sql: line 1");
  ExpectModel("items", "SELECT 1 AS id", "no model reads this input", "transform.yaml: inputs[1]");
  ExpectModel("items", "SELECT 1\nAS id\nFROM raw.pages", "there is nothing to read by this name",
              "models/items.sql: line 3");
  ExpectModel("items", "SELECT 1\nFROM read_csv('/etc/passwd')", "read_csv", "models/items.sql: line 2");
  ExpectModel("items", "SELECT current_setting('threads')", "current_setting", "models/items.sql: line 1");
  ExpectModel("items", "SELECT ?", "param", "models/items.sql");
}

TEST_F(DefinitionErrors, OfColumnsComeWhenModelsAreBoundWithoutRows) {
  ExpectModel("items", "SELECT object_time AS at,\n  object_kee AS id\nFROM {{ input('pages') }}",
              "object_kee", "models/items.sql: line 2");
  ExpectModel("sales", "SELECT id, prize FROM {{ input('sales') }}", "price", "models/sales.sql: line 1");
  ExpectModel("items",
              "WITH pages AS (SELECT document->>'$.id' AS id, object_time AS at FROM {{ input('pages') }})\n"
              "SELECT id, 1 AS title FROM pages\nWHERE lenght(id) > 1",
              "lenght", "models/items.sql: line 3");
  ExpectModel("items", "SELECT price + document AS id FROM {{ ref('sales') }}, {{ input('pages') }}", "+",
              "models/items.sql: line 1");
}

TEST_F(DefinitionErrors, OfACountTellItsName) {
  ExpectAll({
      {"SELECT count(*) FROM {{ ref('items') }}", "SELECT id, title FROM {{ ref('items') }}", "one number",
       "transform.yaml: counts.items"},
      {"SELECT count(*) FROM {{ ref('items') }}", "SELECT sum(prize) FROM {{ ref('items') }}", "prize",
       "transform.yaml: counts.items"},
  });
}

TEST_F(DefinitionErrors, WaitForTheFirstRunWhereColumnsAreInferred) {
  const std::string inferred =
      Replaced(kFullYaml, "columns: {id: BIGINT, price: \"DECIMAL(10,2)\", year: INTEGER}", "columns: infer");
  auto models = kFullModels;
  models["sales"] = "SELECT whatever, year FROM {{ input('sales') }}";
  EXPECT_THAT(folder_.Load(inferred, models), IsOk());
  models["old"] = "SELECT whatever FROM {{ table('web.last') }}";
  EXPECT_THAT(folder_.Load(inferred, models), IsOk());
}

}  // namespace
}  // namespace tarn::transform
