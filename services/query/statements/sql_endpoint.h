#pragma once

#include "common/http/message.h"
#include "common/result/result.h"
#include "services/query/statements/statement_queue.h"

namespace tarn::query {

/// POST /v1/sql: runs a statement and streams its rows as they are computed, in the format asked for. What
/// goes wrong before the first row is a problem document; later it breaks the response, so that nobody takes
/// a part for the whole. Parquet, whose end says where its parts are, is written to a file first. Stops when
/// the client leaves. Thread-safe.
class SqlEndpoint {
 public:
  /// `queue` knows the kept results that may answer a statement with a max_age.
  SqlEndpoint(const StatementParts& parts, StatementQueue& queue) : parts_(parts), queue_(queue) {}

  Result<http::Response> operator()(http::Request& request);
  /// Whether the statement does more than to read.
  bool Changes(const http::Request& request);
  /// The same for such a statement, as an answer that can be kept: not streamed, and run again it changes
  /// nothing. Errors: also kInvalidArgument for formats that are no text.
  Result<http::Response> AnswerOnce(http::Request& request);
  /// The same for a statement that the caller has read; the request says the format.
  Result<http::Response> Answer(StatementRequest statement, const http::Request& request);

 private:
  const StatementParts parts_;
  StatementQueue& queue_;
};

}  // namespace tarn::query
