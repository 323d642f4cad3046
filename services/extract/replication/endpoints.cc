#include "services/extract/replication/endpoints.h"

#include <charconv>
#include <nlohmann/json.hpp>

#include "common/http/paging.h"
#include "common/json/json.h"
#include "services/extract/replication/planner.h"

namespace tarn::extract {
namespace {

using http::Request;
using http::Response;
using nlohmann::json;

json ToJson(const ReplicationTask& task) {
  json shown{{"id", std::to_string(task.id)},
             {"bucket", task.bucket},
             {"key", task.key},
             {"version", task.version},
             {"operation", OperationName(task.operation)},
             {"rule", task.rule},
             {"target", task.target},
             {"state", task.failed ? "failed" : "pending"},
             {"event_time", FormatRfc3339(task.event_time)},
             {"attempts", task.attempts}};
  if (!task.reason.empty()) shown["reason"] = task.reason;
  if (!task.failed && task.attempts > 0) shown["next_attempt_at"] = FormatRfc3339(task.next_attempt);
  return shown;
}

json ToJson(const std::string& bucket, const s3::ReplicationRule& rule, const ReplicationTaskStore::Totals& totals,
            bool target_exists) {
  json shown{{"bucket", bucket},
             {"rule", rule.id},
             {"enabled", rule.enabled},
             {"prefix", rule.filter.prefix.value_or("")},
             {"target", rule.destination_bucket},
             {"target_exists", target_exists},
             {"delete_markers", rule.replicate_delete_markers.value_or(false)},
             {"pending_objects", totals.pending},
             {"failed_objects", totals.failed},
             {"lag_ms", 0}};
  if (totals.oldest_pending) shown["lag_ms"] = std::max<int64_t>(0, (Now() - *totals.oldest_pending).count());
  if (!rule.filter.tags.empty()) shown["tags"] = rule.filter.tags;
  return shown;
}

// Without credentials: where they come from is nobody's business but the operator's.
json ToJson(const std::string& name, const TargetDefinition& target) {
  json shown{{"name", name}, {"type", target.type}};
  if (!target.bucket.empty()) shown["bucket"] = target.bucket;
  if (target.type == "directory") {
    shown["path"] = target.path;
  } else {
    shown["endpoint"] = target.endpoint;
    shown["region"] = target.region;
    if (!target.prefix.empty()) shown["prefix"] = target.prefix;
  }
  return shown;
}

Result<int64_t> ParseId(const std::string& text) {
  int64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error == std::errc() && end == text.data() + text.size()) return id;
  return Error(Code::kNotFound, "there is no such replication, or it is done: " + text);
}

}  // namespace

Result<Response> ReplicationEndpoints::ListRules(Request&) {
  TARN_ASSIGN(const auto buckets, store_.ListBuckets());
  TARN_ASSIGN(const auto counts, tasks_.Count());
  json items = json::array();
  for (const std::string& bucket : buckets) {
    const auto document = store_.BucketDocument(bucket, kReplicationDocument);
    if (!document.ok() || !*document) continue;
    const auto configuration = s3::ReplicationConfiguration::Parse(**document);
    if (!configuration.ok()) {
      return Error(Code::kInvalidArgument, "a bucket's replication cannot be read: " + configuration.error().message);
    }
    for (const s3::ReplicationRule& rule : configuration->rules) {
      const auto found = counts.find({bucket, rule.id, rule.destination_bucket});
      items.push_back(ToJson(bucket, rule, found == counts.end() ? ReplicationTaskStore::Totals() : found->second,
                             targets_.contains(rule.destination_bucket)));
    }
  }
  return Response::Json(200, json{{"items", std::move(items)}});
}

Result<Response> ReplicationEndpoints::RetryAll(Request& request) {
  const std::string target = request.Query("target").value_or("");
  TARN_ASSIGN(const int64_t count, tasks_.RetryAll(target));
  replicator_.Resume(target);
  return Response::Json(202, json{{"retried", count}});
}

Result<Response> ReplicationEndpoints::ListTasks(Request& request) {
  TARN_ASSIGN(const http::PageRequest page, http::ParsePage(request));
  std::optional<bool> failed;
  if (const auto state = request.Query("state")) {
    if (*state != "failed" && *state != "pending") {
      return Error(Code::kInvalidArgument, "must be pending or failed: " + *state).At("query:state");
    }
    failed = *state == "failed";
  }
  int64_t after = 0;
  if (!page.after.empty()) {
    const auto parsed = ParseId(page.after);
    if (!parsed.ok()) return Error(Code::kInvalidArgument, "not a page token").At("query:page_token");
    after = *parsed;
  }
  TARN_ASSIGN(const auto tasks, tasks_.List(failed, after, page.limit));
  json items = json::array();
  for (const ReplicationTask& task : tasks) items.push_back(ToJson(task));
  const bool full = static_cast<int64_t>(tasks.size()) == page.limit;
  return http::PageResponse(std::move(items), full ? std::to_string(tasks.back().id) : "");
}

Result<Response> ReplicationEndpoints::GetTask(Request& request) {
  TARN_ASSIGN(const int64_t id, ParseId(request.PathParameter("id")));
  TARN_ASSIGN(const ReplicationTask task, tasks_.Get(id));
  return Response::Json(200, ToJson(task));
}

Result<Response> ReplicationEndpoints::RetryTask(Request& request) {
  TARN_ASSIGN(const int64_t id, ParseId(request.PathParameter("id")));
  TARN_ASSIGN(const ReplicationTask task, tasks_.Retry(id));
  replicator_.Resume(task.target);
  return Response::Json(202, ToJson(task));
}

Result<Response> ReplicationEndpoints::ListTargets(Request&) {
  json items = json::array();
  for (const auto& [name, definition] : definitions_) items.push_back(ToJson(name, definition));
  return Response::Json(200, json{{"items", std::move(items)}});
}

Result<Response> ReplicationEndpoints::CheckTarget(Request& request) {
  const std::string& name = request.PathParameter("name");
  const auto target = targets_.find(name);
  if (target == targets_.end()) return Error(Code::kNotFound, "there is no such replication target: " + name);
  json shown = ToJson(name, definitions_.at(name));
  const Status check = target->second->Check();
  shown["answers"] = check.ok();
  if (!check.ok()) shown["reason"] = check.error().message();
  return Response::Json(200, shown);
}

void AddReplicationRoutes(http::Router& router, ReplicationEndpoints& endpoints) {
  http::RouteOptions page;
  page.query_parameters = http::kPageParameters;
  page.query_parameters.push_back("state");
  http::RouteOptions retry;
  retry.query_parameters = {"target"};

  router.Get("/v1/replication", {}, [&](Request& request) { return endpoints.ListRules(request); });
  router.Post("/v1/replication:retry", retry, [&](Request& request) { return endpoints.RetryAll(request); });
  router.Get("/v1/replication-tasks", page, [&](Request& request) { return endpoints.ListTasks(request); });
  router.Get("/v1/replication-tasks/{id}", {}, [&](Request& request) { return endpoints.GetTask(request); });
  router.Post("/v1/replication-tasks/{id}:retry", {}, [&](Request& request) { return endpoints.RetryTask(request); });
  router.Get("/v1/replication-targets", {}, [&](Request& request) { return endpoints.ListTargets(request); });
  router.Get("/v1/replication-targets/{name}", {}, [&](Request& request) { return endpoints.CheckTarget(request); });
}

}  // namespace tarn::extract
