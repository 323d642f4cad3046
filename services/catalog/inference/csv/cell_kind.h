#pragma once

#include <cstdint>
#include <string_view>

namespace tarn::inference {

/// What a cell looks like to a reader who has not settled on the columns' types yet: also numbers with units
/// and dates that no type will be made of.
enum class CellKind : uint8_t {
  kEmpty,
  kNull,  ///< NA, N/A, null, -, ... : stands for nothing
  kInteger,
  kNumber,   ///< with a point, comma, exponent, percent sign or currency
  kBoolean,  ///< true, false, yes, no
  kTemporal,
  kAddress,  ///< a URL, an e-mail, MAC or IPv6 address
  kCode,     ///< letters with digits, no spaces: identifiers, postcodes, hashes
  kText,
  kOdd,     ///< text that holds what usually delimits fields
  kBroken,  ///< a quote or bracket without its other half, as a wrong split leaves it
};
inline constexpr size_t kCellKinds = 11;

/// Classifies a cell's raw text (spaces around it do not count).
CellKind ClassifyCell(std::string_view text);

/// True if the kind says more than that there is text.
constexpr bool IsTyped(CellKind kind) { return kind >= CellKind::kInteger && kind <= CellKind::kTemporal; }
constexpr bool IsNumeric(CellKind kind) { return kind == CellKind::kInteger || kind == CellKind::kNumber; }
constexpr bool IsBlank(CellKind kind) { return kind == CellKind::kEmpty || kind == CellKind::kNull; }

/// True for numbers as people write them: 1,234.5  1.234,5  -12%  $5  (3.50)  1e5.
bool LooksNumeric(std::string_view text);

}  // namespace tarn::inference
