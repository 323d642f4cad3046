#pragma once

#include <filesystem>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "common/decoding/decoded_files.h"
#include "common/result/result.h"
#include "common/table_view/table_view.h"
#include "services/query/engine/pin_pool.h"

namespace tarn::query {

/// The files of a statement's tables, held until it ends, and which object each of them is.
class PinnedFiles {
 public:
  /// Errors: kPreconditionFailed when an object is gone or replaced; else those of PinPool::Take and
  /// ReadableFiles.
  static Result<PinnedFiles> Pin(const std::vector<table_view::BoundTable>& tables, PinPool& pool,
                                 decoding::DecodedFiles& decoded, std::stop_token cancelled);

  /// The files of the table at `index` of `tables`, in the order of its snapshot.
  std::span<const std::filesystem::path> OfTable(size_t index) const;

  /// The same error in the words of people: the engine names the pinned files, they know the objects.
  Error Reword(const Error& error) const;

  /// "bucket/key" of a file that OfTable() gave.
  std::string ObjectName(size_t table, size_t file) const;

 private:
  std::vector<WantedFile> wanted_;
  PinPool::Held held_;
  std::vector<size_t> begins_;  // of each table's files
};

}  // namespace tarn::query
