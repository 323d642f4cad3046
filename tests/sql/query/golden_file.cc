#include "tests/sql/query/golden_file.h"

#include <algorithm>
#include <fstream>
#include <stdexcept>

namespace tarn::query {
namespace {

constexpr std::string_view kDatabase = "# database: ";

std::vector<GoldenCase> ReadFile(const std::filesystem::path& path) {
  std::ifstream stream(path);
  std::vector<GoldenCase> cases;
  GoldenCase current;
  bool in_answer = false;
  const auto finish = [&] {
    if (!current.sql.empty() && !in_answer) throw std::runtime_error(path.string() + ": a case without ----");
    if (!current.sql.empty()) cases.push_back(current);
    in_answer = current.fails = false;
    current.sql = current.expected = "";
  };
  std::string line;
  for (int number = 1; std::getline(stream, line); ++number) {
    if (line.starts_with(kDatabase)) {
      current.database = line.substr(kDatabase.size());
    } else if (line.empty()) {
      finish();
    } else if (line == "----" || line == "---- error") {
      in_answer = true;
      current.fails = line != "----";
    } else if (in_answer) {
      current.expected += line + '\n';
    } else if (!line.starts_with('#')) {
      if (current.sql.empty()) current.line = number;
      current.sql += line + '\n';
    }
    current.file = path.filename();
  }
  finish();
  return cases;
}

}  // namespace

std::vector<GoldenCase> ReadGoldenCases(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".test") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<GoldenCase> cases;
  for (const auto& file : files) {
    auto read = ReadFile(file);
    cases.insert(cases.end(), read.begin(), read.end());
  }
  return cases;
}

}  // namespace tarn::query
