#include "services/catalog/inference/csv/header.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <unordered_set>

#include "services/catalog/inference/csv/column_profile.h"

namespace tarn::inference {
namespace {

constexpr size_t kMaxHeaderRows = 10;
constexpr size_t kMaxProfiledColumns = 2'000;
// Most files have a header: evidence against it must outweigh this.
constexpr double kPrior = 0.4;

// Of the rows from `from` on.
std::vector<ColumnProfile> ProfileColumns(const std::vector<Row>& rows, size_t from, size_t width) {
  std::vector<ColumnProfile> profiles;
  for (size_t i = 0; i < std::min(width, kMaxProfiledColumns); ++i) profiles.emplace_back(rows, from, i);
  return profiles;
}

int YearOf(const std::string& cell) {
  int year = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), year);
  const bool whole = error == std::errc() && end == cell.data() + cell.size() && cell.size() == 4;
  return whole && year >= 1800 && year <= 2100 ? year : 0;
}

// Years that count up across the columns, above numbers that are none: names, although numbers.
bool NamesYears(const Row& row, const std::vector<ColumnProfile>& profiles) {
  size_t steps = 0, breaks = 0;
  int before = 0;
  for (size_t i = 0; i < std::min(row.width(), profiles.size()); ++i) {
    const int year = YearOf(row.cells[i]);
    if (year != 0 && profiles[i].HasYears()) return false;
    if (year != 0 && before != 0)
      ++(std::abs(year - before) == 1 || std::abs(year - before) == 5 || std::abs(year - before) == 10
             ? steps
             : breaks);
    before = year;
  }
  return steps >= 1 && breaks == 0;
}

// 0, 1, 2 ... or 1, 2, 3 ...: what programs write that have no names for their columns.
bool CountsUp(const Row& row) {
  const size_t from = row.cells[0].empty() ? 1 : 0;
  if (row.width() < from + 4 || (row.cells[from] != "0" && row.cells[from] != "1")) return false;
  const int first = row.cells[from][0] - '0';
  for (size_t i = from; i < row.width(); ++i) {
    if (row.cells[i] != std::to_string(first + static_cast<int>(i - from))) return false;
  }
  return true;
}

double VotesForHeader(const Row& row, const std::vector<ColumnProfile>& profiles) {
  const bool years = NamesYears(row, profiles);
  double votes = 0;
  std::unordered_set<std::string> seen;
  for (size_t i = 0; i < std::min(row.width(), profiles.size()); ++i) {
    if (years && YearOf(row.cells[i]) != 0)
      votes += 0.5;
    else
      votes += profiles[i].VoteForName(row.cells[i], row.kinds[i]);
    const bool twice = row.filled == row.width() && !seen.insert(row.cells[i]).second;
    if (twice) votes -= 0.5 / static_cast<double>(row.width()) * 2;
  }
  return votes;
}

bool AllFilledCells(const Row& row, bool (*holds)(const std::string&)) {
  return row.filled > 0 && std::all_of(row.cells.begin(), row.cells.end(),
                                       [&](const std::string& cell) { return cell.empty() || holds(cell); });
}

bool IsRule(const std::string& cell) {
  return cell.size() >= 2 && cell.find_first_not_of("-=+:|_ ") == std::string::npos;
}
bool IsTag(const std::string& cell) { return cell.starts_with('#'); }

// A row that may be a further header row whatever stands below it.
bool RepeatsOrTags(const Row& row, const Row& above) {
  return row.cells == above.cells || AllFilledCells(row, IsRule) ||
         (row.filled > 1 && AllFilledCells(row, IsTag));
}

bool MayContinueHeader(const Row& row) {
  const auto typed = std::count_if(row.kinds.begin(), row.kinds.end(), IsTyped);
  return static_cast<size_t>(typed) * 3 <= row.filled;
}

// A further header row says nothing that the columns below hold: no number above numbers, but text above
// some.
bool StandsAbove(const Row& row, const std::vector<ColumnProfile>& below) {
  size_t names = 0, values = 0, typed_columns = 0;
  for (size_t i = 0; i < std::min(row.width(), below.size()); ++i) {
    if (below[i].typed_share() < 0.7) continue;
    ++typed_columns;
    if (IsBlank(row.kinds[i])) continue;
    ++(IsTyped(row.kinds[i]) ? values : names);
  }
  return values == 0 && names >= 2 && names * 3 >= typed_columns;
}

