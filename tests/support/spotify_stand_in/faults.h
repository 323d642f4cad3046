#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"

namespace tarn::spotify_stand_in {

/// Something that goes wrong with the next requests.
struct Fault {
  std::string path_contains = "";            ///< only where the path and query hold this; empty: everywhere
  int64_t skip = 0;                          ///< so many matching requests pass first
  int64_t count = 1;                         ///< then so many are hit; -1: all
  int status = 0;                            ///< answered instead of the real answer; 0: the real one
  std::optional<std::string> retry_after{};  ///< value of the header
  std::chrono::milliseconds delay{0};        ///< before the answer
  bool malformed = false;                    ///< the real answer, cut off in the middle
  bool drop = false;                         ///< the connection breaks in the middle of the answer
};

/// Reads a fault: {"status":429,"retry_after":1,"count":2,"skip":0,"path_contains":"/items","delay_ms":0,
/// "malformed":false,"drop":false}, all optional; retry_after is a number or a text. Errors: kInvalidArgument
/// with the JSON pointer.
Result<Fault> ParseFault(const nlohmann::json& object);

/// The faults in force. Thread-safe.
class Faults {
 public:
  void Add(Fault fault);
  void Clear();
  /// Counts a request against the first fault that matches it, and returns that fault if it is to be hit.
  std::optional<Fault> Next(std::string_view target);

 private:
  std::mutex mutex_;
  std::vector<Fault> faults_;
};

}  // namespace tarn::spotify_stand_in
