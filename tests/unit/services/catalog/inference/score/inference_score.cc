// inference_score DIRECTORY [--all] [--why] [--rival] [--min PERCENT]: infers every CSV file that a truth
// file below the directory knows and prints how often each answer is right, and every miss; with --rival also
// how often the SQL engine's own sniffer is right on the same files.
//
// A truth file is NAME_truth.jsonl: one object per line with "file" (relative to the truth file's folder) and
// any of delimiter, quote, escape, encoding, header_lines, skip_lines, footer_lines, rows, columns (a number,
// or a list of names), number_of_columns and types (a list). A folder NAME beside NAME_expected/ holds CSV
// files and their rows as JSON (csv-spectrum). write_dirty_csv.py writes such files.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "services/catalog/inference/csv/csv_inference.h"
#include "tests/unit/services/catalog/inference/score/engine_sniffer.h"
#include "tests/unit/services/catalog/inference/score/scoreboard.h"

namespace fs = std::filesystem;
using nlohmann::json;
using namespace tarn::inference;
using tarn::score::EngineSniffer;
using tarn::score::Scoreboard;

namespace {

struct Score {
  bool show_all = false, show_why = false;
  Scoreboard ours{true}, rivals{false};
  std::optional<EngineSniffer> rival;
  int files = 0, read = 0, read_by_rival = 0;
};

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

void ShowWhy(const CsvVerdict& verdict) {
  for (const Decision& decision : verdict.evidence.decisions) {
    std::cout << "        " << decision.name << " = " << decision.chosen << " (" << decision.confidence
              << "): " << decision.reason << "\n";
    for (const Alternative& other : decision.alternatives)
      std::cout << "          " << other.score << "  " << other.value << ": " << other.reason << "\n";
  }
}

json Answer(const CsvVerdict& verdict, const TextSample& sample) {
  json answer = {{"delimiter", verdict.dialect.delimiter},
                 {"quote", verdict.dialect.quote == 0 ? "" : std::string(1, verdict.dialect.quote)},
                 {"escape", std::string(1, verdict.dialect.escape)},
                 {"encoding", EncodingName(sample.encoding.encoding)},
                 {"header_lines", verdict.header_lines},
                 {"skip_lines", verdict.skip_lines},
                 {"footer_lines", verdict.footer_lines},
                 {"rows", verdict.rows},
                 {"columns", json::array()},
                 {"types", json::array()}};
  for (const CsvColumn& column : verdict.columns) {
    answer["columns"].push_back(column.name);
    answer["types"].push_back(column.type);
  }
  return answer;
}

void ScoreFile(const fs::path& file, const json& truth, Score& score) {
  const std::string name = file.filename().string();
  ++score.files;
  const auto sample = SampleText(file);
  const auto verdict = sample.ok() ? InferCsv(*sample) : tarn::Result<CsvVerdict>(sample.error());
  const std::string text = sample.ok() ? sample->slices[0].text : "";
  if (verdict.ok()) {
    ++score.read;
    if (score.show_all) std::cout << name << "\n        " << Show(*verdict) << "\n";
    if (score.show_why) ShowWhy(*verdict);
    score.ours.Compare(name, truth, Answer(*verdict, *sample), text);
  } else {
    std::cout << "  not read  " << name << ": " << verdict.error().message() << "\n";
    score.ours.Compare(name, truth, nullptr, text);
  }
  if (!score.rival) return;
  const json answer = score.rival->Sniff(file);
  score.read_by_rival += !answer.is_null();
  score.rivals.Compare(name, truth, answer, text);
}

void ScoreTruthFile(const fs::path& truth_file, Score& score) {
  std::ifstream lines(truth_file);
  for (std::string line; std::getline(lines, line);) {
    const json truth = json::parse(line);
    const fs::path file = truth_file.parent_path() / truth.at("file").get<std::string>();
    if (fs::exists(file)) ScoreFile(file, truth, score);
  }
}

void ScoreExpectedFolder(const fs::path& expected, const fs::path& folder, Score& score) {
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
    ScoreFile(entry.path(), truth, score);
  }
}

void ScoreAll(const fs::path& directory, Score& score) {
  std::vector<fs::path> entries;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) entries.push_back(entry.path());
  std::sort(entries.begin(), entries.end());
  for (const fs::path& entry : entries) {
    const std::string name = entry.filename().string();
    const std::string of = name.substr(0, name.rfind("_expected"));
    if (name.ends_with("_truth.jsonl"))
      ScoreTruthFile(entry, score);
    else if (name.ends_with("_expected") && fs::is_directory(entry.parent_path() / of))
      ScoreExpectedFolder(entry, entry.parent_path() / of, score);
  }
}

// Returns the least of our shares.
double Print(const Score& score) {
  double least = score.files == 0 ? 0 : 100.0 * score.read / score.files;
  std::printf("%-20s %d of %d%s\n", "read at all", score.read, score.files,
              score.rival ? ("; the engine's sniffer: " + std::to_string(score.read_by_rival)).c_str() : "");
  for (const auto& [what, tally] : score.ours.tallies()) {
    std::printf("%-20s %4d of %4d  %5.1f%%", what.c_str(), tally.right, tally.all, tally.percent());
    const auto rival = score.rivals.tallies().find(what);
    if (rival != score.rivals.tallies().end() && rival->second.all == tally.all)
      std::printf("   the engine's sniffer %4d of %4d  %5.1f%%", rival->second.right, rival->second.all,
                  rival->second.percent());
    std::printf("\n");
    least = std::min(least, tally.percent());
  }
  return least;
}

}  // namespace

int main(int argc, char** argv) {
  Score score;
  fs::path directory;
  double least = 0;
  bool rival = false;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--all") == 0)
      score.show_all = true;
    else if (std::strcmp(argv[i], "--why") == 0)
      score.show_all = score.show_why = true;
    else if (std::strcmp(argv[i], "--rival") == 0)
      rival = true;
    else if (std::strcmp(argv[i], "--min") == 0 && i + 1 < argc)
      least = std::stod(argv[++i]);
    else
      directory = argv[i];
  }
  if (directory.empty() || !fs::is_directory(directory)) {
    std::cout << "SKIPPED: there is no data directory " << directory << "; nothing was scored\n";
    return 77;
  }
  if (rival) score.rival.emplace(directory);
  ScoreAll(directory, score);
  return Print(score) >= least ? 0 : 1;
}
