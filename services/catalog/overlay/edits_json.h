#pragma once

#include <map>
#include <string>
#include <string_view>

#include "common/result/result.h"
#include "services/catalog/overlay/table_edits.h"

namespace tarn::catalog {

/// How edits are kept in the database. No edits are the empty text. Equal edits give equal text.
std::string StoreEdits(const TableEdits& edits);

/// Reads them back. Errors: kInternal if the text is not what StoreEdits wrote.
Result<TableEdits> LoadEdits(std::string_view text);

/// As they read and write texts by key.
std::string StoreParameters(const std::map<std::string, std::string>& parameters);
Result<std::map<std::string, std::string>> LoadParameters(std::string_view text);

}  // namespace tarn::catalog
