#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/object_store/object_store.h"

namespace tarn::catalog {

/// What a run of events comes to: for each object its last state.
class ChangeSet {
 public:
  struct Change {
    object_store::ObjectInfo object;  ///< of a deleted one: bucket, key and the version that was deleted
    bool deleted = false;
  };

  /// Later events override earlier ones.
  void Add(const std::vector<object_store::Event>& events);
  void Set(object_store::ObjectInfo object, bool deleted);
  void Forget(const std::string& bucket, const std::string& key) { changes_.erase({bucket, key}); }

  /// By bucket and key.
  using Changes = std::map<std::pair<std::string, std::string>, Change>;
  const Changes& changes() const { return changes_; }
  bool empty() const { return changes_.empty(); }

 private:
  Changes changes_;
};

}  // namespace tarn::catalog
