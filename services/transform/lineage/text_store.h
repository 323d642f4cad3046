#pragma once

#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/result/result.h"
#include "common/sqlite/database.h"
#include "common/time/time.h"
#include "services/transform/transforms/definition.h"

namespace tarn::transform {

/// What a file of a transform said.
struct StoredText {
  std::string hash;       ///< SHA-256, hexadecimal
  std::string file;       ///< where it stood first: "models/songs.sql"
  std::string transform;  ///< and of which transform
  std::string text;       ///< as written: ${NAME} is not expanded
  Timestamp created_at;
};

/// The texts of all definitions that ran, once per content, in state/transform.db. Thread-safe. Errors of all
/// methods: as sqlite::Statement::Step.
class TextStore {
 public:
  explicit TextStore(sqlite::Database& database) : database_(database) {}

  /// To be called before a run begins, so that what it publishes never refers to a text that is gone. Costs
  /// nothing for a definition that it kept before.
  Status Keep(const Definition& definition);

  /// Errors: kNotFound.
  Result<StoredText> Get(const std::string& hash);
  /// The files of a definition and their hashes, by file; empty for one that is not known.
  Result<std::vector<std::pair<std::string, std::string>>> Files(const std::string& definition);

 private:
  Status Insert(const Definition& definition);
  Status ForgetUnused(Timestamp now);

  sqlite::Database& database_;
  std::mutex mutex_;
  std::set<std::string> kept_;  // by this process, so they may belong to a run that has not ended
};

}  // namespace tarn::transform
