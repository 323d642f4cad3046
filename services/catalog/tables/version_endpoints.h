#pragma once

#include "common/http/message.h"
#include "services/catalog/tables/file_presence.h"
#include "services/catalog/tables/table_store.h"

namespace tarn::catalog {

/// The versions of a table: .../versions, .../versions/{from}/diff/{to}, and the table's :rollback.
class VersionEndpoints {
 public:
  VersionEndpoints(TableReader& reader, TableWriter& writer, FilePresence& presence)
      : reader_(reader), writer_(writer), presence_(presence) {}

  Result<http::Response> List(http::Request& request);
  /// What lies between two versions, in words and with the files on each side.
  Result<http::Response> Diff(http::Request& request);
  /// {"version": N}: makes a new version with the files and the schema of version N.
  Result<http::Response> Rollback(http::Request& request);

 private:
  TableReader& reader_;
  TableWriter& writer_;
  FilePresence& presence_;
};

}  // namespace tarn::catalog
