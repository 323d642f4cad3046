#pragma once

#include <string>

#include "services/transform/quality/dead_letter_store.h"

namespace tarn::transform {

/// The begin of a statement whose rows ReadLetter reads.
extern const char* const kLetterColumns;
DeadLetter ReadLetter(const sqlite::Statement& row);

/// The query's filters as "WHERE ..." with the parameters 1 to 5, but for `after_id` and `limit`; only those
/// that are set, so that SQLite can choose their index.
std::string LetterConditions(const DeadLetterQuery& query);
void BindLetterConditions(sqlite::Statement& statement, const DeadLetterQuery& query);

}  // namespace tarn::transform
