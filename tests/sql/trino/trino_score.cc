#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>

#include "tests/sql/trino/trino_compare.h"

// trino_score [--list error|different|equal|all] [--only N] [--translate] [FILE]: how many of Trino's own
// examples the athena dialect answers as Trino does. Exits with 1 below 90% or with a single silently
// different value, with 77 (a skipped test) when the examples are not there.

namespace {

constexpr double kLeastEqual = 0.9;
constexpr int kSkipped = 77;
// Trino's own tests run in this zone.
constexpr const char* kSessionZone = "Pacific/Apia";

struct Arguments {
  std::string list;
  int only = -1;
  bool translate = false;
  std::filesystem::path file = TARN_TRINO_EXAMPLES;
};

Arguments Read(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--list" && i + 1 < argc)
      arguments.list = argv[++i];
    else if (argument == "--only" && i + 1 < argc)
      arguments.only = std::atoi(argv[++i]);
    else if (argument == "--translate")
      arguments.translate = true;
    else
      arguments.file = argument;
  }
  return arguments;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace tarn::query;
  const Arguments arguments = Read(argc, argv);
  if (!std::filesystem::exists(arguments.file)) {
    std::printf("SKIPPED: Trino's examples are not at %s\n", arguments.file.c_str());
    return kSkipped;
  }
  TrinoRunner runner({kSessionZone});
  std::map<std::string, int> counts;
  int total = 0;
  for (const auto& example : ReadTrinoCases(arguments.file)) {
    if (arguments.only >= 0 && example.number != arguments.only) continue;
    ++total;
    std::string outcome = "equal", detail;
    const auto rows = runner.Run(example.sql);
    if (!rows.ok()) {
      outcome = "error";
      detail = rows.error().message() + " (" + rows.error().where() + ')';
    } else {
      detail = Difference(example, *rows, runner);
      // An answer that cannot be read is no proof of either.
      if (!detail.empty()) outcome = detail.starts_with("Trino's answer") ? "unread" : "different";
    }
    ++counts[outcome];
    if (arguments.list == outcome || arguments.list == "all" || arguments.only >= 0) {
      std::printf("%s #%d %s\n  %s\n", outcome.c_str(), example.number, example.sql.c_str(), detail.c_str());
    }
    if (arguments.translate) {
      const auto sql = runner.Translate(example.sql);
      std::printf("  %s\n", sql.ok() ? sql->c_str() : sql.error().message().c_str());
    }
  }
  const double share = total == 0 ? 0 : static_cast<double>(counts["equal"]) / total;
  std::printf("%d examples: %d equal (%.1f%%), %d different, %d errors, %d whose answer cannot be read\n",
              total, counts["equal"], 100 * share, counts["different"], counts["error"], counts["unread"]);
  return share >= kLeastEqual && counts["different"] == 0 ? 0 : 1;
}
