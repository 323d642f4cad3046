#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/duckdb/engine.h"
#include "common/result/result.h"
#include "services/query/engine/engine.h"
#include "services/query/engine/shared_instance.h"

namespace tarn::query {

/// Tells which columns a query has: an engine that knows the columns of tables and reads no rows.
/// Thread-safe.
class SchemaProbe {
 public:
  SchemaProbe();

  /// The names of one statement. One thread at a time.
  class Session {
   public:
    explicit Session(std::unique_ptr<SharedInstance::Session> session) : session_(std::move(session)) {}

    /// Errors: kInternal, kUnavailable.
    Status AddTable(const std::string& database, const std::string& name,
                    const std::vector<duckdb::Column>& columns);
    /// Returns the view's columns. Errors: also as InView.
    Result<std::vector<duckdb::Column>> AddView(const BoundView& view);
    /// The columns of any query over what was added. Errors: also kUnprocessable.
    Result<std::vector<duckdb::Column>> Columns(const std::string& sql);

   private:
    std::unique_ptr<SharedInstance::Session> session_;
  };

  /// Errors: kInternal, kUnavailable.
  Result<std::unique_ptr<Session>> Begin();

 private:
  SharedInstance instance_;
};

}  // namespace tarn::query
