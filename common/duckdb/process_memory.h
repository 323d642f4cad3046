#pragma once

#include <cstdint>

#include "common/result/result.h"

namespace tarn::duckdb {

/// Bounds the memory that this process can have (RLIMIT_DATA), for programs that run SQL of strangers. The engine
/// counts its buffers (InstanceOptions::memory_limit_bytes), but not the texts and lists that functions make:
/// `repeat('x', 4000000000)` takes 8 GB. At the bound an allocation fails, and with it the statement that asked for
/// it, with kResourceExhausted; the process goes on. Call once, before threads start. Does nothing in a build with a
/// sanitizer, whose own memory would count too. Errors: kInternal.
Status BoundProcessMemory(uint64_t bytes);

/// Lets the engine's allocator give memory back to the system as soon as it is free, where it keeps it for ten
/// seconds otherwise: the process then has little more than the engine counts, and statements take up to 40% more
/// of the processors. For programs of little memory. Call once, before the engine is used. Does nothing where the
/// engine has another allocator.
void GiveMemoryBackAtOnce();

}  // namespace tarn::duckdb
