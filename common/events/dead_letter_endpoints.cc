#include "common/events/dead_letter_endpoints.h"

#include <iterator>
#include <nlohmann/json.hpp>

#include "common/events/event_json.h"
#include "common/http/paging.h"

namespace tarn::events {

using http::Request;
using http::Response;
using nlohmann::json;

Result<Response> DeadLetterEndpoints::List(const Request& request) const {
  TARN_ASSIGN(const http::PageRequest page, http::ParsePage(request));
  TARN_ASSIGN(const auto found, subscriptions_.ListDeadLetters(page.after, page.limit, request.Query("subscription_id").value_or("")));
  json items = json::array();
  for (const DeadLetter& letter : found) items.push_back(DeadLetterJson(letter));
  const bool full = static_cast<int64_t>(found.size()) == page.limit;
  return http::PageResponse(std::move(items), full ? found.back().id : "");
}

Result<Response> DeadLetterEndpoints::Get(const Request& request) const {
  TARN_ASSIGN(const DeadLetter letter, subscriptions_.GetDeadLetter(request.PathParameter("id")));
  json answer = DeadLetterJson(letter);
  answer["event"] = nullptr;
  object_store::EventFilter all;
  all.types.assign(std::begin(object_store::kEventTypes), std::end(object_store::kEventTypes));
  TARN_ASSIGN(const auto page, store_.ReadEvents(letter.sequence - 1, all, 1));
  for (const auto& event : page.events) {
    if (event.sequence == letter.sequence) answer["event"] = EventJson(event);
  }
  return Response::Json(200, answer);
}

Result<Response> DeadLetterEndpoints::Remove(const Request& request) const {
  TARN_TRY(subscriptions_.RemoveDeadLetter(request.PathParameter("id")));
  return Response::NoContent();
}

Result<Response> DeadLetterEndpoints::Redrive(const Request& request) const {
  const std::string& id = request.PathParameter("id");
  TARN_TRY(subscriptions_.RequestRedrive(id));
  TARN_ASSIGN(const DeadLetter letter, subscriptions_.GetDeadLetter(id));
  Response response = Response::Json(202, DeadLetterJson(letter));
  deliverer_.Wake();
  response.headers.Add("Location", "/v1/webhook-dead-letters/" + http::PercentEncode(id));
  return response;
}

Result<Response> DeadLetterEndpoints::RedriveAll(const Request& request) const {
  TARN_ASSIGN(const int64_t count, subscriptions_.RequestRedriveOfAll(request.Query("subscription_id").value_or("")));
  deliverer_.Wake();
  return Response::Json(202, {{"requested", count}});
}

}  // namespace tarn::events
