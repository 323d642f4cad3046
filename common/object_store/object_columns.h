#pragma once

#include <map>
#include <string>

#include "common/object_store/index.h"
#include "common/object_store/object_store.h"
#include "common/sqlite/database.h"

namespace tarn::object_store {

/// The columns that stand for what an event says of an object, in this order, in every table that holds one.
inline constexpr const char* kObjectColumns =
    "bucket, key, version, size_bytes, etag, content_type, last_modified_ms, metadata";
inline constexpr int kObjectColumnCount = 8;

/// The columns of a stored object that follow these, in the tables `objects` and `versions`.
inline constexpr const char* kStoredColumns = "attributes, sequence, null_version, file_inode, file_modified_ns";
inline constexpr int kStoredColumnCount = 5;

/// Packs a map, or attributes, as JSON text; empty if there is nothing in it.
std::string PackMap(const std::map<std::string, std::string>& map);
std::map<std::string, std::string> UnpackMap(const std::string& text);
std::string PackAttributes(const ObjectAttributes& attributes);
ObjectAttributes UnpackAttributes(const std::string& text);

/// Binds kObjectColumns and kStoredColumns to the parameters from `first` on.
void BindIndexed(sqlite::Statement& statement, int first, const IndexedObject& object);
/// Reads kObjectColumns and kStoredColumns from `first` on.
IndexedObject ReadIndexed(const sqlite::Statement& row, int first);

/// Binds the columns to the parameters from `first` on.
void BindObject(sqlite::Statement& statement, int first, const ObjectInfo& object);

/// Reads the columns from `first` on of the current row.
ObjectInfo ReadObject(const sqlite::Statement& row, int first);

}  // namespace tarn::object_store
