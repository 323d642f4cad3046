#include "services/query/memory_bound.h"

#include <sys/resource.h>

namespace tarn::query {

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

}  // namespace tarn::query
