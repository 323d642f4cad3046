#include "services/extract/runs/run_pages.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "common/json/json.h"

namespace tarn::extract {
namespace {

const std::string kBucket = "raw";
constexpr int64_t kObjectsPerRead = 1000;

}  // namespace

Result<std::optional<std::string>> RunPages::Find(const PageId& page) {
  found_.reset();
  const std::string key = Key(page);
  auto info = objects_.Head(kBucket, key);
  if (!info.ok() && info.error().code() == Code::kNotFound) return std::optional<std::string>();
  if (!info.ok()) return std::move(info).error();
  TARN_ASSIGN(std::string content, objects_.GetAll(kBucket, key));
  found_ = *std::move(info);
  return std::optional(std::move(content));
}

Status RunPages::Put(const PageId& page, std::string_view content, int64_t records) {
  const std::string key = Key(page);
  std::optional<object_store::ObjectInfo> info = std::exchange(found_, std::nullopt);
  if (!info || info->key != key) {
    TARN_ASSIGN(info, Commit(key, content));
  }
  const auto bytes = static_cast<int64_t>(info->size_bytes);
  run_.counts["pages"] += 1;
  run_.counts["records"] += records;
  run_.counts["bytes"] += bytes;
  return runs_.AddObject(run_, {kBucket, key, records, bytes, info->etag, false});
}

Status RunPages::Finish(const std::string& stream) {
  auto objects = nlohmann::json::array();
  int64_t records = 0;
  int64_t bytes = 0;
  std::string after;
  for (;;) {
    TARN_ASSIGN(const auto batch, runs_.ListObjects(run_.id, Folder(stream), after, kObjectsPerRead));
    for (const RunObject& object : batch) {
      after = object.key;
      if (object.manifest) continue;
      objects.push_back(
          {{"key", object.key}, {"records", object.records}, {"bytes", object.bytes}, {"etag", object.etag}});
      records += object.records;
      bytes += object.bytes;
    }
    if (static_cast<int64_t>(batch.size()) < kObjectsPerRead) break;
  }
  const nlohmann::json manifest = {
      {"source", run_.source},
      {"run_id", run_.id},
      {"created_at", FormatRfc3339(run_.created_at)},
      {"counts", {{"pages", objects.size()}, {"records", records}, {"bytes", bytes}}},
      {"objects", objects},
  };
  const std::string key = Folder(stream) + "manifest.json";
  TARN_ASSIGN(const auto info, Commit(key, json::Dump(manifest)));
  return runs_.AddObject(run_, {kBucket, key, 0, static_cast<int64_t>(info.size_bytes), info.etag, true});
}

std::string RunPages::Folder(const std::string& stream) const {
  return run_.source + "/" + stream + "/" + run_.KeyPart() + "/";
}

std::string RunPages::Key(const PageId& page) const {
  char name[32];
  std::snprintf(name, sizeof name, "page-%05lld.json", static_cast<long long>(page.number));
  return Folder(page.stream) + name;
}

Result<object_store::ObjectInfo> RunPages::Commit(const std::string& key, std::string_view content) {
  object_store::PutOptions options;
  options.content_type = "application/json";
  options.if_none_match = true;
  auto info = objects_.Put(kBucket, key, content, options);
  if (!info.ok() && info.error().code() == Code::kPreconditionFailed) return objects_.Head(kBucket, key);
  return info;
}

}  // namespace tarn::extract
