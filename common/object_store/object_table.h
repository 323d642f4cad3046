#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/object_store/index.h"
#include "common/object_store/object_store.h"
#include "common/sqlite/database.h"

namespace tarn::object_store {

Result<std::optional<IndexedObject>> FindObject(sqlite::Database& index, const std::string& bucket,
                                                const std::string& key);
/// Inserts or replaces the object of that key.
Status StoreObject(sqlite::Database& index, const IndexedObject& object);
Status EraseObject(sqlite::Database& index, const std::string& bucket, const std::string& key);

/// Finds an object that a file system cannot hold beside `key`: one at a parent of it ("a" for "a/b") or below it.
Result<std::optional<std::string>> FindKeyInTheWay(sqlite::Database& index, const std::string& bucket,
                                                   const std::string& key);

/// The next objects after a key in byte order, with their files.
Result<std::vector<IndexedObject>> NextObjects(sqlite::Database& index, const std::string& bucket,
                                               const std::string& after, int64_t limit);

/// Errors: kInvalidArgument for a negative limit.
Result<ListPage> ListObjects(sqlite::Database& index, const ListRequest& request);

}  // namespace tarn::object_store
