#include "services/extract/schedules/schedule_endpoints.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/http/paging.h"

namespace tarn::extract {
namespace {

using http::Request;
using http::Response;
using nlohmann::json;

constexpr size_t kNextFirings = 10;

json ToJson(const LastFiring& last) {
  json shown = {{"scheduled_for", FormatRfc3339(last.scheduled_for)},
                {"handled_at", FormatRfc3339(last.handled_at)},
                {"outcome", FiringOutcomeName(last.outcome)},
                {"run_id", nullptr},
                {"reason", nullptr}};
  if (!last.run_id.empty()) shown["run_id"] = last.run_id;
  if (!last.reason.empty()) shown["reason"] = last.reason;
  return shown;
}

json NextFirings(const ScheduleView& view, Timestamp now, size_t count) {
  json firings = json::array();
  if (view.paused()) return firings;
  const schedule::Timetable& timetable = view.timetable;
  auto firing = timetable.After(std::max(view.state.handled, now));
  for (; firing && firings.size() < count; firing = timetable.After(*firing)) {
    firings.push_back({{"scheduled_for", FormatRfc3339(*firing)},
                       {"local_time", timetable.schedule().time_zone.Format(*firing)},
                       {"starts_at", FormatRfc3339(timetable.Due(*firing))}});
  }
  return firings;
}

json ToJson(const ScheduleView& view, Timestamp now) {
  const json next = NextFirings(view, now, 1);
  json shown = {{"name", view.state.name},
                {"state", view.paused()  ? "paused"
                          : next.empty() ? "ended"
                                         : "active"},
                {"paused_by", nullptr},
                {"paused_at", nullptr},
                {"definition", view.timetable.schedule().ToJson()},
                {"next_firing", nullptr},
                {"last_firing", nullptr}};
  if (view.paused()) shown["paused_by"] = view.timetable.schedule().paused ? "definition" : "request";
  if (view.state.paused_at) shown["paused_at"] = FormatRfc3339(*view.state.paused_at);
  if (!next.empty()) shown["next_firing"] = next.front();
  if (view.state.last) shown["last_firing"] = ToJson(*view.state.last);
  return shown;
}

}  // namespace

Result<Response> ScheduleEndpoints::List(Request& request) {
  TARN_ASSIGN(const http::PageRequest page, http::ParsePage(request));
  const auto views = scheduler_.Page(page.after, static_cast<size_t>(page.limit));
  const Timestamp now = clock_();
  json items = json::array();
  for (const ScheduleView& view : views) items.push_back(ToJson(view, now));
  const bool full = static_cast<int64_t>(views.size()) == page.limit;
  return http::PageResponse(std::move(items), full ? views.back().state.name : "");
}

Result<Response> ScheduleEndpoints::Get(Request& request) {
  TARN_ASSIGN(const ScheduleView view, scheduler_.Get(request.PathParameter("name")));
  const Timestamp now = clock_();
  json shown = ToJson(view, now);
  shown["next_firings"] = NextFirings(view, now, kNextFirings);
  return Response::Json(200, shown);
}

Result<Response> ScheduleEndpoints::Pause(Request& request) {
  const Timestamp now = clock_();
  TARN_ASSIGN(const ScheduleView view, scheduler_.Pause(request.PathParameter("name"), now));
  return Response::Json(200, ToJson(view, now));
}

Result<Response> ScheduleEndpoints::Resume(Request& request) {
  const Timestamp now = clock_();
  TARN_ASSIGN(const ScheduleView view, scheduler_.Resume(request.PathParameter("name"), now));
  return Response::Json(200, ToJson(view, now));
}

void AddScheduleRoutes(http::Router& router, ScheduleEndpoints& endpoints) {
  http::RouteOptions page;
  page.query_parameters = http::kPageParameters;
  router.Get("/v1/schedules", page, [&](Request& request) { return endpoints.List(request); });
  router.Get("/v1/schedules/{name}", {}, [&](Request& request) { return endpoints.Get(request); });
  router.Post("/v1/schedules/{name}:pause", {}, [&](Request& request) { return endpoints.Pause(request); });
  router.Post("/v1/schedules/{name}:resume", {}, [&](Request& request) { return endpoints.Resume(request); });
}

}  // namespace tarn::extract
