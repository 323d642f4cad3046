#pragma once

#include "services/transform/quality/dqdl/compiler.h"
#include "services/transform/quality/dqdl/plan.h"
#include "services/transform/quality/dqdl/ruleset.h"

namespace tarn::dqdl {

/// Rules that the columns alone decide on, without a query.

/// ColumnCount.
Measure CountColumns(const Check& check, const Relation& relation);

/// ColumnExists. Names are case-sensitive.
Measure FindColumn(const Check& check, const Relation& relation);

/// SchemaMatch: the columns that both tables have with the same type, as a part of all columns that there
/// are.
Measure CompareColumns(const Check& check, const Relation& relation, const Relation& other);

/// The names of the columns, quoted and with commas.
std::string ColumnList(const Relation& relation);

}  // namespace tarn::dqdl
