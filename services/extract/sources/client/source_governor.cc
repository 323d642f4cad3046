#include "services/extract/sources/client/source_governor.h"

namespace tarn::extract {

std::shared_ptr<SourceGovernor> SourceGovernors::Get(const std::string& source, const SourceLimits& limits) {
  const std::lock_guard lock(mutex_);
  auto& governor = governors_[source];
  if (!governor) governor = std::make_shared<SourceGovernor>(limits);
  return governor;
}

}  // namespace tarn::extract
