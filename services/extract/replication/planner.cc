#include "services/extract/replication/planner.h"

#include "common/logging/log.h"
#include "services/extract/replication/target.h"

namespace tarn::extract {
namespace {

using object_store::Event;
using object_store::ObjectInfo;

ReplicationTask TaskFor(const Event& event, ReplicationTask::Operation operation, const s3::ReplicationRule& rule) {
  ReplicationTask task;
  task.sequence = event.sequence;
  task.bucket = event.object.bucket;
  task.key = event.object.key;
  task.version = event.object.version;
  task.operation = operation;
  task.rule = rule.id;
  task.target = rule.destination_bucket;
  task.event_time = event.time;
  return task;
}

// A copy made of a replica keeps its metadata, but is an object of its own.
bool IsReplica(const Event& event, const ObjectInfo& object) {
  if (event.operation == "replicate" || object.attributes.replication_status == "REPLICA") return true;
  return (event.operation == "put" || event.operation == "complete_upload") && object.metadata.contains(kReplicaOf);
}

}  // namespace

Status ReplicationPlanner::Plan(const object_store::EventPage& page) {
  ByBucket known;
  std::vector<ReplicationTask> tasks;
  for (const Event& event : page.events) {
    TARN_ASSIGN(const auto* const configuration, ConfigurationOf(known, event.object.bucket));
    if (configuration->rules.empty() || event.operation == "replicate") continue;
    if (event.type == Event::Type::kObjectCreated) TARN_TRY(PlanPut(event, *configuration, tasks));
    if (event.type == Event::Type::kObjectDeleted) PlanDelete(event, *configuration, tasks);
  }
  return tasks_.Plan(tasks, page.last_sequence);
}

Result<const s3::ReplicationConfiguration*> ReplicationPlanner::ConfigurationOf(ByBucket& known,
                                                                               const std::string& bucket) {
  const auto found = known.find(bucket);
  if (found != known.end()) return &found->second;
  auto& configuration = known[bucket];
  const auto document = store_.BucketDocument(bucket, kReplicationDocument);
  if (!document.ok() && document.error().code() != Code::kNotFound) return document.error();
  if (!document.ok() || !*document) return &configuration;
  auto parsed = s3::ReplicationConfiguration::Parse(**document);
  if (parsed.ok()) {
    configuration = *std::move(parsed);
  } else {
    log::Warn("a bucket is not replicated", {{"bucket", bucket}, {"reason", parsed.error().message}});
  }
  return &configuration;
}

Status ReplicationPlanner::PlanPut(const Event& event, const s3::ReplicationConfiguration& configuration,
                                   std::vector<ReplicationTask>& tasks) {
  const auto object = store_.HeadVersion(event.object.bucket, event.object.key, event.object.version);
  if (!object.ok()) {
    // Replaced or deleted meanwhile: a later event tells.
    const Code code = object.error().code();
    return code == Code::kNotFound || code == Code::kMethodNotAllowed ? Ok() : Status(object.error());
  }
  if (IsReplica(event, *object)) {
    if (object->attributes.replication_status.empty()) SetStatus(*object, "REPLICA");
    return Ok();
  }
  const auto matching = configuration.RulesFor(*object);
  // Before the tasks are: were it after them, it could undo a COMPLETED.
  if (!matching.empty()) SetStatus(*object, "PENDING");
  for (const s3::ReplicationRule* rule : matching) {
    tasks.push_back(TaskFor(event, ReplicationTask::Operation::kPut, *rule));
  }
  return Ok();
}

void ReplicationPlanner::PlanDelete(const Event& event, const s3::ReplicationConfiguration& configuration,
                                    std::vector<ReplicationTask>& tasks) {
  if (event.operation.starts_with("expire")) return;
  for (const s3::ReplicationRule* rule : configuration.RulesFor(event.object)) {
    if (!rule->replicate_delete_markers.value_or(false)) continue;
    tasks.push_back(TaskFor(event, ReplicationTask::Operation::kDelete, *rule));
  }
}

void ReplicationPlanner::SetStatus(const ObjectInfo& object, const std::string& status) {
  const Status set = store_.SetReplicationStatus(object.bucket, object.key, object.version, status);
  if (set.ok() || set.error().code() == Code::kNotFound) return;
  log::Warn("a replication status could not be set", {{"bucket", object.bucket}, {"reason", set.error()}});
}

}  // namespace tarn::extract
