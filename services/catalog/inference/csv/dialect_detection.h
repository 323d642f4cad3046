#pragma once

#include <stop_token>
#include <string_view>
#include <vector>

#include "common/result/result.h"
#include "services/catalog/inference/csv/csv_hints.h"
#include "services/catalog/inference/csv/dialect.h"
#include "services/catalog/inference/evidence/evidence.h"

namespace tarn::inference {

/// Returns the dialects worth trying for a text: delimiters that occur in it (the usual ones, and any other
/// character that many lines have), with the quotes and escapes that occur beside them. The default dialect
/// comes first.
std::vector<Dialect> CandidateDialects(std::string_view text);

struct DialectVerdict {
  Dialect dialect;
  size_t columns = 1;
  Decision decision;
};

/// Scores all candidates on the start of `text` and returns the best. Where nothing decides (one column, no
/// quotes), the answer is RFC 4180's comma and double quote. What `hints` say is not put to question. Errors:
/// kCancelled.
Result<DialectVerdict> DetectDialect(std::string_view text, std::stop_token cancelled = {},
                                     const CsvHints& hints = {});

/// Returns what comment lines start with ("#", "//", "%", "--"), empty if there are none: such lines stand
/// above the table or between its rows and do not have the table's number of fields.
std::string DetectComment(std::string_view text, const Dialect& dialect, size_t columns);

/// Explains DetectComment's answer.
Decision CommentDecision(std::string_view text, const std::string& comment, bool given);

}  // namespace tarn::inference
