#pragma once

#include <cstddef>
#include <string_view>

#include "common/result/result.h"
#include "services/transform/quality/dqdl/ruleset.h"

namespace tarn::dqdl {

inline constexpr size_t kMaxTextBytes = 64 * 1024;
inline constexpr size_t kMaxRules = 1'000;  ///< the parts of composite rules count
inline constexpr int kMaxDepth = 64;        ///< of parentheses

/// Reads AWS Glue's Data Quality Definition Language: `Rules = [ <rule>, ... ]`. Left out are Analyzers,
/// Metadata, DataSources, variables, labels, and conditions on what earlier runs measured. Source: "Data
/// Quality Definition Language (DQDL) reference" in the AWS Glue user guide, and the grammar in the
/// repository awslabs/dqdl. Errors: kTooLarge over kMaxTextBytes; else kInvalidArgument that says what was
/// expected near which word, with where() = "line <n>, column <n>".
Result<Ruleset> ParseRuleset(std::string_view text);

}  // namespace tarn::dqdl
