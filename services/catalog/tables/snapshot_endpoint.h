#pragma once

#include "common/http/message.h"
#include "services/catalog/tables/table_reader.h"

namespace tarn::catalog {

/// GET /v1/databases/{database}/tables/{table}/snapshot[?version=|as_of=][&statistics=true]: the files of one table at
/// a version, as JSON, or as a tarn.v1.TableSnapshot message for who accepts that. Thread-safe.
class SnapshotEndpoint {
 public:
  explicit SnapshotEndpoint(TableReader& tables) : tables_(tables) {}

  Result<http::Response> operator()(http::Request& request);

 private:
  TableReader& tables_;
};

}  // namespace tarn::catalog
