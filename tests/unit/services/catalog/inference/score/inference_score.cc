// inference_score DIRECTORY [--all] [--why] [--min PERCENT]: infers every CSV file that a truth file below
// the directory knows and prints how often each answer is right, and every miss.
//
// A truth file is NAME_truth.jsonl: one object per line with "file" (relative to the truth file's folder) and
// any of delimiter, quote, escape, encoding, header_lines, skip_lines, footer_lines, columns (a number, or a
// list of names) and types (a list). A folder NAME beside NAME_expected/ holds CSV files and their rows as
// JSON (csv-spectrum).
#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

#include "services/catalog/inference/csv/csv_inference.h"

namespace fs = std::filesystem;
using nlohmann::json;
using namespace tarn::inference;

namespace {

struct Tally {
  int right = 0, all = 0;
};

struct Scoreboard {
  std::map<std::string, Tally> tallies;
  bool show_all = false;
  bool show_why = false;

  void Count(const std::string& file, const std::string& what, const json& truth, const json& answer,
             bool right) {
    Tally& tally = tallies[what];
    ++tally.all;
    tally.right += right;
    if (!right)
      std::cout << "  miss  " << what << "  " << file << ": is " << truth.dump() << ", got " << answer.dump()
                << "\n";
  }
};

std::string NormalEncoding(std::string name) {
  for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (name == "utf8" || name == "ascii" || name == "us-ascii" || name == "utf-8-sig") return "utf-8";
  if (name == "ansi" || name == "latin1" || name == "latin-1" || name == "cp1252" || name == "windows-1252")
    return "iso-8859-1";
  return name;
}

json Names(const CsvVerdict& verdict) {
  json names = json::array();
  for (const CsvColumn& column : verdict.columns) names.push_back(column.name);
  return names;
}

json Types(const CsvVerdict& verdict) {
  json types = json::array();
  for (const CsvColumn& column : verdict.columns) types.push_back(column.type);
  return types;
}

std::string Show(const CsvVerdict& verdict) {
  std::string text = DescribeDialect(verdict.dialect) + " comment '" + verdict.dialect.comment + "' skip " +
                     std::to_string(verdict.skip_lines) + " header " + std::to_string(verdict.header_lines) +
                     " footer " + std::to_string(verdict.footer_lines) + " rows " +
                     std::to_string(verdict.rows) + " short " + std::to_string(verdict.shorter.count) +
                     " long " + std::to_string(verdict.longer.count) + "\n        " +
                     std::to_string(verdict.columns.size()) + " columns:";
  for (size_t i = 0; i < std::min<size_t>(verdict.columns.size(), 12); ++i)
    text += " " + Shorten(verdict.columns[i].name, 24) + "=" + verdict.columns[i].type +
            verdict.columns[i].format;
  return text;
}

void Compare(const std::string& file, const json& truth, const CsvVerdict& verdict, const TextSample& sample,
             Scoreboard& board) {
  const auto count = [&](const char* what, const json& answer, bool right) {
    board.Count(file, what, truth.at(what), answer, right);
  };
  const auto text = [&](const char* what) { return truth.value(what, json()).is_string(); };
  // A delimiter that is not in the text, or a quote where none is, may be any: every answer reads the file.
  const bool one_column =
      verdict.columns.size() == 1 && text("delimiter") &&
      sample.slices[0].text.find(truth["delimiter"].get<std::string>()) == std::string::npos;
  if (text("delimiter"))
    count("delimiter", verdict.dialect.delimiter,
          one_column || truth["delimiter"] == verdict.dialect.delimiter);
  const std::string quote = verdict.dialect.quote == 0 ? "" : std::string(1, verdict.dialect.quote);
  if (text("quote")) count("quote", quote, truth["quote"] == quote || truth["quote"] == "");
  if (text("escape"))
    count("escape", std::string(1, verdict.dialect.escape),
          truth["escape"] == "" || truth["escape"] == std::string(1, verdict.dialect.escape));
  if (text("encoding")) {
    const std::string name = EncodingName(sample.encoding.encoding);
    count("encoding", name, NormalEncoding(truth["encoding"]) == NormalEncoding(name));
  }
  const auto number = [&](const char* what, int64_t answer) {
    if (truth.contains(what) && truth[what].is_number_integer()) count(what, answer, truth[what] == answer);
  };
  number("header_lines", verdict.header_lines);
  number("skip_lines", verdict.skip_lines);
  number("footer_lines", verdict.footer_lines);
  number("rows", verdict.rows);
  number("columns", static_cast<int64_t>(verdict.columns.size()));
  if (truth.value("columns", json()).is_array()) {
    board.Count(file, "number of columns", truth["columns"].size(), verdict.columns.size(),
                truth["columns"].size() == verdict.columns.size());
    count("columns", Names(verdict), truth["columns"] == Names(verdict));
  }
  if (truth.value("types", json()).is_array())
    count("types", Types(verdict), truth["types"] == Types(verdict));
}

void ScoreFile(const fs::path& file, const json& truth, Scoreboard& board) {
  const auto sample = SampleText(file);
  const auto verdict = sample.ok() ? InferCsv(*sample) : tarn::Result<CsvVerdict>(sample.error());
  const std::string name = file.filename().string();
  board.Count(name, "read at all", "a table", verdict.ok() ? "" : verdict.error().message(), verdict.ok());
  if (!verdict.ok()) return;
  if (board.show_all) std::cout << name << "\n        " << Show(*verdict) << "\n";
  for (const Decision& decision : verdict->evidence.decisions) {
    if (!board.show_why) break;
    std::cout << "        " << decision.name << " = " << decision.chosen << " (" << decision.confidence
              << "): " << decision.reason << "\n";
    for (const Alternative& other : decision.alternatives)
      std::cout << "          " << other.score << "  " << other.value << ": " << other.reason << "\n";
  }
  Compare(name, truth, *verdict, *sample, board);
}

void ScoreTruthFile(const fs::path& truth_file, Scoreboard& board) {
  std::ifstream lines(truth_file);
  for (std::string line; std::getline(lines, line);) {
    const json truth = json::parse(line);
    const fs::path file = truth_file.parent_path() / truth.at("file").get<std::string>();
    if (fs::exists(file)) ScoreFile(file, truth, board);
  }
}

void ScoreExpectedFolder(const fs::path& expected, const fs::path& folder, Scoreboard& board) {
  for (const auto& entry : fs::directory_iterator(folder)) {
    std::ifstream rows_file(expected / entry.path().filename().replace_extension(".json"));
    if (entry.path().extension() != ".csv" || !rows_file) continue;
    const auto rows = nlohmann::ordered_json::parse(rows_file);
    const auto& first = rows.is_array() ? rows.at(0) : rows;
    json truth = {{"rows", rows.is_array() ? rows.size() : 1},
                  {"columns", json::array()},
                  {"delimiter", ","},
                  {"header_lines", 1}};
    for (const auto& member : first.items()) truth["columns"].push_back(member.key());
    ScoreFile(entry.path(), truth, board);
  }
}

void ScoreAll(const fs::path& directory, Scoreboard& board) {
  std::vector<fs::path> entries;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) entries.push_back(entry.path());
  std::sort(entries.begin(), entries.end());
  for (const fs::path& entry : entries) {
    const std::string name = entry.filename().string();
    const std::string of = name.substr(0, name.rfind("_expected"));
    if (name.ends_with("_truth.jsonl"))
      ScoreTruthFile(entry, board);
    else if (name.ends_with("_expected") && fs::is_directory(entry.parent_path() / of))
      ScoreExpectedFolder(entry, entry.parent_path() / of, board);
  }
}

}  // namespace

int main(int argc, char** argv) {
  Scoreboard board;
  fs::path directory;
  double least = 0;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--all") == 0)
      board.show_all = true;
    else if (std::strcmp(argv[i], "--why") == 0)
      board.show_all = board.show_why = true;
    else if (std::strcmp(argv[i], "--min") == 0 && i + 1 < argc)
      least = std::stod(argv[++i]);
    else
      directory = argv[i];
  }
  if (directory.empty() || !fs::is_directory(directory)) {
    std::cout << "SKIPPED: there is no data directory " << directory << "; nothing was scored\n";
    return 77;
  }
  ScoreAll(directory, board);
  bool good = !board.tallies.empty();
  for (const auto& [what, tally] : board.tallies) {
    const double percent = 100.0 * tally.right / std::max(tally.all, 1);
    std::cout << what << std::string(what.size() < 20 ? 20 - what.size() : 1, ' ') << tally.right << " of "
              << tally.all << "  " << percent << "%\n";
    good = good && percent >= least;
  }
  return good ? 0 : 1;
}
