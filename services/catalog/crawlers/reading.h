#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "common/object_store/object_store.h"
#include "services/catalog/inference/file_inspector.h"

namespace tarn::catalog {

/// What reading one object version gave: its schema, or why it cannot be read.
using Reading = Result<Inspection>;

/// Readings by key and version.
using Readings = std::map<std::pair<std::string, std::string>, Reading>;

/// A file to be read.
struct ReadTarget {
  object_store::ObjectInfo object;
  std::optional<FileFormat> format = FileFormat::kParquet;  ///< none: a classifier may know it
};

}  // namespace tarn::catalog
