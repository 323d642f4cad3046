#include "common/object_store/version_table.h"

#include <algorithm>

#include "common/object_store/key_order.h"
#include "common/object_store/object_columns.h"
#include "common/object_store/object_table.h"

namespace tarn::object_store {
namespace {

constexpr int kMarkerColumn = kObjectColumnCount + kStoredColumnCount;

std::string SelectVersions(const std::string& condition) {
  return std::string("SELECT ") + kObjectColumns + ", " + kStoredColumns + ", delete_marker, noncurrent_since_ms " +
         "FROM versions WHERE bucket = ?1 " + condition;
}

IndexedObject ReadVersion(const sqlite::Statement& row) {
  IndexedObject version = ReadIndexed(row, 0);
  version.info.delete_marker = row.Integer(kMarkerColumn) != 0;
  return version;
}

Result<std::optional<IndexedObject>> ReadOne(sqlite::Statement& select) {
  TARN_ASSIGN(const bool found, select.Step());
  if (!found) return std::optional<IndexedObject>();
  return std::optional(ReadVersion(select));
}

// Objects and versions of a bucket in the order of a version listing, from (?2, ?4) on to before ?3. Both tables are
// in that order, so SQLite merges them as it goes.
std::string SelectAll() {
  const std::string columns = std::string(kObjectColumns) + ", " + kStoredColumns;
  const std::string range = "WHERE bucket = ?1 AND key >= ?2 AND key < ?3 ";
  return "SELECT " + columns + ", 0 AS delete_marker, 0 AS noncurrent_since_ms, 1 AS current FROM objects " + range +
         "UNION ALL SELECT " + columns + ", delete_marker, noncurrent_since_ms, 0 FROM versions " + range +
         "ORDER BY key, sequence DESC";
}

class VersionPageBuilder {
 public:
  explicit VersionPageBuilder(const VersionListRequest& request) : request_(request) {}

  bool full() const {
    return static_cast<int64_t>(page_.versions.size() + page_.common_prefixes.size()) >= request_.limit;
  }
  void Add(ListedVersion version) {
    page_.next_after_key = version.object.key;
    page_.next_after_version = version.object.version;
    page_.versions.push_back(std::move(version));
  }
  void AddGroup(const std::string& group) {
    page_.next_after_key = group;
    page_.next_after_version.clear();
    page_.common_prefixes.push_back(group);
  }
  VersionPage Truncated() && {
    page_.truncated = true;
    return std::move(page_);
  }
  VersionPage Complete() && {
    page_.next_after_key.clear();
    page_.next_after_version.clear();
    return std::move(page_);
  }

 private:
  const VersionListRequest& request_;
  VersionPage page_;
};

// Where a listing goes on among the versions of one key. The version it ended with may be deleted by now: then its id
// still tells the time.
class VersionMarker {
 public:
  static Result<VersionMarker> Find(sqlite::Database& index, const VersionListRequest& request) {
    VersionMarker marker(request);
    if (request.after_version.empty()) return marker;
    TARN_ASSIGN(auto found, FindObject(index, request.bucket, request.after_key));
    const bool null_version = request.after_version == "null";
    if (!found || (found->info.version != request.after_version && !(null_version && found->info.null_version))) {
      TARN_ASSIGN(found, FindVersion(index, request.bucket, request.after_key, request.after_version));
    }
    if (found) marker.sequence_ = found->info.sequence;
    return marker;
  }

  bool IsBefore(const ObjectInfo& object) const {
    if (object.key != request_->after_key) return true;
    if (sequence_) return object.sequence < *sequence_;
    if (request_->after_version == "null") return true;
    return !request_->after_version.empty() && object.version < request_->after_version;
  }

 private:
  explicit VersionMarker(const VersionListRequest& request) : request_(&request) {}

