#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/time/time.h"

namespace tarn::transform {

/// Rows that a test gives or expects.
struct TestRows {
  std::string name;  ///< of an input (empty: the only one), of a table "db.t", or of a model or output
  std::string rows;  ///< JSON: an array of objects
};

/// A test of the models, from the key `tests`.
struct ModelTest {
  std::string name;
  std::optional<Timestamp> now;  ///< what now() and {{ run('started_at') }} are
  std::vector<TestRows> inputs;  ///< those left out are empty
  std::vector<TestRows> tables;
  std::vector<TestRows> expect;  ///< only the listed columns count, the order of rows does not
};

}  // namespace tarn::transform
