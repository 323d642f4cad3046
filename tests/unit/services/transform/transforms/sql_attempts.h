#pragma once

#include <vector>

namespace tarn::transform {

/// Attempts to get at what a definition's SQL must not reach.
struct SqlAttempts {
  std::vector<const char*> statements;   ///< whole texts
  std::vector<const char*> relations;    ///< to stand after FROM
  std::vector<const char*> expressions;  ///< to stand in a SELECT list
};

const SqlAttempts& TheSqlAttempts();

}  // namespace tarn::transform