// How many rows from `first` on are a header of which `sure` rows are known: as many as all stand above what
// follows.
size_t ExtendHeader(const std::vector<Row>& rows, size_t first, size_t sure, size_t width) {
  size_t count = sure;
  while (count < kMaxHeaderRows && first + count + 1 < rows.size() &&
         RepeatsOrTags(rows[first + count], rows[first]))
    ++count;
  size_t longest = count;
  for (size_t next = count + 1; next <= kMaxHeaderRows && first + next < rows.size(); ++next) {
    if (!MayContinueHeader(rows[first + next - 1])) break;
    const auto below = ProfileColumns(rows, first + next, width);
    const auto stands = [&](const Row& row) { return StandsAbove(row, below); };
    const auto from = rows.begin() + static_cast<std::ptrdiff_t>(first + count);
    if (std::all_of(from, rows.begin() + static_cast<std::ptrdiff_t>(first + next), stands)) longest = next;
  }
  return longest;
}

// True if the last column is in use: then it is the first one that the header has no name for.
bool HasRowNames(const std::vector<Row>& rows, size_t from, size_t columns) {
  size_t used = 0;
  for (size_t i = from; i < rows.size(); ++i)
    used += rows[i].width() == columns && !rows[i].cells[columns - 1].empty();
  return used * 2 > rows.size() - from;
}

double Confidence(double votes) { return 1 / (1 + std::exp(-2 * std::abs(votes))); }

Decision Decide(size_t rows, double votes, const Row& row, std::string reason) {
  Decision decision{"header_lines", std::to_string(rows), Confidence(votes), {}, std::move(reason)};
  char text[96];
  std::snprintf(text, sizeof text,
                "the columns' votes add up to %.2f, %.2f of it because most files have a header", votes,
                kPrior);
  decision.alternatives.push_back({rows == 0 ? "1" : "0", rows == 0 ? votes : -votes, text});
  if (decision.reason.empty()) {
    decision.reason = rows == 0 ? "the first row looks like the rows below it: "
                                : "the first row differs from the rows below it: ";
    for (size_t i = 0; i < row.width() && decision.reason.size() < 120; ++i)
      decision.reason += (i == 0 ? "" : ", ") + Shorten(row.cells[i], 30);
  }
  return decision;
}

// Nothing stands below the row: it is a header if it could name columns.
HeaderVerdict JudgeAlone(const Row& row, size_t first) {
  const std::unordered_set<std::string> names(row.cells.begin(), row.cells.end());
  const bool header = row.IsAllText() && names.size() == row.width();
  return {first, header ? size_t{1} : size_t{0},
          Decide(header, header ? 0.5 : -0.5, row,
                 "there is one row only; it is " + std::string(header ? "all text" : "not all text"))};
}

}  // namespace

HeaderVerdict FindHeader(const std::vector<Row>& rows, size_t first, size_t main, const UsualRow& usual) {
  const Row& row = rows[main];
  if (main + 1 >= rows.size()) return JudgeAlone(row, main);
  const size_t width = std::max(usual.width, row.width());
  // The rows right below may be header rows themselves.
  const size_t below = rows.size() - main - 1;
  const auto profiles = ProfileColumns(rows, main + 1 + std::min<size_t>(3, below / 4), width);
  const bool counts = CountsUp(row) && !CountsUp(rows[main + 1]);
  const double votes = (counts ? 1 : VotesForHeader(row, profiles)) + kPrior;
  HeaderVerdict verdict{first, 0, {}};
  if (votes > 0) verdict.rows = ExtendHeader(rows, first, main - first + 1, width);
  verdict.decision = Decide(verdict.rows, votes, row, "");
  return verdict;
}

std::vector<std::string> JoinHeaderRows(const std::vector<Row>& rows, const HeaderVerdict& header,
                                        size_t columns) {
  std::vector<std::string> names(columns);
  for (size_t h = 0; h < header.rows; ++h) {
    const Row& row = rows[header.first + h];
    if (AllFilledCells(row, IsRule) || (h > 0 && row.cells == rows[header.first].cells)) continue;
    const bool last = h + 1 == header.rows;
    const bool groups = !last && row.filled * 2 <= row.width();
    std::string group;
    for (size_t i = 0; i < columns; ++i) {
      std::string cell = i < row.width() ? row.cells[i] : "";
      if (!cell.empty())
        group = cell;
      else if (groups)
        cell = group;
      std::replace(cell.begin(), cell.end(), '\n', ' ');
      if (!cell.empty() && cell != names[i]) names[i] += (names[i].empty() ? "" : " ") + cell;
    }
  }
  // Writers of row names leave their column without a name: one name less than fields.
  const Row& last = rows[header.first + header.rows - 1];
  const bool shifted =
      header.rows == 1 && last.width() + 1 == columns && last.filled == last.width() && columns > 2;
  if (shifted && HasRowNames(rows, header.first + 1, columns)) {
    names.insert(names.begin(), "");
    names.resize(columns);
  }
  return names;
}

}  // namespace tarn::inference
