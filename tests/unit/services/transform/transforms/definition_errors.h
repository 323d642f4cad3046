#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/transform/transforms/definition_folder.h"

namespace tarn::transform {

/// A definition with every key, in which each case changes one thing.
inline constexpr const char* kFullYaml = R"yaml(name: shop
inputs:
  - name: sales
    bucket: raw
    prefix: in/sales/
    suffix: .csv
    format: csv
    csv: {delimiter: ";", header: false}
    columns: {id: BIGINT, price: "DECIMAL(10,2)", year: INTEGER}
    on_success: {move: {bucket: raw, prefix: done/}}
  - name: pages
    bucket: raw
    prefix: pages/
    format: json
outputs:
  - table: shop.sales
    model: sales
    mode: replace_partitions
    partition_by: [year]
    sort_by: [id desc]
    compact: {target_size: 64MiB, min_files: 3}
  - table: shop.items
    model: items
    mode: merge
    key: [id]
    order_by: [at desc]
    columns: [id, title]
  - {table: shop.log, model: items, mode: append, format: ndjson, compact: off}
  - {table: shop.last, model: items, mode: replace}
counts:
  items: SELECT count(*) FROM {{ ref('items') }}
params: {currency: EUR}
triggers:
  events: true
  schedule: cron(0 6 * * ? *)
  time_zone: Europe/Berlin
  upstream: [feed]
batch: {max_objects: 7, max_bytes: 2GB, max_wait: 250ms}
tests:
  - name: null items are dropped
    given:
      inputs: {pages: [{document: {items: [null]}}]}
      tables: {web.last: []}
    expect: {items: [{id: "1"}]}
)yaml";

inline const std::map<std::string, std::string> kFullModels = {
    {"sales",
     "SELECT id, price, year, {{ param('currency') }} AS currency, {{ run('id') }} AS run_id\n"
     "FROM {{ input('sales') }}"},
    {"items",
     "SELECT document->>'$.id' AS id, document->>'$.title' AS title, object_time AS at\n"
     "FROM {{ input('pages') }}\nWHERE {{ run('started_at') }} IS NOT NULL"},
    {"old", "SELECT * FROM {{ table('web.last') }}"},
};

/// What takes the place of what in the full definition, and what the error says then.
struct ErrorCase {
  const char *from, *to, *message, *where;
};

/// Loads the full definition with changes.
class DefinitionErrors : public testing::Test {
 protected:
  /// With something else in the place of `from` in its YAML, and of `more`, if that is not empty.
  Result<Definition> With(const char* from, const char* to, const char* more = "", const char* more_to = "") {
    return folder_.Load(Replaced(Replaced(kFullYaml, from, to), more, more_to), kFullModels);
  }

  /// With another text of one model.
  Result<Definition> WithModel(const std::string& model, const std::string& sql) {
    auto models = kFullModels;
    models[model] = sql;
    return folder_.Load(kFullYaml, models);
  }

  void ExpectAll(const std::vector<ErrorCase>& cases) {
    for (const ErrorCase& c : cases) {
      const auto loaded = With(c.from, c.to);
      EXPECT_THAT(loaded, HasError(Code::kInvalidArgument, c.message)) << c.to;
      EXPECT_THAT(loaded, HasError(Code::kInvalidArgument, c.where)) << c.to;
    }
  }

  void ExpectModel(const std::string& model, const std::string& sql, const char* message, const char* where) {
    const auto loaded = WithModel(model, sql);
    EXPECT_THAT(loaded, HasError(Code::kInvalidArgument, message)) << sql;
    EXPECT_THAT(loaded, HasError(Code::kInvalidArgument, where)) << sql;
  }

  DefinitionFolder folder_;
};

}  // namespace tarn::transform
