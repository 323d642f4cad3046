#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/duckdb/engine.h"
#include "common/object_store/object_store.h"
#include "common/result/result.h"

namespace tarn::transform {

/// The columns of inputs, by the inputs' names.
using InputColumns = std::map<std::string, std::vector<duckdb::Column>>;

/// Where a transform keeps the columns that its inputs had, beside its manifest. Each run's commit replaces
/// it together with the tables, so it never tells of a run that did not come to its end.
std::string InputColumnsKey(const std::string& transform);

/// What the last run kept; nothing if there is none. Errors: as ObjectStore::GetAll, kUnprocessable if the
/// object is something else.
Result<InputColumns> ReadInputColumns(object_store::ObjectStore& store, const std::string& transform);

std::string RenderInputColumns(const InputColumns& columns);

}  // namespace tarn::transform
