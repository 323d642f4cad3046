#include "services/extract/runs/run_pages.h"

#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

#include "common/compression/gzip.h"
#include "common/json/json.h"

namespace tarn::extract {
namespace {

const std::string kBucket = "raw";
constexpr int64_t kObjectsPerRead = 1000;
constexpr size_t kMaxPageBytes = 1 << 30;
constexpr size_t kPieceBytes = 1 << 20;

object_store::PutOptions OptionsFor(const PageId& page, bool compressed) {
  object_store::PutOptions options;
  options.content_type = compressed ? "application/gzip" : page.name.empty() ? "application/json" : "";
  if (options.content_type.empty()) options.content_type = "application/octet-stream";
  options.if_none_match = true;
  return options;
}

Status Copy(const std::filesystem::path& file, object_store::StagingWriter& writer) {
  std::ifstream in(file, std::ios::binary);
  std::string piece(kPieceBytes, '\0');
  while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())) || in.gcount() > 0) {
    TARN_TRY(writer.Write(std::string_view(piece).substr(0, static_cast<size_t>(in.gcount()))));
  }
  if (!in.eof()) return Error(Code::kInternal, "a file cannot be read: " + file.filename().string());
  return Ok();
}

}  // namespace

Result<std::optional<std::string>> RunPages::Find(const PageId& page) {
  auto content = objects_.GetAll(kBucket, Key(page), kMaxPageBytes);
  if (!content.ok() && content.error().code() == Code::kNotFound) return std::optional<std::string>();
  if (!content.ok()) return std::move(content).error();
  if (!IsCompressed(page)) return std::optional(*std::move(content));
  TARN_ASSIGN(std::string unpacked, compression::Gunzip(*content, kMaxPageBytes));
  return std::optional(std::move(unpacked));
}

Result<bool> RunPages::Has(const PageId& page) {
  const auto info = objects_.Head(kBucket, Key(page));
  if (!info.ok() && info.error().code() != Code::kNotFound) return info.error();
  return info.ok();
}

Status RunPages::Put(const PageId& page, std::string_view content, const PageFacts& facts) {
  // A resumed run puts what it found again.
  const auto before = objects_.Head(kBucket, Key(page));
  if (before.ok()) return Record(*before, facts);
  const bool compressed = IsCompressed(page);
  const std::string packed = compressed ? compression::Gzip(content) : std::string();
  TARN_ASSIGN(const auto info,
              Commit(Key(page), compressed ? packed : content, OptionsFor(page, compressed)));
  return Record(info, facts);
}

Status RunPages::PutFile(const PageId& page, const std::filesystem::path& file, const PageFacts& facts) {
  const std::string key = Key(page);
  auto info = objects_.Head(kBucket, key);
  if (!info.ok() && info.error().code() != Code::kNotFound) return info.error();
  if (!info.ok()) {
    TARN_ASSIGN(const auto writer, objects_.Stage());
    TARN_TRY(Copy(file, *writer));
    object_store::Change change{kBucket, key, nullptr, OptionsFor(page, false)};
    TARN_ASSIGN(change.content, writer->Finish());
    std::vector<object_store::Change> changes;
    changes.push_back(std::move(change));
    TARN_ASSIGN(auto committed, objects_.Commit(std::move(changes), {}));
    info = std::move(committed.objects.front());
  }
  return Record(*info, facts);
}

Status RunPages::Record(const object_store::ObjectInfo& info, const PageFacts& facts) {
  return run_.Record({kBucket, info.key, facts.records, static_cast<int64_t>(info.size_bytes), info.etag,
                      false, redact_(facts.request)});
}

Status RunPages::Finish(const std::string& stream) {
  TARN_TRY(run_.Flush());
  auto objects = nlohmann::json::array();
  int64_t records = 0;
  int64_t bytes = 0;
  std::string after;
  for (;;) {
    TARN_ASSIGN(const auto batch, runs_.ListObjects(run_.id(), Folder(stream), after, kObjectsPerRead));
    for (const RunObject& object : batch) {
      after = object.key;
      if (object.manifest) continue;
      objects.push_back(
          {{"key", object.key}, {"records", object.records}, {"bytes", object.bytes}, {"etag", object.etag}});
      if (!object.request.empty()) objects.back()["request"] = object.request;
      records += object.records;
      bytes += object.bytes;
    }
    if (static_cast<int64_t>(batch.size()) < kObjectsPerRead) break;
  }
  nlohmann::json manifest = {
      {"source", run_.source()},
      {"run_id", run_.id()},
      {"created_at", FormatRfc3339(run_.created_at())},
      {"counts", {{"pages", objects.size()}, {"records", records}, {"bytes", bytes}}},
      {"objects", objects},
  };
  if (const auto& window = run_.window()) {
    manifest["window"] = {{"from", FormatRfc3339(window->from)}, {"to", FormatRfc3339(window->to)}};
  }
  object_store::PutOptions options;
  options.content_type = "application/json";
  options.if_none_match = true;
  TARN_ASSIGN(const auto info,
              Commit(Folder(stream) + "manifest.json", json::Dump(manifest), std::move(options)));
  TARN_TRY(run_.Record({kBucket, info.key, 0, static_cast<int64_t>(info.size_bytes), info.etag, true, ""}));
  return run_.Flush();
}

std::string RunPages::Folder(const std::string& stream) const {
  return run_.source() + "/" + stream + "/" + run_.KeyPart() + "/";
}

std::string RunPages::Key(const PageId& page) const {
  if (!page.name.empty()) return Folder(page.stream) + page.name;
  char name[32];
  std::snprintf(name, sizeof name, "page-%05lld.json", static_cast<long long>(page.number));
  return Folder(page.stream) + name + (IsCompressed(page) ? ".gz" : "");
}

Result<object_store::ObjectInfo> RunPages::Commit(const std::string& key, std::string_view content,
                                                  object_store::PutOptions options) {
  auto info = objects_.Put(kBucket, key, content, options);
  if (!info.ok() && info.error().code() == Code::kPreconditionFailed) return objects_.Head(kBucket, key);
  return info;
}

}  // namespace tarn::extract
