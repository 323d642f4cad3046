#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "services/extract/sources/rest/connector.h"

namespace tarn::extract::rest {
namespace {

/// The names in the first column of the table below `heading`.
std::vector<std::string> TableOf(const std::string& heading) {
  std::ifstream in(TARN_REST_README);
  std::vector<std::string> names;
  bool within = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("## ") || line.starts_with("### ")) within = line == heading;
    if (!within || !line.starts_with("| `")) continue;
    names.push_back(line.substr(3, line.find('`', 3) - 3));
  }
  return names;
}

TEST(RestReadme, ListsTheOptionsOfTheConnector) {
  const auto type = Type();
  EXPECT_EQ(TableOf("## Options"), std::vector<std::string>(type.options.begin(), type.options.end()));
}

}  // namespace
}  // namespace tarn::extract::rest
