#include "services/extract/s3/configuration/lifecycle.h"

namespace tarn::extract::s3 {

Timestamp DueAfterDays(Timestamp since, int64_t days) {
  using Days = std::chrono::days;
  const auto due = since + Days(days);
  return std::chrono::ceil<Days>(due);
}

}  // namespace tarn::extract::s3
