#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/catalog_client/catalog.h"
#include "common/result/result.h"
#include "common/sql_gate/gate.h"
#include "services/query/dialect/athena_dialect.h"
#include "services/query/dialect/dialect.h"
#include "services/query/sql/time_travel.h"

namespace tarn::query {

/// The query of a view, read in the view's dialect.
class ViewQuery {
 public:
  /// Errors: kUnprocessable for what the gate refuses, for what is no query, and for parameters.
  static Result<ViewQuery> Read(const std::string& sql, Dialect dialect, sql_gate::Gate& gate);

  /// The tables and views that it names.
  const std::vector<sql_gate::TableReference>& names() const { return names_; }
  /// Those of them that are former versions.
  const std::vector<FormerTable>& former() const { return former_; }
  bool is_athena() const { return athena_.has_value(); }

  /// The query as the engine reads it; of the athena dialect, `columns` has those of all names(). Errors:
  /// kUnprocessable.
  Result<std::string> EngineSql(const TableColumns& columns, sql_gate::Gate& gate) const;

 private:
  std::string sql_;
  std::vector<sql_gate::TableReference> names_;
  std::vector<FormerTable> former_;
  std::optional<AthenaStatement> athena_;
};

}  // namespace tarn::query
