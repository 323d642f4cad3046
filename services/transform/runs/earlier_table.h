#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/object_store/object_store.h"
#include "common/result/result.h"
#include "services/transform/runs/output_files.h"
#include "services/transform/runs/table_files.h"
#include "services/transform/transforms/output.h"

namespace tarn::transform {

/// What the store has of one output's table when a run begins. The names of its objects say it all, so that
/// nothing else can disagree with them.
class EarlierTable {
 public:
  /// `state_prefix` is where the state of its merges is. Errors: kUnprocessable if the output cannot go on
  /// with what is there, since it was published in another way; as ObjectStore::List.
  static Result<std::unique_ptr<EarlierTable>> Find(object_store::ObjectStore& store,
                                                    const std::string& state_prefix, const Output& output);

  /// See OutputFiles::earlier_state. The files are links in `directory`, which this makes.
  Result<std::vector<std::filesystem::path>> State(const std::optional<std::set<std::string>>& partitions,
                                                   const std::filesystem::path& directory);

  /// Whether a merge that changes no row may leave all files as they are, if it is still that of the same
  /// definition.
  bool MayStay() const;

  /// The objects that go when what was written takes their place.
  Result<std::vector<object_store::ObjectInfo>> Replaced(const WrittenOutput& written);

 private:
  EarlierTable(object_store::ObjectStore& store, std::string state_prefix, const Output& output)
      : store_(store), state_prefix_(std::move(state_prefix)), output_(output) {}

  Result<std::vector<TableFile>> Rows(size_t limit = 0);
  Result<std::vector<TableFile>> States(size_t limit = 0);
  Status CheckLayout(const TableFile& row);
  Error StateGone(const std::string& key) const;
  Result<std::vector<TableFile>> StatesOfWhole();
  Result<std::vector<TableFile>> StatesOf(const std::set<std::string>& partitions);

  object_store::ObjectStore& store_;
  const std::string state_prefix_;
  const Output& output_;
  bool has_rows_ = false, has_state_ = false;
  bool whole_ = false;                               // all of the table is written anew
  std::vector<object_store::ObjectInfo> rewritten_;  // of the partitions whose state was asked for
};

}  // namespace tarn::transform
