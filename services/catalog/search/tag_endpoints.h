#pragma once

#include "common/http/message.h"
#include "services/catalog/search/tag_store.h"

namespace tarn::catalog {

/// .../tags below a database, a table, a view and a column.
class TagEndpoints {
 public:
  explicit TagEndpoints(TagStore& tags) : tags_(tags) {}

  Result<http::Response> List(http::Request& request);
  Result<http::Response> Put(http::Request& request);
  Result<http::Response> Delete(http::Request& request);

 private:
  TagStore& tags_;
};

}  // namespace tarn::catalog
