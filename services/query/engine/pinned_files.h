#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "common/object_store/object_store.h"
#include "common/result/result.h"
#include "common/table_view/table_view.h"

namespace tarn::query {

/// The files of a statement's tables, held until it ends, and which object each of them is.
class PinnedFiles {
 public:
  /// Errors: kPreconditionFailed when an object is gone or replaced; else those of ObjectStore::PinFiles.
  static Result<PinnedFiles> Pin(const std::vector<table_view::BoundTable>& tables,
                                 object_store::ObjectStore& store);

  /// The files of the table at `index` of `tables`, in the order of its snapshot.
  std::span<const std::filesystem::path> OfTable(size_t index) const;

  /// The same error in the words of people: the engine names the pinned files, they know the objects.
  Error Reword(const Error& error) const;

  /// "bucket/key" of a file that OfTable() gave.
  std::string ObjectName(size_t table, size_t file) const;

 private:
  std::span<const std::filesystem::path> Slice(const std::vector<std::filesystem::path>& paths,
                                               size_t table) const;

  std::unique_ptr<object_store::Pin> pin_;
  std::vector<object_store::ObjectVersion> objects_;
  std::vector<size_t> begins_;                // of each table's files
  std::vector<std::filesystem::path> paths_;  // of each object
};

}  // namespace tarn::query
