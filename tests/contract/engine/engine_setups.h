#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "services/query/engine/engine.h"
#include "tests/unit/services/query/test_lake.h"

namespace tarn::query {

/// An engine of the suite. Add one here, and the suite runs over it.
struct EngineSetup {
  std::string name;
  std::function<std::unique_ptr<Engine>(TestLake& lake)> open;
};

const std::vector<EngineSetup>& EngineSetups();

/// What the tests of the suite share.
class EngineContract : public testing::TestWithParam<EngineSetup> {
 protected:
  void SetUp() override { engine_ = GetParam().open(lake_); }

  /// Makes a table of one file and binds it as `database.name`.
  table_view::BoundTable Table(const std::string& name, const std::string& sql,
                               std::vector<catalog_client::TableColumn> columns);
  /// The same over several files.
  table_view::BoundTable Table(const std::string& name, std::vector<catalog_client::DataFile> files,
                               std::vector<catalog_client::TableColumn> columns);
  /// A Parquet file that breaks DuckDB 1.5: reading it raises an INTERNAL error, after which the instance
  /// takes no query.
  catalog_client::DataFile PutPoison(const std::string& key);

  /// Runs to the end: a JSON array per row, one line each.
  Result<std::string> Run(const EngineStatement& statement, std::stop_token cancelled = {});
  Result<std::string> RunSql(const std::string& sql) { return Run(EngineStatement{sql, {}, {}}); }

  TestLake lake_;
  std::unique_ptr<Engine> engine_;
};

}  // namespace tarn::query
