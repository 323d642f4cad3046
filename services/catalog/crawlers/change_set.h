#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/object_store/object_store.h"

namespace tarn::catalog {

/// What a run of events comes to: for each key of one bucket its last state.
class ChangeSet {
 public:
  struct Change {
    object_store::ObjectInfo object;  ///< of a deleted one: bucket, key and the version that was deleted
    bool deleted = false;
  };

  /// Later events override earlier ones.
  void Add(const std::vector<object_store::Event>& events);
  void Set(object_store::ObjectInfo object, bool deleted);
  void Forget(const std::string& key) { changes_.erase(key); }

  const std::map<std::string, Change>& changes() const { return changes_; }
  bool empty() const { return changes_.empty(); }

 private:
  std::map<std::string, Change> changes_;  // by key
};

}  // namespace tarn::catalog
