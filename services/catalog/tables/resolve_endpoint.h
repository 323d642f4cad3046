#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <stop_token>

#include "common/http/message.h"
#include "services/catalog/tables/table_store.h"

namespace tarn::catalog {

/// POST /v1/tables:resolve: the current snapshots of several tables, all of one moment. Speaks the protobuf
/// messages of proto/tarn/v1/catalog.proto, and JSON of the same shape for people. Names compare without
/// case. With `min_sequence`, who has just committed objects finds them: the answer waits until they are
/// crawled.
class ResolveEndpoint {
 public:
  /// Waits a bounded time until all events up to `sequence` are crawled; false if they are not.
  using WaitUntilCrawled = std::function<bool(int64_t sequence, std::stop_token cancelled)>;

  /// What a view's name stands for.
  struct ViewSql {
    std::string dialect;
    std::string sql;
    int64_t version = 0;
  };
  using FindView = std::function<Result<std::optional<ViewSql>>(const TableName& name)>;

  /// `find_view` is asked for the names that no table has; without it there are no views.
  ResolveEndpoint(TableStore& tables, WaitUntilCrawled wait, FindView find_view = nullptr)
      : tables_(tables), wait_until_crawled_(std::move(wait)), find_view_(std::move(find_view)) {}

  /// Requests that wait at the same time; others are answered 503 at once. Each holds a worker thread.
  static constexpr int kMaxWaiting = 8;

  Result<http::Response> operator()(http::Request& request);

 private:
  bool Crawled(int64_t sequence, std::stop_token cancelled);

  TableStore& tables_;
  const WaitUntilCrawled wait_until_crawled_;
  const FindView find_view_;
  std::atomic<int> waiting_ = 0;
};

}  // namespace tarn::catalog
