#pragma once

#include <string>

namespace tarn::table_view {

/// Renders a cast of text to `type` that fails on what the engine's own cast would round or reinterpret:
/// '1.5', '1e3' and '0x10' are no INTEGER, '1.239' is no DECIMAL(10,2), '2024-01-01 10:00' is no DATE.
/// `value` is an SQL expression of type VARCHAR, `column` stands in the message of the failure. Other types
/// are cast as ever.
std::string ExactCast(const std::string& value, const std::string& type, const std::string& column);

}  // namespace tarn::table_view
