#include "services/transform/quality/quality_resource.h"

#include <charconv>
#include <nlohmann/json.hpp>

#include "common/http/paging.h"

namespace tarn::transform {
namespace {

using nlohmann::json;

json ResultJson(const StoredResult& stored) {
  json value = stored.result.ToJson();
  value["run_id"] = stored.run_id;
  value["transform"] = stored.transform;
  return value;
}

json ScoreJson(const TableScore& table) {
  return {{"table", table.table},         {"run_id", table.run_id},
          {"transform", table.transform}, {"checked_at", FormatRfc3339(table.checked_at)},
          {"rules", table.score.rules()}, {"passed", table.score.passed},
          {"failed", table.score.failed}, {"errors", table.score.errors},
          {"score", table.score.score()}};
}

// A page ends at "<run id>/<what comes behind it>".
Result<QualityQuery> ReadQuery(const http::Request& request, const http::PageRequest& page) {
  QualityQuery query;
  query.table = request.Query("table").value_or("");
  query.run_id = request.Query("run").value_or("");
  query.limit = page.limit + 1;
  if (page.after.empty()) return query;
  const size_t slash = page.after.find('/');
  if (slash == std::string::npos)
    return Error(Code::kInvalidArgument, "not a page token of this collection").At("query:page_token");
  query.after_run = page.after.substr(0, slash);
  query.after_table = page.after.substr(slash + 1);
  std::from_chars(query.after_table.data(), query.after_table.data() + query.after_table.size(),
                  query.after_ordinal);
  return query;
}

}  // namespace

Result<http::Response> QualityResource::Results(http::Request& request) {
  TARN_ASSIGN(const auto page, http::ParsePage(request));
  TARN_ASSIGN(auto query, ReadQuery(request, page));
  query.outcome = request.Query("outcome").value_or("");
  if (!query.outcome.empty() && !ParseOutcome(query.outcome)) {
    return Error(Code::kInvalidArgument, "expected passed, failed or error, got " + query.outcome)
        .At("query:outcome");
  }
  TARN_ASSIGN(auto results, quality_.List(query));
  const bool more = static_cast<int64_t>(results.size()) > page.limit;
  if (more) results.pop_back();
  json items = json::array();
  for (const StoredResult& stored : results) items.push_back(ResultJson(stored));
  return http::PageResponse(std::move(items),
                            more ? results.back().run_id + "/" + std::to_string(results.back().ordinal) : "");
}

Result<http::Response> QualityResource::Scores(http::Request& request) {
  TARN_ASSIGN(const auto page, http::ParsePage(request));
  TARN_ASSIGN(const auto query, ReadQuery(request, page));
  TARN_ASSIGN(auto scores, quality_.Scores(query));
  const bool more = static_cast<int64_t>(scores.size()) > page.limit;
  if (more) scores.pop_back();
  json items = json::array();
  for (const TableScore& table : scores) items.push_back(ScoreJson(table));
  return http::PageResponse(std::move(items), more ? scores.back().run_id + "/" + scores.back().table : "");
}

}  // namespace tarn::transform
