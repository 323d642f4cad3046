#pragma once

#include <cstdint>

namespace tarn::http {

/// Raises the process's soft limit of open files, as far as its hard limit allows, so that `connections` fit
/// beside the files of a service; many systems start with 1,024. Logs a warning if it stays lower.
void RaiseDescriptorLimit(uint64_t connections);

}  // namespace tarn::http
