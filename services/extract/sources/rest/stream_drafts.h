#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "common/result/result.h"

namespace tarn::extract::rest {

/// The most bytes of the name of a stream or a partition.
inline constexpr size_t kMaxNameBytes = 64;

/// A stream as it stands in the options, before what it depends on is known.
struct StreamDraft {
  const nlohmann::json* value;  ///< stays the caller's
  std::string pointer, name;
  std::string parent;  ///< its name; empty: none
};

/// Reads the names in `streams:` and returns the streams with parents before their children, else in their
/// order. Errors: as ParseStreams.
Result<std::vector<StreamDraft>> ReadStreamDrafts(const nlohmann::json& streams);

}  // namespace tarn::extract::rest
