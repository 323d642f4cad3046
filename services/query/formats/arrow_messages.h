#pragma once

#include <string>

#include "services/query/formats/arrow_field.h"

namespace tarn::query {

// Messages of the Arrow IPC stream format, appended to `out`. A stream is a schema, the dictionaries, any
// number of record batches, and the end. Source:
// https://arrow.apache.org/docs/format/Columnar.html#ipc-streaming-format

/// Errors: kUnprocessable for a type that this writer does not know.
Status AppendSchemaMessage(const ArrowField& root, std::string& out);

/// The dictionaries of all columns, which do not change from batch to batch: the values of ENUM types.
Status AppendDictionaryMessages(const ArrowField& root, const ArrowArray& array, std::string& out);

/// The first `rows` rows of an array of structs.
Status AppendBatchMessage(const ArrowField& root, const ArrowArray& array, int64_t rows, std::string& out);

void AppendEndOfStream(std::string& out);

}  // namespace tarn::query
