#include "common/duckdb/process_memory.h"

#include <sys/resource.h>
#include <sys/types.h>

// The engine's allocator (jemalloc, with this prefix) keeps address space that it got once, and that counts. Its way for
// a program to say otherwise is to define this variable; where the engine uses another allocator, nobody reads it.
extern "C" {
extern const char* duckdb_je_malloc_conf_2_conf_harder;
const char* duckdb_je_malloc_conf_2_conf_harder = "retain:false";

// Weak: another build of the engine may not have it.
int duckdb_je_mallctl(const char* name, void* old, size_t* old_size, void* value, size_t size) __attribute__((weak));
}

namespace tarn::duckdb {

Status BoundProcessMemory([[maybe_unused]] uint64_t bytes) {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  rlimit limit{};
  if (getrlimit(RLIMIT_DATA, &limit) != 0) return Error(Code::kInternal, "cannot read the process's memory limit");
  if (limit.rlim_max != RLIM_INFINITY && limit.rlim_max < bytes) return Ok();  // bounded already
  limit.rlim_cur = bytes;
  if (setrlimit(RLIMIT_DATA, &limit) != 0) return Error(Code::kInternal, "cannot limit the process's memory");
#endif
  return Ok();
}

void GiveMemoryBackAtOnce() {
  if (duckdb_je_mallctl == nullptr) return;
  ssize_t milliseconds = 0;
  // Of the arenas that threads will get, and of the one that is there.
  for (const char* name : {"arenas.dirty_decay_ms", "arenas.muzzy_decay_ms", "arena.0.dirty_decay_ms", "arena.0.muzzy_decay_ms"})
    duckdb_je_mallctl(name, nullptr, nullptr, &milliseconds, sizeof milliseconds);
}

}  // namespace tarn::duckdb
