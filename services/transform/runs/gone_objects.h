#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/object_store/object_store.h"
#include "common/result/result.h"
#include "common/sqlite/database.h"
#include "common/time/time.h"

namespace tarn::transform {

/// Forgets what is known of object versions that the store has no more: bookmarks, and the lineage of
/// compactions. Such a version cannot be processed again, so nobody needs to know that it was; one that is
/// not current, but could become it again, is there. Bookmarks of what is not processed yet stay, and the
/// counts of bookmarks go on counting what was forgotten. One thread at a time.
class GoneObjects {
 public:
  /// Whether the store has a version, current or not.
  using IsThere = std::function<Result<bool>(const object_store::ObjectVersion&)>;

  GoneObjects(sqlite::Database& database, IsThere is_there)
      : database_(database), is_there_(std::move(is_there)) {}

  /// Looks at the next kStep rows, and removes those that are of before `cutoff` and of versions that are
  /// gone. False at the end; the call after that begins anew. Errors: as sqlite::Statement::Step and IsThere;
  /// the next call goes on where this one was.
  Result<bool> Step(Timestamp cutoff);

  static constexpr int64_t kStep = 1'000;

 private:
  struct Row {
    std::string transform;  // of a bookmark
    object_store::ObjectVersion object;
    bool old = false;
  };

  Result<bool> StepBookmarks(Timestamp cutoff);
  Result<bool> StepCompactions(Timestamp cutoff);
  Result<std::vector<Row>> Bookmarks(Timestamp cutoff);
  Result<std::vector<Row>> Compactions(Timestamp cutoff);
  Status Forget(const Row& bookmark, Timestamp cutoff);
  Status ForgetCompaction(const object_store::ObjectVersion& object);
  Status ForgetEarlier(const object_store::ObjectVersion& object);

  sqlite::Database& database_;
  const IsThere is_there_;
  bool at_compactions_ = false;
  Row last_;  // that was looked at
};

}  // namespace tarn::transform
