#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "common/http/message.h"
#include "common/sqlite/database.h"
#include "services/query/statements/page_token.h"
#include "services/query/statements/sql_endpoint.h"
#include "services/query/statements/statement_queue.h"
#include "tests/unit/services/query/test_lake.h"

namespace tarn::query {

/// What takes a body: its text, and a client that leaves after some of it.
class Collector : public http::BodyWriter {
 public:
  Status Write(std::string_view data) override {
    text += data;
    return fail_after && text.size() > *fail_after ? Status(Error(Code::kCancelled, "the client left"))
                                                   : Ok();
  }
  std::string text;
  std::optional<size_t> fail_after;
};

/// The parts of tarn-query over a TestLake with the golden tables. Set `primary` before the first use of the
/// others.
class TestService {
 public:
  TestService();

  /// Builds workgroups and queue anew, as a start of the service does.
  void Restart();

  WorkgroupDefinition primary;
  StatementQueueOptions queue_options;

  TestLake& lake() { return lake_; }
  StatementStore& statements() { return *statements_; }
  Workgroups& workgroups() { return *workgroups_; }
  ResultFiles& results() { return *results_; }
  Admission& admission() { return *admission_; }
  StatementQueue& queue() { return *queue_; }
  const PageTokens& tokens() const { return *tokens_; }
  StatementParts parts();

  /// Waits until the statement is in that state, at most a minute.
  Statement WaitForState(const std::string& id, StatementState state);
  Statement Submit(const std::string& sql, std::optional<int64_t> max_rows = {});

 private:
  TestLake lake_;
  std::unique_ptr<sqlite::Database> database_;
  std::unique_ptr<StatementStore> statements_;
  std::unique_ptr<WorkgroupStore> stored_workgroups_;
  std::unique_ptr<ResultFiles> results_;
  std::optional<PageTokens> tokens_;
  std::unique_ptr<Workgroups> workgroups_;
  std::unique_ptr<Admission> admission_;
  std::unique_ptr<RequestIds> requests_;
  metrics::Registry registry_;
  StatementMetrics metrics_{registry_};
  std::unique_ptr<StatementQueue> queue_;
};

/// Throws with the error's message; tests cannot go on.
template <class T>
T Need(Result<T> result) {
  if (!result.ok()) throw std::runtime_error(result.error().message());
  return std::move(result).value();
}

}  // namespace tarn::query
