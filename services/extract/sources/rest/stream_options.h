#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "services/extract/sources/rest/options.h"

namespace tarn::extract::rest {

/// What holds for streams that do not say otherwise; null: nothing.
struct StreamDefaults {
  const nlohmann::json* paginator = nullptr;
  const nlohmann::json* responses = nullptr;
};

/// Reads `streams:`. Returns them with parents before their children, else in their order. Errors:
/// kInvalidArgument with the JSON pointer, also for two streams of one name and for parents and children that
/// form a loop.
Result<std::vector<StreamOptions>> ParseStreams(const nlohmann::json& streams,
                                                const StreamDefaults& defaults);

/// `pointer` is where `value` stands.
Result<PaginatorOptions> ParsePaginator(const nlohmann::json& value, const std::string& pointer);
Result<IncrementalOptions> ParseIncremental(const nlohmann::json& value, const std::string& pointer);
Result<std::vector<ResponseRule>> ParseResponses(const nlohmann::json& value, const std::string& pointer);

}  // namespace tarn::extract::rest
