#include "services/transform/runs/on_success.h"

#include <set>
#include <string>
#include <utility>

#include "common/logging/log.h"

namespace tarn::transform {
namespace {

using object_store::Change;
using object_store::ObjectInfo;

Result<ObjectInfo> AsRead(object_store::ObjectStore& store, const RunInput& input) {
  auto object = store.Head(input.bucket, input.key);
  if (object.ok() && object->version == input.version) return object;
  if (!object.ok() && object.error().code() != Code::kNotFound) return object;
  return Error(Code::kUnavailable, "an object was replaced or deleted while the run read it")
      .At(input.bucket + "/" + input.key);
}

Change TagChange(const RunInput& input, const OnSuccess& on_success) {
  Change change{input.bucket, input.key, nullptr, {}};
  change.options.attributes.tags = on_success.tags;
  change.options.if_match_version = input.version;
  change.add_tags = true;
  return change;
}

// The content with all that is kept about it, as a copy would have it.
Result<Change> CopyChange(object_store::ObjectStore& store, const TakenInput& taken,
                          const std::string& bucket, const std::string& key,
                          const std::filesystem::path& link) {
  TARN_ASSIGN(const ObjectInfo object, AsRead(store, *taken.input));
  std::error_code failed;
  std::filesystem::create_hard_link(taken.file, link, failed);
  if (failed) return Error(Code::kInternal, "an object that is to be moved cannot be linked");
  TARN_ASSIGN(auto content, store.StageFile(link));
  Change change{bucket, key, std::move(content), {}};
  change.options.content_type = object.content_type;
  change.options.metadata = object.metadata;
  change.options.attributes = object.attributes;
  change.options.attributes.parts.clear();
  change.options.attributes.replication_status.clear();
  change.options.operation = "copy";
  return change;
}

Change DeleteChange(const RunInput& input) {
  Change change{input.bucket, input.key, nullptr, {}};
  change.options.if_match_version = input.version;
  return change;
}

}  // namespace

Result<std::vector<Change>> ChangesOnSuccess(object_store::ObjectStore& store, const Definition& definition,
                                             const std::vector<TakenInput>& taken,
                                             const std::filesystem::path& scratch) {
  std::vector<Change> changes;
  std::set<std::pair<std::string, std::string>> buckets_and_keys;
  for (const TakenInput& one : taken) {
    const RunInput& object = *one.input;
    const Input* input = definition.InputOf(object.bucket, object.key);
    if (input == nullptr || input->on_success.kind == OnSuccess::Kind::kKeep) continue;
    const OnSuccess& on_success = input->on_success;
    if (on_success.kind == OnSuccess::Kind::kTag) {
      changes.push_back(TagChange(object, on_success));
      continue;
    }
    const std::string key = on_success.prefix + object.key.substr(input->prefix.size());
    if (definition.InputOf(on_success.bucket, key) != nullptr ||
        !buckets_and_keys.emplace(on_success.bucket, key).second) {
      log::Warn("an object is not moved: its new place is taken, or an input of the same transform",
                {{"bucket", object.bucket}, {"key", object.key}, {"to", on_success.bucket + "/" + key}});
      continue;
    }
    TARN_TRY(store.EnsureBucket(on_success.bucket));
    TARN_ASSIGN(auto copy, CopyChange(store, one, on_success.bucket, key,
                                      scratch / ("moved-" + std::to_string(changes.size()))));
    changes.push_back(std::move(copy));
    changes.push_back(DeleteChange(object));
  }
  return changes;
}

}  // namespace tarn::transform
