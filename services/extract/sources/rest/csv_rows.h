#pragma once

#include <cstdint>
#include <string_view>

namespace tarn::extract::rest {

/// How many records a CSV text has (RFC 4180): its rows without the first one, which names the columns. Line
/// breaks within quotes do not count, nor do empty lines.
int64_t CountCsvRecords(std::string_view text);

}  // namespace tarn::extract::rest
