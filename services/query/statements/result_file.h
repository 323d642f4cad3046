#pragma once

#include <cstdint>
#include <string>

#include "common/object_store/object_store.h"
#include "common/result/result.h"

namespace tarn::query {

/// The stored rows of one statement: the object `results/<id>/result.ndjson`, one JSON array per line.
class ResultFile {
 public:
  static constexpr const char* kBucket = "results";

  ResultFile(object_store::ObjectStore& store, const std::string& id) : store_(store), id_(id) {}

  /// Publishes staged rows. Doing it again changes nothing. Errors: those of ObjectStore::Commit.
  Status Publish(std::unique_ptr<object_store::StagedObject> rows);

  /// A run of rows as a JSON array, from a byte offset that an earlier page gave.
  struct Page {
    std::string rows = "[]";
    uint64_t next_offset = 0;
    bool last = true;
  };
  /// Reads up to `limit` rows, and no more than about 4 MiB of them beyond the first.
  /// Errors: kInvalidArgument for an offset that no page gave; kNotFound when the result was removed.
  Result<Page> Read(uint64_t offset, int64_t limit);

  Status Remove();

 private:
  std::string Key() const { return id_ + "/result.ndjson"; }

  object_store::ObjectStore& store_;
  std::string id_;
};

}  // namespace tarn::query
