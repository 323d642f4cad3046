#pragma once

#include "common/object_store/object_store.h"
#include "common/sqlite/database.h"

namespace tarn::object_store {

/// The columns that stand for an ObjectInfo, in this order, in every table that holds one.
inline constexpr const char* kObjectColumns =
    "bucket, key, version, size_bytes, etag, content_type, last_modified_ms, metadata";
inline constexpr int kObjectColumnCount = 8;

/// Binds the columns to the parameters from `first` on.
void BindObject(sqlite::Statement& statement, int first, const ObjectInfo& object);

/// Reads the columns from `first` on of the current row.
ObjectInfo ReadObject(const sqlite::Statement& row, int first);

}  // namespace tarn::object_store
