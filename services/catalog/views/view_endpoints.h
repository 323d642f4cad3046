#pragma once

#include "common/http/message.h"
#include "services/catalog/views/view_store.h"

namespace tarn::catalog {

/// /v1/databases/{database}/views
class ViewEndpoints {
 public:
  explicit ViewEndpoints(ViewStore& views) : views_(views) {}

  Result<http::Response> List(http::Request& request);
  Result<http::Response> Get(http::Request& request);
  Result<http::Response> Put(http::Request& request);
  Result<http::Response> Delete(http::Request& request);

 private:
  ViewStore& views_;
};

}  // namespace tarn::catalog
