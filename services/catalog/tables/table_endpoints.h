#pragma once

#include <nlohmann/json_fwd.hpp>

#include "common/http/message.h"
#include "services/catalog/tables/file_presence.h"
#include "services/catalog/tables/table_reader.h"

namespace tarn::catalog {

/// /v1/databases/{database}/tables and what is below a table.
class TableEndpoints {
 public:
  TableEndpoints(TableReader& tables, FilePresence& presence) : tables_(tables), presence_(presence) {}

  Result<http::Response> List(http::Request& request);
  /// With the first partitions and failed files; all of them, and the files, have listings of their own. With
  /// ?version= or ?as_of= as it was, and which of its files are gone.
  Result<http::Response> Get(http::Request& request);
  Result<http::Response> Files(http::Request& request);
  Result<http::Response> Partitions(http::Request& request);
  Result<http::Response> FailedFiles(http::Request& request);

 private:
  Status AddDetails(const Table& table, nlohmann::json* body);
  Status AddMissing(const Table& table, nlohmann::json* body);

  TableReader& tables_;
  FilePresence& presence_;
};

}  // namespace tarn::catalog
