#include "services/query/system_tables/state_tables.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "common/text/lower_case.h"

namespace tarn::query {
namespace {

using nlohmann::json;
using table_filter::Operator;

constexpr int64_t kPage = 1'000;

// A run is the same to both services but for what it is a run of.
Status ReadRuns(ServiceClient& client, const char* service, const char* member, const SystemRead& read,
                RowSink& sink) {
  const auto wanted = WantedText(read, "service");
  if (wanted && *wanted != service) return Ok();
  ServiceClient::Parameters parameters;
  if (const auto name = WantedText(read, "name")) parameters.emplace_back(member, *name);
  const auto take = [&](const json& item) {
    json row = item;
    row["service"] = service;
    if (item.contains(member)) row["name"] = item[member];
    return sink.Add(row);
  };
  return client.ForEach("/v1/runs", parameters, take, read.cancelled);
}

// The greatest sequence that the statement does not want.
int64_t AfterSequence(const SystemRead& read) {
  int64_t after = 0;
  for (const auto& filter : read.filters) {
    if (text::LowerCase(filter.column) != "sequence" || filter.values.size() != 1) continue;
    if (filter.values[0].kind != table_filter::Literal::Kind::kNumber) continue;
    const std::string& text = filter.values[0].text;
    int64_t number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc() || end != text.data() + text.size()) continue;
    if (filter.op == Operator::kGreater) after = std::max(after, number);
    if (filter.op == Operator::kGreaterOrEqual || filter.op == Operator::kEqual)
      after = std::max(after, number - 1);
  }
  return after;
}

json ObjectJson(const object_store::ObjectInfo& object) {
  return {{"bucket", object.bucket},
          {"key", object.key},
          {"version", object.version},
          {"size_bytes", object.size_bytes},
          {"etag", object.etag},
          {"content_type", object.content_type},
          {"last_modified", FormatRfc3339(object.last_modified)}};
}

Status ReadBucket(object_store::ObjectStore& store, const std::string& bucket, const SystemRead& read,
                  RowSink& sink) {
  object_store::ListRequest request;
  request.bucket = bucket;
  request.limit = kPage;
  while (!read.cancelled.stop_requested()) {
    TARN_ASSIGN(const auto page, store.List(request));
    for (const auto& object : page.objects) TARN_TRY(sink.Add(ObjectJson(object)));
    if (!page.truncated) return Ok();
    request.after = page.next_after;
  }
  return Error(Code::kCancelled, "the statement was cancelled");
}

Status ReadEvents(object_store::ObjectStore& store, const SystemRead& read, RowSink& sink) {
  object_store::EventFilter filter;
  filter.bucket = WantedText(read, "bucket").value_or("");
  filter.types.assign(std::begin(object_store::kEventTypes), std::end(object_store::kEventTypes));
  TARN_ASSIGN(const int64_t last, store.LastSequence());  // what comes later is not of this moment
  for (int64_t after = AfterSequence(read); after < last;) {
    if (read.cancelled.stop_requested()) return Error(Code::kCancelled, "the statement was cancelled");
    TARN_ASSIGN(const auto page, store.ReadEvents(after, filter, kPage));
    for (const auto& event : page.events) {
      json row = ObjectJson(event.object);
      row.update({{"sequence", event.sequence},
                  {"id", event.id},
                  {"type", EventTypeName(event.type)},
                  {"operation", event.operation},
                  {"time", FormatRfc3339(event.time)},
                  {"writer", event.writer},
                  {"commit_id", event.commit_id}});
      TARN_TRY(sink.Add(row));
    }
    if (page.last_sequence <= after) return Ok();
    after = page.last_sequence;
  }
  return Ok();
}

}  // namespace

SystemTable RunsTable(ServiceClient& extract, ServiceClient& transform) {
  const auto read = [&](const SystemRead& wanted, RowSink& sink) -> Status {
    TARN_TRY(ReadRuns(extract, "extract", "source", wanted, sink));
    return ReadRuns(transform, "transform", "transform", wanted, sink);
  };
  return {"system",
          "runs",
          {{"service", "VARCHAR"},
           {"id", "VARCHAR"},
           {"name", "VARCHAR"},
           {"trigger", "VARCHAR"},
           {"state", "VARCHAR"},
           {"created_at", "TIMESTAMP"},
           {"started_at", "TIMESTAMP"},
           {"finished_at", "TIMESTAMP"},
           {"duration_ms", "BIGINT"},
           {"progress", "DOUBLE"},
           {"attempt", "BIGINT"},
           {"counts", "JSON"},
           {"error_code", "VARCHAR", "/error/code"},
           {"error", "VARCHAR", "/error/detail"}},
          "service or name",
          read};
}

SystemTable ObjectsTable(object_store::ObjectStore& store) {
  const auto read = [&store](const SystemRead& wanted, RowSink& sink) -> Status {
    const auto only = WantedText(wanted, "bucket");
    TARN_ASSIGN(const auto buckets, store.ListBuckets());
    for (const auto& bucket : buckets) {
      if (!only || *only == bucket) TARN_TRY(ReadBucket(store, bucket, wanted, sink));
    }
    return Ok();
  };
  return {"system",
          "objects",
          {{"bucket", "VARCHAR"},
           {"key", "VARCHAR"},
           {"version", "VARCHAR"},
           {"size_bytes", "BIGINT"},
           {"etag", "VARCHAR"},
           {"content_type", "VARCHAR"},
           {"last_modified", "TIMESTAMP"}},
          "bucket",
          read};
}

SystemTable EventsTable(object_store::ObjectStore& store) {
  const auto read = [&store](const SystemRead& wanted, RowSink& sink) {
    return ReadEvents(store, wanted, sink);
  };
  return {"system",
          "events",
          {{"sequence", "BIGINT"},
           {"id", "VARCHAR"},
           {"type", "VARCHAR"},
           {"operation", "VARCHAR"},
           {"time", "TIMESTAMP"},
           {"writer", "VARCHAR"},
           {"commit_id", "VARCHAR"},
           {"bucket", "VARCHAR"},
           {"key", "VARCHAR"},
           {"version", "VARCHAR"},
           {"size_bytes", "BIGINT"},
           {"etag", "VARCHAR"}},
          "bucket, or sequence with a number,",
          read};
}

SystemTable QualityTable(ServiceClient& transform) {
  const auto read = [&transform](const SystemRead& wanted, RowSink& sink) {
    ServiceClient::Parameters parameters;
    if (const auto run = WantedText(wanted, "run_id")) parameters.emplace_back("run", *run);
    if (const auto table = WantedText(wanted, "table_name")) parameters.emplace_back("table", *table);
    const auto take = [&sink](const json& item) { return sink.Add(item); };
    return transform.ForEach("/v1/quality/results", parameters, take, wanted.cancelled);
  };
  return {"system",
          "quality",
          {{"run_id", "VARCHAR"},
           {"transform", "VARCHAR"},
           {"table_name", "VARCHAR", "/table"},
           {"rule", "VARCHAR"},
           {"severity", "VARCHAR"},
           {"outcome", "VARCHAR"},
           {"measured", "DOUBLE"},
           {"threshold", "VARCHAR"},
           {"rows_evaluated", "BIGINT"},
           {"failed_rows", "BIGINT"},
           {"message", "VARCHAR"},
           {"checked_at", "TIMESTAMP"}},
          "table_name or run_id",
          read};
}

}  // namespace tarn::query
