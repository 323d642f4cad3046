#pragma once

#include <chrono>
#include <stop_token>

namespace tarn {

/// Waits for `delay`, or until a stop is requested: false then, also if it was before. Any thread.
bool Wait(std::chrono::milliseconds delay, const std::stop_token& cancelled);

}  // namespace tarn
