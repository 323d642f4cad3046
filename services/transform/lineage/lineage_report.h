#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "common/object_store/object_store.h"

namespace tarn::transform {

/// How an earlier object's rows came into another one.
enum class Descent {
  kMerged,     ///< the rows that a merge kept
  kCompacted,  ///< all of its rows, in a bigger file
};
const char* DescentName(Descent descent);

/// An object of the publishing bucket that a commit made.
struct MadeObject {
  std::string table;  ///< "database.table"
  std::string model;  ///< empty for a compacted one
  std::string key;
  std::string version;          ///< known after the commit
  std::optional<int64_t> rows;  ///< not known for each file of several
  uint64_t size_bytes = 0;
  Descent descent = Descent::kMerged;                ///< of `earlier`
  std::vector<object_store::ObjectVersion> earlier;  ///< objects whose rows are in it too
};

/// A cataloged table that a run read.
struct TableRead {
  std::string table;                               ///< "database.table"
  std::string snapshot;                            ///< the table's version
  std::vector<object_store::ObjectVersion> files;  ///< of the snapshot; at most kMaxFiles
  static constexpr size_t kMaxFiles = 2000;
};

/// What a run was made from and what it made, as far as its other reports do not say. A part of the run's
/// report, so that it is published together with the outputs.
struct LineageReport {
  std::string definition;                 ///< Definition::hash
  std::map<std::string, int64_t> inputs;  ///< published objects by the name of their input; "": the only one
  std::vector<TableRead> tables;
  std::vector<MadeObject> objects;

  /// Notes the versions that a commit gave to the objects.
  void SetVersions(const std::vector<object_store::ObjectInfo>& committed);

  nlohmann::json ToJson() const;
  /// Throws nlohmann::json::exception for what ToJson did not make.
  static LineageReport FromJson(const nlohmann::json& value);
};

/// Looks up the versions that are not known: those of a commit after which the process died. An object that
/// was deleted since stays without one. Errors: as ObjectStore::Head.
Status FindVersions(object_store::ObjectStore& store, LineageReport& report);

}  // namespace tarn::transform
