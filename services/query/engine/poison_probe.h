#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "common/duckdb/engine.h"
#include "common/table_view/table_view.h"
#include "services/query/engine/pinned_files.h"

namespace tarn::query {

/// Looks for the file that breaks an engine: reads the files one by one in an instance of its own until one
/// breaks it too, for at most `patience`. Returns the object's name, "bucket/key"; nothing if none was found
/// in that time.
std::optional<std::string> FindPoison(const std::vector<table_view::BoundTable>& tables,
                                      const PinnedFiles& files, const duckdb::InstanceOptions& options,
                                      std::chrono::milliseconds patience, std::stop_token cancelled);

}  // namespace tarn::query
