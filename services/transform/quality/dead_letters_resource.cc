#include "services/transform/quality/dead_letters_resource.h"

#include <nlohmann/json.hpp>

#include "common/http/paging.h"
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
          {"redrive_run_id", letter.redrive_run_id.empty() ? json() : json(letter.redrive_run_id)}};
}

}  // namespace

Result<http::Response> DeadLettersResource::List(http::Request& request) {
  TARN_ASSIGN(const auto page, http::ParsePage(request));
  DeadLetterQuery query;
  query.transform = request.Query("transform").value_or("");
  query.run_id = request.Query("run_id").value_or("");
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

}  // namespace tarn::transform
