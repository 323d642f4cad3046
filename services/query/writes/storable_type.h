#pragma once

#include <optional>
#include <string>

namespace tarn::query {

/// The type under which a table keeps values of a result's type, such as DECIMAL(38,0) for HUGEINT; nothing
/// for those that no format of files can hold (INTERVAL, ...).
std::optional<std::string> StorableType(const std::string& type);

/// Renders the value of a column of one type as another, without loss: what does not fit fails the statement.
/// Nothing for types that only a CAST which rounds or cuts leads between.
std::optional<std::string> LosslessCast(const std::string& value, const std::string& from,
                                        const std::string& to, const std::string& column);

}  // namespace tarn::query
