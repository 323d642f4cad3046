#include "services/transform/quality/dead_letters_resource.h"

#include <nlohmann/json.hpp>

#include "common/http/paging.h"
#include "common/json/json.h"
#include "services/transform/runs/runs_resource.h"

namespace tarn::transform {
namespace {

using nlohmann::json;

json DeadLetterJson(const DeadLetter& letter) {
  return {{"id", letter.id},
          {"run_id", letter.run_id},
          {"transform", letter.transform},
          {"bucket", letter.bucket},
          {"key", letter.key},
          {"version", letter.version},
          {"reason", letter.reason},
          {"byte_offset", letter.byte_offset ? json(*letter.byte_offset) : json()},
          {"created_at", FormatRfc3339(letter.created_at)},
          {"redrive_run_id", letter.redrive_run_id.empty() ? json() : json(letter.redrive_run_id)},
          {"state", LetterStateName(letter.state())},
          {"resolution", letter.resolution.empty() ? json() : json(letter.resolution)},
          {"resolved_at", letter.resolved_at ? json(FormatRfc3339(*letter.resolved_at)) : json()}};
}

constexpr const char* kStates = "expected \"open\", \"redriving\" or \"resolved\"";

Result<DeadLetterQuery> QueryOf(const http::Request& request) {
  DeadLetterQuery query;
  query.transform = request.Query("transform").value_or("");
  query.run_id = request.Query("run_id").value_or("");
  query.bucket = request.Query("bucket").value_or("");
  query.prefix = request.Query("prefix").value_or("");
  if (const auto state = request.Query("state")) {
    query.state = ParseLetterState(*state);
    if (!query.state)
      return Error(Code::kInvalidArgument, std::string(kStates) + ": " + *state).At("query:state");
  }
  return query;
}

// The filters of a body. An empty one means all, and has to be said: {}.
Result<DeadLetterQuery> QueryOfBody(const http::Request& request) {
  TARN_ASSIGN(const auto body, request.Json());
  tarn::json::ObjectReader reader(body);
  DeadLetterQuery query;
  query.transform = reader.OptionalString("transform").value_or("");
  query.run_id = reader.OptionalString("run_id").value_or("");
  query.bucket = reader.OptionalString("bucket").value_or("");
  query.prefix = reader.OptionalString("prefix").value_or("");
  TARN_TRY(reader.Finish());
  return query;
}

}  // namespace

const std::vector<std::string> DeadLettersResource::kFilters = {"transform", "run_id", "bucket", "prefix",
                                                                "state"};

Result<http::Response> DeadLettersResource::List(http::Request& request) {
  TARN_ASSIGN(const auto page, http::ParsePage(request));
  TARN_ASSIGN(auto query, QueryOf(request));
  query.after_id = page.after;
  query.limit = page.limit + 1;
  TARN_ASSIGN(const auto letters, dead_letters_.List(query));
  json items = json::array();
  for (const DeadLetter& letter : letters) {
    if (static_cast<int64_t>(items.size()) < page.limit) items.push_back(DeadLetterJson(letter));
  }
  const bool more = static_cast<int64_t>(letters.size()) > page.limit;
  return http::PageResponse(std::move(items), more ? letters[letters.size() - 2].id : "");
}

Result<http::Response> DeadLettersResource::Get(http::Request& request) {
  TARN_ASSIGN(const auto letter, dead_letters_.Get(request.PathParameter("id")));
  return http::Response::Json(200, DeadLetterJson(letter));
}

Result<http::Response> DeadLettersResource::Redrive(http::Request& request) {
  TARN_ASSIGN(const std::string run_id, planner_.Redrive(request.PathParameter("id")));
  return AcceptedRun(runs_, run_id);
}

Result<http::Response> DeadLettersResource::Count(http::Request& request) {
  TARN_ASSIGN(const auto query, QueryOf(request));
  TARN_ASSIGN(auto counts, dead_letters_.Count(query));
  return http::Response::Json(200, {{"open", counts[LetterState::kOpen]},
                                    {"redriving", counts[LetterState::kRedriving]},
                                    {"resolved", counts[LetterState::kResolved]}});
}

Result<http::Response> DeadLettersResource::RedriveAll(http::Request& request) {
  TARN_ASSIGN(auto query, QueryOfBody(request));
  TARN_ASSIGN(const auto answer, planner_.RedriveAll(std::move(query)));
  return http::Response::Json(
      202,
      {{"redriven", answer.redriven}, {"gone", answer.gone}, {"left", answer.left}, {"runs", answer.runs}});
}

Result<http::Response> DeadLettersResource::Acknowledge(http::Request& request) {
  TARN_ASSIGN(const auto letter, dead_letters_.Acknowledge(request.PathParameter("id")));
  return http::Response::Json(200, DeadLetterJson(letter));
}

Result<http::Response> DeadLettersResource::AcknowledgeAll(http::Request& request) {
  TARN_ASSIGN(auto query, QueryOfBody(request));
  query.limit = static_cast<int64_t>(Planner::kMaxBackfill);
  TARN_ASSIGN(const int64_t acknowledged, dead_letters_.AcknowledgeAll(query));
  return http::Response::Json(200, {{"acknowledged", acknowledged}});
}

Result<http::Response> DeadLettersResource::Delete(http::Request& request) {
  TARN_TRY(dead_letters_.Delete(request.PathParameter("id")));
  http::Response response;
  response.status = 204;
  return response;
}

}  // namespace tarn::transform
