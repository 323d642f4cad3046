#pragma once

#include <cstdint>

#include "common/result/result.h"

namespace tarn::query {

/// Bounds the memory that this process can have (RLIMIT_DATA). The engine counts its buffers, but not the texts and
/// lists that functions make: `repeat('x', 4000000000)` takes 8 GB. At the bound an allocation fails, and with it the
/// statement that asked for it, instead of the machine. Does nothing under a sanitizer, whose own memory counts too.
/// Errors: kInternal.
Status BoundProcessMemory(uint64_t bytes);

}  // namespace tarn::query
