#include "services/extract/runs/run_pages.h"

#include <cstdio>
#include <fstream>

#include "common/compression/gzip.h"
#include "services/extract/runs/manifest.h"

namespace tarn::extract {
namespace {

const std::string kBucket = "raw";
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
  const std::string key = Key(page);
  auto info = objects_.Head(kBucket, key);  // costs less than Get where nothing is there, as in most cases
  if (!info.ok() && info.error().code() == Code::kNotFound) return std::optional<std::string>();
  if (!info.ok()) return std::move(info).error();
  TARN_ASSIGN(auto content, objects_.GetAll(kBucket, key, kMaxPageBytes));
  {
    const std::lock_guard lock(mutex_);
    found_.insert_or_assign(key, *std::move(info));
  }
  if (!IsCompressed(page)) return std::optional(std::move(content));
  TARN_ASSIGN(std::string unpacked, compression::Gunzip(content, kMaxPageBytes));
  return std::optional(std::move(unpacked));
}

Result<bool> RunPages::Has(const PageId& page) {
  const auto info = objects_.Head(kBucket, Key(page));
  if (!info.ok() && info.error().code() != Code::kNotFound) return info.error();
  return info.ok();
}

std::optional<object_store::ObjectInfo> RunPages::TakeFound(const std::string& key) {
  const std::lock_guard lock(mutex_);
  auto found = found_.extract(key);
  return found ? std::optional(std::move(found.mapped())) : std::nullopt;
}

Status RunPages::Put(const PageId& page, std::string_view content, const PageFacts& facts) {
  const std::string key = Key(page);
  // A resumed run puts what it found again. What nobody looked for is written, and refused if it is there.
  if (const auto before = TakeFound(key)) return Record(*before, facts);
  const bool compressed = IsCompressed(page);
  TARN_ASSIGN(const auto writer, objects_.Stage());
  TARN_TRY(writer->Write(compressed ? compression::Gzip(content) : content));
  TARN_ASSIGN(const auto info, Commit(key, *writer, OptionsFor(page, compressed)));
  return Record(info, facts);
}

Status RunPages::PutFile(const PageId& page, const std::filesystem::path& file, const PageFacts& facts) {
  const std::string key = Key(page);
  const auto before = objects_.Head(kBucket, key);
  if (before.ok()) return Record(*before, facts);
  if (before.error().code() != Code::kNotFound) return before.error();
  TARN_ASSIGN(const auto writer, objects_.Stage());
  TARN_TRY(Copy(file, *writer));
  TARN_ASSIGN(const auto info, Commit(key, *writer, OptionsFor(page, false)));
  return Record(info, facts);
}

Status RunPages::Record(const object_store::ObjectInfo& info, const PageFacts& facts) {
  return run_.Record({kBucket, info.key, facts.records, static_cast<int64_t>(info.size_bytes), info.etag,
                      false, redact_(facts.request)});
}

Status RunPages::Finish(const std::string& stream) {
  TARN_TRY(run_.Flush());
  const std::string key = Folder(stream) + "manifest.json";
  TARN_ASSIGN(const auto writer, objects_.Stage());
  TARN_TRY(WriteManifest(runs_, run_, Folder(stream), *writer));
  object_store::PutOptions options;
  options.content_type = "application/json";
  options.if_none_match = true;
  TARN_ASSIGN(const auto info, Commit(key, *writer, std::move(options)));
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

Result<object_store::ObjectInfo> RunPages::Commit(const std::string& key, object_store::StagingWriter& writer,
                                                  object_store::PutOptions options) {
  std::vector<object_store::Change> changes(1);
  object_store::Change& change = changes.front();
  change.bucket = kBucket;
  change.key = key;
  change.options = std::move(options);
  TARN_ASSIGN(change.content, writer.Finish());
  auto committed = objects_.Commit(std::move(changes), {});
  if (committed.ok()) return std::move(committed->objects.front());
  if (committed.error().code() != Code::kPreconditionFailed) return std::move(committed).error();
  return objects_.Head(kBucket, key);
}

}  // namespace tarn::extract
