#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/duckdb/engine.h"
#include "common/result/result.h"
#include "common/sql_gate/gate.h"
#include "services/query/dialect/athena_dialect.h"

namespace tarn::query {

/// The rows of a statement with their types in Trino's terms.
struct TrinoRows {
  std::vector<TrinoType> types;
  std::vector<std::vector<nlohmann::json>> rows;
};

/// Runs statements of the athena dialect without tables: dialect, gate and engine as the service has them.
class TrinoRunner {
 public:
  explicit TrinoRunner(DialectOptions options);

  Result<TrinoRows> Run(const std::string& sql);
  /// What the dialect makes of it.
  Result<std::string> Translate(const std::string& sql) const;

 private:
  DialectOptions options_;
  std::unique_ptr<sql_gate::Gate> gate_;
  std::unique_ptr<duckdb::Instance> instance_;
  std::unique_ptr<duckdb::Connection> connection_;
};

}  // namespace tarn::query
