#pragma once

#include <vector>

#include "common/object_store/object_store.h"
#include "services/catalog/tables/types.h"

namespace tarn::catalog {

/// Tells which files of former versions of tables can still be read: the catalog remembers them longer than
/// the object store keeps them.
class FilePresence {
 public:
  explicit FilePresence(object_store::ObjectStore& store) : store_(store) {}

  /// Those of `files` whose object is gone or has another version now. Errors: those of the store.
  Result<std::vector<DataFile>> FindMissing(const std::vector<DataFile>& files);

 private:
  object_store::ObjectStore& store_;
};

}  // namespace tarn::catalog
