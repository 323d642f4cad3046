#pragma once

#include <optional>
#include <string>

#include "common/object_store/index.h"
#include "common/object_store/versioned_store.h"
#include "common/sqlite/database.h"

namespace tarn::object_store {

/// Adds a version that is not (or no longer) the current object of its key, or a delete marker.
Status StoreVersion(sqlite::Database& index, const IndexedObject& version, Timestamp noncurrent_since);

/// Finds such a version by its id, or the null version for "null".
Result<std::optional<IndexedObject>> FindVersion(sqlite::Database& index, const std::string& bucket,
                                                 const std::string& key, const VersionId& version);
/// The newest of them: if the key has no current object, this is its latest version.
Result<std::optional<IndexedObject>> NewestVersion(sqlite::Database& index, const std::string& bucket,
                                                   const std::string& key);
/// Replaces the attributes, or the file, of a version.
Status UpdateVersion(sqlite::Database& index, const IndexedObject& version);
Status EraseVersion(sqlite::Database& index, const ObjectInfo& version);

/// True if the bucket has a version in this table.
Result<bool> HasVersions(sqlite::Database& index, const std::string& bucket);

/// The next versions with content after (bucket, key, sequence), in the order of the table, for those who walk all.
Result<std::vector<IndexedObject>> NextVersions(sqlite::Database& index, const IndexedObject& after, int64_t limit);

/// Lists objects and versions together. Errors: kInvalidArgument for a negative limit.
Result<VersionPage> ListObjectVersions(sqlite::Database& index, const VersionListRequest& request);

}  // namespace tarn::object_store
