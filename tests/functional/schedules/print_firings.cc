// Reads lines {"schedule": ..., "from": "<RFC 3339>", "until": "<RFC 3339>"} from standard input and prints
// for each of them a line with its firings after `from` and before `until`, in minutes since 1970.
#include <iostream>
#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "common/schedule/timetable.h"

namespace {

using tarn::Timestamp;

tarn::Status Print(const std::string& line) {
  TARN_ASSIGN(const nlohmann::json request, tarn::json::Parse(line));
  TARN_ASSIGN(const auto schedule, tarn::schedule::Schedule::Parse(request.at("schedule"), "/schedule"));
  TARN_ASSIGN(const Timestamp from, tarn::ParseRfc3339(request.at("from").get<std::string>()));
  TARN_ASSIGN(const Timestamp until, tarn::ParseRfc3339(request.at("until").get<std::string>()));
  const tarn::schedule::Timetable timetable(schedule, "", from);
  for (auto firing = timetable.After(from); firing && *firing < until; firing = timetable.After(*firing)) {
    std::cout << tarn::ToUnixMillis(*firing) / 60'000 << ' ';
  }
  std::cout << '\n';
  return tarn::Ok();
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    if (const auto printed = Print(line); !printed.ok()) {
      std::cerr << printed.error().message() << " (" << printed.error().where() << "): " << line << '\n';
      return 1;
    }
  }
}