  const VersionListRequest* request_;
  std::optional<int64_t> sequence_;
};

ListedVersion ReadListed(const sqlite::Statement& row, const std::string& key_before) {
  ListedVersion listed{ReadVersion(row).info, false, std::nullopt};
  const bool current = row.Integer(kMarkerColumn + 2) != 0;
  listed.is_latest = current || (listed.object.delete_marker && listed.object.key != key_before);
  if (!listed.is_latest) listed.noncurrent_since = FromUnixMillis(row.Integer(kMarkerColumn + 1));
  return listed;
}

}  // namespace

Status StoreVersion(sqlite::Database& index, const IndexedObject& version, Timestamp noncurrent_since) {
  static const std::string kInsert = std::string("INSERT INTO versions (") + kObjectColumns + ", " + kStoredColumns +
                                     ", delete_marker, noncurrent_since_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, "
                                     "?9, ?10, ?11, ?12, ?13, ?14, ?15)";
  TARN_ASSIGN(auto insert, index.Prepare(kInsert));
  BindIndexed(insert, 1, version);
  return insert.Bind(14, version.info.delete_marker ? 1 : 0).Bind(15, ToUnixMillis(noncurrent_since)).Run();
}

Result<std::optional<IndexedObject>> FindVersion(sqlite::Database& index, const std::string& bucket,
                                                 const std::string& key, const VersionId& version) {
  static const std::string kById = SelectVersions("AND key = ?2 AND version = ?3");
  static const std::string kNull = SelectVersions("AND key = ?2 AND null_version = 1 ORDER BY sequence DESC LIMIT 1");
  TARN_ASSIGN(auto select, index.Prepare(version == "null" ? kNull : kById));
  select.Bind(1, bucket).Bind(2, key);
  if (version != "null") select.Bind(3, version);
  return ReadOne(select);
}

Result<std::optional<IndexedObject>> NewestVersion(sqlite::Database& index, const std::string& bucket,
                                                   const std::string& key) {
  static const std::string kSelect = SelectVersions("AND key = ?2 ORDER BY sequence DESC LIMIT 1");
  TARN_ASSIGN(auto select, index.Prepare(kSelect));
  return ReadOne(select.Bind(1, bucket).Bind(2, key));
}

Status UpdateVersion(sqlite::Database& index, const IndexedObject& version) {
  TARN_ASSIGN(auto update, index.Prepare("UPDATE versions SET attributes = ?3, file_inode = ?4, file_modified_ns = ?5 "
                                         "WHERE bucket = ?1 AND key = ?2 AND sequence = ?6"));
  update.Bind(1, version.info.bucket).Bind(2, version.info.key).Bind(3, PackAttributes(version.info.attributes));
  update.Bind(4, static_cast<int64_t>(version.file.inode)).Bind(5, version.file.modified_ns);
  return update.Bind(6, version.info.sequence).Run();
}

Status EraseVersion(sqlite::Database& index, const ObjectInfo& version) {
  TARN_ASSIGN(auto erase, index.Prepare("DELETE FROM versions WHERE bucket = ?1 AND key = ?2 AND sequence = ?3"));
  return erase.Bind(1, version.bucket).Bind(2, version.key).Bind(3, version.sequence).Run();
}

Result<bool> HasVersions(sqlite::Database& index, const std::string& bucket) {
  TARN_ASSIGN(auto select, index.Prepare("SELECT 1 FROM versions WHERE bucket = ?1 LIMIT 1"));
  return select.Bind(1, bucket).Step();
}

Result<std::vector<IndexedObject>> NextVersions(sqlite::Database& index, const IndexedObject& after, int64_t limit) {
  static const std::string kSelect = std::string("SELECT ") + kObjectColumns + ", " + kStoredColumns +
                                     ", delete_marker FROM versions WHERE (bucket, key, -sequence) > (?1, ?2, -?3) AND "
                                     "delete_marker = 0 AND bucket >= ?1 ORDER BY bucket, key, sequence DESC LIMIT ?4";
  TARN_ASSIGN(auto select, index.Prepare(kSelect));
  select.Bind(1, after.info.bucket).Bind(2, after.info.key).Bind(3, after.info.sequence).Bind(4, limit);
  std::vector<IndexedObject> versions;
  for (;;) {
    TARN_ASSIGN(const bool found, select.Step());
    if (!found) return versions;
    versions.push_back(ReadVersion(select));
  }
}

Result<VersionPage> ListObjectVersions(sqlite::Database& index, const VersionListRequest& request) {
  static const std::string kSelect = SelectAll();
  if (request.limit < 0) return Error(Code::kInvalidArgument, "a listing's limit is 0 or more").At("limit");
  VersionPageBuilder page(request);
  if (request.limit == 0) return std::move(page).Complete();
  const std::string end = EndOfPrefix(request.prefix);
  TARN_ASSIGN(const VersionMarker marker, VersionMarker::Find(index, request));
  std::string key_before;
  // Each round seeks: behind a group there may be millions of keys that stand for nothing but the group.
  for (std::string from = std::max(request.prefix, request.after_key);;) {
    TARN_ASSIGN(auto select, index.Prepare(kSelect));
    select.Bind(1, request.bucket).Bind(2, from).Bind(3, end);
    std::string group;
    while (group.empty()) {
      TARN_ASSIGN(const bool found, select.Step());
      if (!found) return std::move(page).Complete();
      ListedVersion listed = ReadListed(select, key_before);
      key_before = listed.object.key;
      if (group = GroupOf(listed.object.key, request.prefix, request.delimiter); !group.empty()) break;
      if (!marker.IsBefore(listed.object)) continue;
      if (page.full()) return std::move(page).Truncated();
      page.Add(std::move(listed));
    }
    if (group > request.after_key) {
      if (page.full()) return std::move(page).Truncated();
      page.AddGroup(group);
    }
    from = EndOfPrefix(group);
  }
}

}  // namespace tarn::object_store
