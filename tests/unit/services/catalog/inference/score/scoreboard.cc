#include "tests/unit/services/catalog/inference/score/scoreboard.h"

#include <iostream>

namespace tarn::score {
namespace {

using nlohmann::json;

std::string NormalEncoding(std::string name) {
  for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (name == "utf8" || name == "ascii" || name == "us-ascii" || name == "utf-8-sig") return "utf-8";
  if (name == "ansi" || name == "latin1" || name == "latin-1" || name == "cp1252" || name == "windows-1252")
    return "iso-8859-1";
  return name;
}

json Member(const json& object, const char* name) {
  return object.is_object() ? object.value(name, json()) : json();
}

// A delimiter that is not in the text, or a quote where none is, may be any: every answer reads the file.
bool DelimiterIsRight(const json& truth, const json& answer, const std::string& text) {
  if (!answer.is_object()) return false;
  const bool one_column = Member(answer, "columns").size() == 1 &&
                          text.find(truth["delimiter"].get<std::string>()) == std::string::npos;
  return one_column || truth["delimiter"] == Member(answer, "delimiter");
}

bool QuoteIsRight(const json& truth, const json& answer, const std::string& text) {
  const auto quote = truth["quote"].get<std::string>();
  return answer.is_object() &&
         (quote.empty() || text.find(quote) == std::string::npos || quote == Member(answer, "quote"));
}

}  // namespace

void Scoreboard::Count(const std::string& file, const std::string& what, const json& truth,
                       const json& answer, bool right) {
  Tally& tally = tallies_[what];
  ++tally.all;
  tally.right += right;
  if (!right && shows_misses_)
    std::cout << "  miss  " << what << "  " << file << ": is " << truth.dump() << ", got " << answer.dump()
              << "\n";
}

void Scoreboard::Compare(const std::string& file, const json& truth, const json& answer,
                         const std::string& text) {
  const auto is_text = [&](const char* what) { return Member(truth, what).is_string(); };
  if (is_text("delimiter"))
    Count(file, "delimiter", truth["delimiter"], Member(answer, "delimiter"),
          DelimiterIsRight(truth, answer, text));
  if (is_text("quote"))
    Count(file, "quote", truth["quote"], Member(answer, "quote"), QuoteIsRight(truth, answer, text));
  if (is_text("escape") && truth["escape"] != "" && !Member(answer, "escape").is_null())
    Count(file, "escape", truth["escape"], answer["escape"], truth["escape"] == answer["escape"]);
  if (is_text("encoding") && !Member(answer, "encoding").is_null())
    Count(file, "encoding", truth["encoding"], answer["encoding"],
          NormalEncoding(truth["encoding"]) == NormalEncoding(answer["encoding"]));
  for (const char* what : {"header_lines", "skip_lines", "footer_lines", "rows"}) {
    const bool rivals = answer.is_null() || !Member(answer, what).is_null();
    if (Member(truth, what).is_number_integer() && rivals)
      Count(file, what, truth[what], Member(answer, what), truth[what] == Member(answer, what));
  }
  if (Member(truth, "header_lines").is_number_integer()) {
    const bool header = truth["header_lines"] > 0;
    const json found = answer.is_null() ? json() : json(answer.value("header_lines", 0) > 0);
    Count(file, "header or none", header, found, found == header);
  }
  json width = Member(truth, "number_of_columns");
  if (Member(truth, "columns").is_number_integer()) width = truth["columns"];
  if (Member(truth, "columns").is_array()) width = truth["columns"].size();
  if (width.is_number())
    Count(file, "number of columns", width, Member(answer, "columns").size(),
          width == Member(answer, "columns").size());
  for (const char* what : {"columns", "types"}) {
    if (Member(truth, what).is_array())
      Count(file, what, truth[what], Member(answer, what), truth[what] == Member(answer, what));
  }
}

}  // namespace tarn::score
