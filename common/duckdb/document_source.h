#pragma once

#include <duckdb.h>

#include "common/duckdb/documents.h"
#include "common/result/result.h"

namespace tarn::duckdb {

/// How the error of a statement begins for which there was not enough memory to read a document.
inline constexpr const char* kNoMemoryForDocument = "there is no memory for a document of ";

/// Lets SQL of the connection's database call tarn_documents(id). `documents` must outlive the database.
/// Errors: kInternal.
Status RegisterDocuments(duckdb_connection connection, Documents& documents);

}  // namespace tarn::duckdb
