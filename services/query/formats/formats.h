#pragma once

#include <memory>

#include "services/query/formats/result_format.h"

namespace tarn::query {

/// {"columns": [{"name", "type"}], "rows": [[...]], "stats": {...}}, and next_page_token if the stats have
/// one.
std::unique_ptr<ResultFormat> MakeJsonFormat();
/// One JSON object per line, members in the order of the columns; a repeated column name gets _1, _2, ...
std::unique_ptr<ResultFormat> MakeNdjsonFormat();
/// RFC 4180 with a header. NULL is an empty field, an empty text is "".
std::unique_ptr<ResultFormat> MakeCsvFormat();
/// The Arrow IPC stream format.
std::unique_ptr<ResultFormat> MakeArrowFormat();
/// An aligned table for a terminal. Columns get their widths from the first rows.
std::unique_ptr<ResultFormat> MakeTextFormat();

}  // namespace tarn::query
