#pragma once

#include "common/http/message.h"
#include "services/catalog/tables/table_reader.h"
#include "services/catalog/views/view_store.h"

namespace tarn::catalog {

/// GET /v1/databases/{database}/tables/{table}:ddl and .../views/{view}:ddl: the statement that makes the
/// table or view elsewhere, {"kind": "table" or "view", "statement", "notes"}. Thread-safe.
class DdlEndpoints {
 public:
  DdlEndpoints(TableReader& tables, ViewStore& views) : tables_(tables), views_(views) {}

  Result<http::Response> OfTable(http::Request& request);
  Result<http::Response> OfView(http::Request& request);

 private:
  TableReader& tables_;
  ViewStore& views_;
};

}  // namespace tarn::catalog
