#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/json/json.h"
#include "services/extract/sources/rest/options.h"

// Options of kinds that json::ObjectReader does not know. What is wrong is noted in the reader.

namespace tarn::extract::rest {

/// The text of a text, number or boolean.
std::optional<std::string> ScalarOf(const nlohmann::json& value);

std::optional<std::string> ReadScalar(json::ObjectReader& reader, std::string_view name);
std::optional<JsonPath> ReadPath(json::ObjectReader& reader, std::string_view name);
/// One path or an array of them.
std::vector<JsonPath> ReadPaths(json::ObjectReader& reader, std::string_view name);
/// `fallback` if there is none; noted if it is not within the bounds.
int64_t ReadInteger(json::ObjectReader& reader, std::string_view name, int64_t fallback, int64_t least,
                    int64_t greatest);
/// "query", "header" or "body".
Place ReadPlace(json::ObjectReader& reader, std::string_view name);

/// The names of a header field or query parameter and texts, in the order of the document. The value of a
/// parameter may be an array, which gives several. Errors: kInvalidArgument with the JSON pointer below
/// `pointer`.
Result<std::vector<std::pair<std::string, std::string>>> ReadNamedTexts(const nlohmann::json& object,
                                                                        const std::string& pointer);
/// A header field's name by RFC 9110 section 5.1.
bool IsFieldName(std::string_view name);
/// True unless `value` has control characters.
bool IsFieldValue(std::string_view value);

}  // namespace tarn::extract::rest
