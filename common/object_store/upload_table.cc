#include "common/object_store/upload_table.h"

#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "common/object_store/key_order.h"
#include "common/object_store/object_columns.h"

namespace tarn::object_store {
namespace {

constexpr const char* kSelectUploads =
    "SELECT id, bucket, key, initiated_ms, options, checksum_algorithm, full_object_checksum FROM uploads ";
constexpr const char* kSelectParts =
    "SELECT number, size_bytes, etag, checksums, last_modified_ms, file_name FROM upload_parts WHERE upload = ?1 ";

std::string PackOptions(const PutOptions& options) {
  return json::Dump({{"content_type", options.content_type},
                     {"metadata", PackMap(options.metadata)},
                     {"attributes", PackAttributes(options.attributes)}});
}

PutOptions UnpackOptions(const std::string& text) {
  PutOptions options;
  const auto parsed = json::Parse(text);
  if (!parsed.ok() || !parsed->is_object()) return options;
  options.content_type = parsed->value("content_type", options.content_type);
  options.metadata = UnpackMap(parsed->value("metadata", std::string()));
  options.attributes = UnpackAttributes(parsed->value("attributes", std::string()));
  return options;
}

Upload ReadUpload(const sqlite::Statement& row) {
  return {row.Text(0), row.Text(1), row.Text(2), FromUnixMillis(row.Integer(3)), UnpackOptions(row.Text(4)), row.Text(5),
          row.Integer(6) != 0};
}

StoredPart ReadPart(const sqlite::Statement& row) {
  return {{static_cast<int>(row.Integer(0)), static_cast<uint64_t>(row.Integer(1)), row.Text(2), UnpackMap(row.Text(3)),
           FromUnixMillis(row.Integer(4))},
          row.Text(5)};
}

}  // namespace

Status StoreUpload(sqlite::Database& index, const Upload& upload) {
  TARN_ASSIGN(auto insert, index.Prepare("INSERT INTO uploads (id, bucket, key, initiated_ms, options, "
                                         "checksum_algorithm, full_object_checksum) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"));
  insert.Bind(1, upload.id).Bind(2, upload.bucket).Bind(3, upload.key).Bind(4, ToUnixMillis(upload.initiated_at));
  insert.Bind(5, PackOptions(upload.options)).Bind(6, upload.checksum_algorithm);
  return insert.Bind(7, upload.full_object_checksum ? 1 : 0).Run();
}

Result<std::optional<Upload>> FindUpload(sqlite::Database& index, const std::string& id) {
  static const std::string kSelect = std::string(kSelectUploads) + "WHERE id = ?1";
  TARN_ASSIGN(auto select, index.Prepare(kSelect));
  TARN_ASSIGN(const bool found, select.Bind(1, id).Step());
  if (!found) return std::optional<Upload>();
  return std::optional(ReadUpload(select));
}

Result<int64_t> CountUploads(sqlite::Database& index, const std::string& bucket) {
  TARN_ASSIGN(auto select, index.Prepare("SELECT COUNT(*) FROM uploads WHERE bucket = ?1"));
  TARN_TRY(select.Bind(1, bucket).Step());
  return select.Integer(0);
}

Result<std::vector<Upload>> NextUploads(sqlite::Database& index, const UploadListRequest& request) {
  static const std::string kSelect =
      std::string(kSelectUploads) +
      "WHERE bucket = ?1 AND key >= ?2 AND key < ?3 AND (key, id) > (?4, ?5) ORDER BY key, id LIMIT ?6";
  TARN_ASSIGN(auto select, index.Prepare(kSelect));
  // An upload's id is a ULID, and '~' comes after every one of them.
  select.Bind(1, request.bucket).Bind(2, request.prefix).Bind(3, EndOfPrefix(request.prefix)).Bind(4, request.after_key);
  select.Bind(5, request.after_id.empty() && !request.after_key.empty() ? "~" : request.after_id).Bind(6, request.limit);
  std::vector<Upload> uploads;
  for (;;) {
    TARN_ASSIGN(const bool found, select.Step());
    if (!found) return uploads;
    uploads.push_back(ReadUpload(select));
  }
}

Status EraseUpload(sqlite::Database& index, const std::string& id) {
  TARN_ASSIGN(auto parts, index.Prepare("DELETE FROM upload_parts WHERE upload = ?1"));
  TARN_TRY(parts.Bind(1, id).Run());
  TARN_ASSIGN(auto upload, index.Prepare("DELETE FROM uploads WHERE id = ?1"));
  return upload.Bind(1, id).Run();
}

Status StorePart(sqlite::Database& index, const std::string& upload, const StoredPart& part) {
  TARN_ASSIGN(auto insert, index.Prepare("INSERT OR REPLACE INTO upload_parts (upload, number, file_name, size_bytes, "
                                         "etag, checksums, last_modified_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"));
  insert.Bind(1, upload).Bind(2, part.part.number).Bind(3, part.file_name);
  insert.Bind(4, static_cast<int64_t>(part.part.size_bytes)).Bind(5, part.part.etag);
  return insert.Bind(6, PackMap(part.part.checksums)).Bind(7, ToUnixMillis(part.part.last_modified)).Run();
}

Result<std::optional<StoredPart>> FindPart(sqlite::Database& index, const std::string& upload, int number) {
  static const std::string kSelect = std::string(kSelectParts) + "AND number = ?2";
  TARN_ASSIGN(auto select, index.Prepare(kSelect));
  TARN_ASSIGN(const bool found, select.Bind(1, upload).Bind(2, number).Step());
  if (!found) return std::optional<StoredPart>();
  return std::optional(ReadPart(select));
}

Result<std::vector<StoredPart>> NextParts(sqlite::Database& index, const std::string& upload, int after_number,
                                          int64_t limit) {
  static const std::string kSelect = std::string(kSelectParts) + "AND number > ?2 ORDER BY number LIMIT ?3";
  TARN_ASSIGN(auto select, index.Prepare(kSelect));
  select.Bind(1, upload).Bind(2, after_number).Bind(3, limit);
  std::vector<StoredPart> parts;
  for (;;) {
    TARN_ASSIGN(const bool found, select.Step());
    if (!found) return parts;
    parts.push_back(ReadPart(select));
  }
}

Status StoreCompleted(sqlite::Database& index, const CompletedUpload& completed) {
  TARN_ASSIGN(auto insert, index.Prepare("INSERT INTO completed_uploads (id, bucket, key, version, parts, time_ms) "
                                         "VALUES (?1, ?2, ?3, ?4, ?5, ?6)"));
  insert.Bind(1, completed.id).Bind(2, completed.bucket).Bind(3, completed.key).Bind(4, completed.version);
  return insert.Bind(5, completed.parts).Bind(6, ToUnixMillis(completed.time)).Run();
}

Result<std::optional<CompletedUpload>> FindCompleted(sqlite::Database& index, const std::string& id) {
  TARN_ASSIGN(auto select,
              index.Prepare("SELECT id, bucket, key, version, parts, time_ms FROM completed_uploads WHERE id = ?1"));
  TARN_ASSIGN(const bool found, select.Bind(1, id).Step());
  if (!found) return std::optional<CompletedUpload>();
  return std::optional(CompletedUpload{select.Text(0), select.Text(1), select.Text(2), select.Text(3), select.Text(4),
                                       FromUnixMillis(select.Integer(5))});
}

Status ForgetCompleted(sqlite::Database& index, Timestamp before) {
  TARN_ASSIGN(auto forget, index.Prepare("DELETE FROM completed_uploads WHERE time_ms < ?1"));
  return forget.Bind(1, ToUnixMillis(before)).Run();
}

}  // namespace tarn::object_store
