#include "common/http/descriptor_limit.h"

#include <sys/resource.h>

#include <algorithm>

#include "common/logging/log.h"

namespace tarn::http {
namespace {

constexpr uint64_t kForEverythingElse = 512;

}  // namespace

void RaiseDescriptorLimit(uint64_t connections) {
  rlimit limit{};
  const rlim_t wanted = connections + kForEverythingElse;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return;
  limit.rlim_cur = std::min(wanted, limit.rlim_max);
  if (setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur == wanted) return;
  log::Warn("the limit of open files is too low for the connections allowed",
            {{"limit", limit.rlim_cur}, {"wanted", wanted}});
}

}  // namespace tarn::http
