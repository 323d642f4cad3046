#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/query/test_lake.h"

namespace tarn::query {
namespace {

// One attempt per line, "\n" for a new line in it; lines that begin with # are about those that follow.
std::vector<std::string> ReadAttempts(const std::filesystem::path& file) {
  std::vector<std::string> attempts;
  std::ifstream stream(file);
  for (std::string line; std::getline(stream, line);) {
    if (line.empty() || line[0] == '#') continue;
    for (size_t at = line.find("\\n"); at != std::string::npos; at = line.find("\\n", at + 1))
      line.replace(at, 2, "\n");
    attempts.push_back(line);
  }
  return attempts;
}

// The codes that say that the statement is at fault. What got as far as the catalog or the engine's insides
// would end as another one.
const std::set<Code> kRefused = {Code::kUnprocessable, Code::kInvalidArgument, Code::kTooLarge,
                                 Code::kNotFound};

TEST(Sandbox, RefusesEveryAttemptInBothDialects) {
  TestLake lake;
  AddGoldenTables(lake);
  size_t attempts = 0;
  for (const auto& entry : std::filesystem::directory_iterator(TARN_SANDBOX_FOLDER)) {
    if (entry.path().extension() != ".txt") continue;
    for (const auto& attempt : ReadAttempts(entry.path())) {
      ++attempts;
      for (const Dialect dialect : {Dialect::kDuckDb, Dialect::kAthena}) {
        const auto answer = lake.Run(attempt, "spotify", {}, dialect);
        if (answer.ok()) {
          ADD_FAILURE() << DialectName(dialect) << ": " << attempt << '\n' << *answer;
          continue;
        }
        EXPECT_TRUE(kRefused.contains(answer.error().code()))
            << DialectName(dialect) << ": " << attempt << '\n'
            << answer.error().message();
        EXPECT_EQ(answer.error().message().find("root:"), std::string::npos) << attempt;
      }
    }
  }
  EXPECT_GE(attempts, 200u);
  EXPECT_THAT(lake.Run("SELECT count(*) AS n FROM songs", "spotify"), IsOk());
}

}  // namespace
}  // namespace tarn::query
