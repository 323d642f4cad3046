#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tarn::decoding {

/// Returns where the last `lines` lines of `text` begin, blank ones at the very end not counted: what stands
/// before is what is left. Lines end with \n, \r\n or \r. Nothing if `text` does not have so many lines
/// before it begins, `at_start` aside: then it is the start of the file, and a line may begin there.
std::optional<size_t> FindLastLines(std::string_view text, int64_t lines, bool at_start);

}  // namespace tarn::decoding
