#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/result/result.h"
#include "services/catalog/tables/types.h"

namespace tarn::catalog {

/// An object version that a crawler has looked at.
struct KnownObject {
  std::string version;
  bool failed = false;     ///< it could not be read, so that no table holds it
  bool held_back = false;  ///< a rollback took it out; adding it again brings it back
  TableName table{};       ///< that it is, was, or would be part of
};

/// What each crawler knows of the objects below its targets. Thread-safe.
/// Errors of all methods: kUnavailable and kResourceExhausted from the disk, kInternal.
class KnownObjectIndex {
 public:
  virtual ~KnownObjectIndex() = default;

  /// An object: its bucket and key.
  using Place = std::pair<std::string, std::string>;
  /// What `crawler` knows of each of these objects, if anything: all of one moment.
  virtual Result<std::vector<std::optional<KnownObject>>> FindObjects(const std::string& crawler,
                                                                      const std::vector<Place>& objects) = 0;
  /// The same of one object.
  virtual Result<std::optional<KnownObject>> FindObject(const std::string& crawler, const std::string& bucket,
                                                        const std::string& key) = 0;
  /// Key and version of all objects of a bucket that `crawler` knows and whose keys start with `prefix`,
  /// those that failed and those that a rollback took out included.
  virtual Result<std::map<std::string, std::string>> KnownObjects(const std::string& crawler,
                                                                  const std::string& bucket,
                                                                  const std::string& prefix) = 0;
  /// The keys of those that failed.
  virtual Result<std::set<std::string>> FailedObjects(const std::string& crawler, const std::string& bucket,
                                                      const std::string& prefix) = 0;
};

}  // namespace tarn::catalog
