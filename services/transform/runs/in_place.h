#pragma once

#include <string>

#include "common/result/result.h"

namespace tarn::transform {

/// The error with the name of what it happened in before its own where().
inline Error InPlace(const std::string& place, const Error& error) {
  return Error(error.code(), error.message())
      .At(error.where().empty() ? place : place + ", " + error.where());
}

}  // namespace tarn::transform
