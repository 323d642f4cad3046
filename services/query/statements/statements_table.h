#pragma once

#include "services/query/statements/statement_store.h"
#include "services/query/system_tables/system_table.h"

namespace tarn::query {

/// The table system.statements: those of POST /v1/queries. `statements` must outlive it.
SystemTable StatementsTable(StatementStore& statements);

}  // namespace tarn::query
