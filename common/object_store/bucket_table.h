#pragma once

#include <optional>
#include <string>

#include "common/object_store/versioned_store.h"
#include "common/sqlite/database.h"

namespace tarn::object_store {

/// What the index knows of a bucket; nothing for one that was made as a plain directory and never configured.
Result<std::optional<BucketInfo>> FindBucket(sqlite::Database& index, const std::string& bucket);
Status StoreBucket(sqlite::Database& index, const BucketInfo& bucket);
/// Forgets the bucket and its documents.
Status EraseBucket(sqlite::Database& index, const std::string& bucket);

Result<Versioning> BucketVersioning(sqlite::Database& index, const std::string& bucket);

Result<std::optional<std::string>> FindDocument(sqlite::Database& index, const std::string& bucket,
                                                const std::string& name);
/// Nothing erases it.
Status StoreDocument(sqlite::Database& index, const std::string& bucket, const std::string& name,
                     const std::optional<std::string>& document);

}  // namespace tarn::object_store
