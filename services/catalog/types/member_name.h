#pragma once

#include <string>
#include <string_view>

namespace tarn::catalog {

/// Writes a member's name as DuckDB's DESCRIBE does in the types of structs: quoted if it is any of its
/// keywords, reserved or not, or no plain name. Types are compared as text, so that Tarn's own must read like
/// the engine's.
std::string MemberName(std::string_view name);

}  // namespace tarn::catalog
