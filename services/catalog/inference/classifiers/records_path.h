#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"

namespace tarn::catalog {

/// Reads the JSON path of an array of records: "$[*]", "$.data.items[*]", "$['odd name'].items". Only
/// members, and [*] at the end, which may be left out. Errors: kInvalidArgument.
Result<std::vector<std::string>> ParseRecordsPath(std::string_view text);
std::string RecordsPathText(const std::vector<std::string>& members);

}  // namespace tarn::catalog
