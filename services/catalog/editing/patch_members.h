#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "common/json/json.h"
#include "common/result/result.h"

namespace tarn::catalog {

inline constexpr size_t kMaxDescriptionBytes = 16'384;
inline constexpr size_t kMaxCommentBytes = 4'096;
inline constexpr size_t kMaxOwnerBytes = 255;
inline constexpr size_t kMaxNameBytes = 255;
inline constexpr size_t kMaxParameters = 100;
inline constexpr size_t kMaxParameterBytes = 4'096;

/// Takes a member of a merge patch, in which null says something: unlike the reader, it tells null from
/// nothing. Null pointer if it is absent.
const nlohmann::json* TakeMember(json::ObjectReader& reader, const nlohmann::json& body, const char* name);

/// Errors of all that follow: kInvalidArgument with where() = `pointer`, or what is below it.

/// Reads a text of at most `max_bytes`; null is nothing.
Result<std::optional<std::string>> ReadText(const nlohmann::json& value, const std::string& pointer,
                                            size_t max_bytes);

/// Reads {"key": "value", "gone": null}.
Result<std::map<std::string, std::optional<std::string>>> ReadParameters(const nlohmann::json& value,
                                                                         const std::string& pointer);

/// Takes the patch over into `parameters`. Errors: kTooLarge over kMaxParameters.
Status PatchParameters(const std::map<std::string, std::optional<std::string>>& patch,
                       std::map<std::string, std::string>* parameters);

/// Whether a name can be a table's, a database's or a column's: 1 to 255 bytes without control characters
/// and, if `in_path`, without '/'.
Status CheckName(const std::string& name, const std::string& pointer, bool in_path);

/// Reads a type and writes it as DuckDB does.
Result<std::string> ReadType(const std::string& text, const std::string& pointer);

/// `pointer/name`, escaped as RFC 6901 says.
std::string PointerTo(const std::string& pointer, const std::string& name);

}  // namespace tarn::catalog
