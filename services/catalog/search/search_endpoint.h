#pragma once

#include "common/http/message.h"
#include "services/catalog/search/search_index.h"

namespace tarn::catalog {

/// GET /v1/search?q=&tag=&type=
class SearchEndpoint {
 public:
  explicit SearchEndpoint(SearchIndex& index) : index_(index) {}

  /// Ranked hits reach this deep; who wants more asks more precisely.
  static constexpr int64_t kMaxHits = 10'000;

  Result<http::Response> operator()(http::Request& request);

 private:
  SearchIndex& index_;
};

}  // namespace tarn::catalog
