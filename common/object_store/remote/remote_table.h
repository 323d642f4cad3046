#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/object_store/commit_table.h"
#include "common/object_store/object_store.h"
#include "common/sqlite/database.h"

namespace tarn::object_store {

/// Makes the table of what the endpoint calls the content of each object: its etag there, which is not the MD5 for
/// content that went in parts or is encrypted.
Status MakeRemoteTable(sqlite::Database& index);

/// The endpoint's etag for this version of an object; nothing until it is there.
Result<std::optional<std::string>> RemoteEtag(sqlite::Database& index, const ObjectInfo& object);
/// Keeps the etag of a key's content, in place of that of any earlier version.
Status StoreRemoteEtag(sqlite::Database& index, const ObjectInfo& object, const std::string& etag);
Status EraseRemoteEtag(sqlite::Database& index, const std::string& bucket, const std::string& key);

/// The buckets and keys that changes are pending for.
Result<std::set<std::pair<std::string, std::string>>> PendingKeys(sqlite::Database& index);
Result<int64_t> CountPending(sqlite::Database& index);

}  // namespace tarn::object_store
