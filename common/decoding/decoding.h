#pragma once

#include <cstdint>
#include <string>

namespace tarn::decoding {

/// What must be done to a text file before the SQL engine can read it. Nothing in it: nothing.
struct Decoding {
  std::string compression{};  ///< CodecName, as "bzip2"; empty: none; "none": none, but the name says so
  std::string encoding{};     ///< EncodingName: "utf-16be", "windows-1252"; empty: UTF-8
  int64_t footer_lines = 0;   ///< lines at the end that are no rows, without blank ones at the very end

  bool empty() const { return compression.empty() && encoding.empty() && footer_lines == 0; }
  bool operator==(const Decoding&) const = default;
};

/// More than this is not decoded: what it takes on the disk, for each file.
inline constexpr uint64_t kMaxDecodedBytes = uint64_t{1} << 30;

}  // namespace tarn::decoding
