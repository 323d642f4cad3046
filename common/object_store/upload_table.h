#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/object_store/versioned_store.h"
#include "common/sqlite/database.h"

namespace tarn::object_store {

/// A part and the file that holds it.
struct StoredPart {
  UploadPart part;
  std::string file_name;
};

Status StoreUpload(sqlite::Database& index, const Upload& upload);
Result<std::optional<Upload>> FindUpload(sqlite::Database& index, const std::string& id);
Result<int64_t> CountUploads(sqlite::Database& index, const std::string& bucket);
Result<std::vector<Upload>> NextUploads(sqlite::Database& index, const UploadListRequest& request);
/// Forgets the upload and its parts.
Status EraseUpload(sqlite::Database& index, const std::string& id);

/// Adds or replaces a part.
Status StorePart(sqlite::Database& index, const std::string& upload, const StoredPart& part);
Result<std::optional<StoredPart>> FindPart(sqlite::Database& index, const std::string& upload, int number);
Result<std::vector<StoredPart>> NextParts(sqlite::Database& index, const std::string& upload, int after_number,
                                          int64_t limit);

/// What a completed upload became, so that completing it again answers the same.
struct CompletedUpload {
  std::string id, bucket, key, version;
  std::string parts;  ///< numbers and etags
  Timestamp time;
};
Status StoreCompleted(sqlite::Database& index, const CompletedUpload& completed);
Result<std::optional<CompletedUpload>> FindCompleted(sqlite::Database& index, const std::string& id);
Status ForgetCompleted(sqlite::Database& index, Timestamp before);

}  // namespace tarn::object_store
