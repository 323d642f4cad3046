#include "services/catalog/inference/csv/dialect_detection.h"

#include <algorithm>
#include <array>
#include <utility>

#include "services/catalog/inference/csv/dialect_score.h"
#include "services/catalog/inference/csv/record_parser.h"

namespace tarn::inference {
namespace {

// What all candidates are scored on.
constexpr size_t kScoredBytes = 192 << 10;
constexpr size_t kShownAlternatives = 6;
// A rival must be better by this factor than one that comes before it.
constexpr double kMargin = 1.0005;
constexpr std::array<std::string_view, 4> kComments = {"#", "//", "%", "--"};

std::string_view ScoredPart(std::string_view text) {
  if (text.size() <= kScoredBytes) return text;
  const size_t end = text.rfind('\n', kScoredBytes);
  return text.substr(0, end == std::string_view::npos ? kScoredBytes : end + 1);
}

struct Lines {
  size_t all = 0, marked = 0;
};

Lines CountMarked(std::string_view text, std::string_view mark) {
  Lines lines;
  for (size_t at = 0; at < text.size();) {
    ++lines.all;
    lines.marked += text.compare(at, mark.size(), mark) == 0;
    const size_t end = text.find('\n', at);
    if (end == std::string_view::npos) break;
    at = end + 1;
  }
  return lines;
}

// Where the lines at the start end that are blank or begin with the mark.
size_t MarkedStart(std::string_view text, std::string_view mark) {
  size_t at = 0;
  while (at < text.size()) {
    const size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    const std::string_view line = text.substr(at, end - at);
    if (!line.starts_with(mark) && line.find_first_not_of(" \t\r\n") != std::string_view::npos) break;
    at = end;
  }
  return at;
}

// Lines that start with # are mostly no records; whether they are is settled when the dialect is.
bool SetsHashLinesAside(std::string_view text) {
  const Lines lines = CountMarked(text, "#");
  if (lines.marked == 0 || lines.all - lines.marked < 2) return false;
  if (lines.marked * 2 < lines.all) return true;
  // However many they are, if all of them stand above the rows.
  const Lines below = CountMarked(text.substr(MarkedStart(text, "#")), "#");
  return below.marked == 0 && below.all >= 3;
}

size_t CountBroken(std::string_view text, const Dialect& dialect, size_t columns, size_t* fitting) {
  RecordParser parser(text, dialect);
  Record record;
  size_t broken = 0;
  while (parser.Next(record)) {
    *fitting += record.fields.size() == columns;
    for (const Field& field : record.fields) broken += field.broken;
  }
  return broken + parser.unterminated();
}

// An escape may come late in the text, behind what was scored.
void RefineEscape(std::string_view text, size_t columns, Dialect& dialect) {
  const bool doubles = dialect.quote != 0 && dialect.escape == dialect.quote;
  if (!doubles || text.find(std::string{'\\', dialect.quote}) == std::string_view::npos) return;
  Dialect escaping = dialect;
  escaping.escape = '\\';
  size_t fitting = 0, fitting_escaping = 0;
  const size_t broken = CountBroken(text, dialect, columns, &fitting);
  const size_t broken_escaping = CountBroken(text, escaping, columns, &fitting_escaping);
  if (broken_escaping < broken && fitting_escaping >= fitting) dialect = escaping;
}

// True if every other field is empty in all rows, names included: then it is two of the delimiter that
// delimit.
bool AlwaysDoubled(std::string_view text, const Dialect& dialect, size_t columns) {
  if (dialect.delimiter.size() != 1 || columns < 3 || columns % 2 == 0) return false;
  RecordParser parser(text, dialect);
  Record record;
  size_t rows = 0;
  while (parser.Next(record)) {
    if (record.fields.size() != columns) continue;
    ++rows;
    for (size_t i = 1; i < columns; i += 2) {
      if (!record.fields[i].text.empty() || record.fields[i].quoted) return false;
    }
  }
  return rows >= 2;
}

// Excel's own first line: sep=;
bool NamesSeparator(std::string_view text, const Dialect& dialect) {
  return text.starts_with("sep=" + dialect.delimiter) &&
         text.find_first_of("\r\n") == 4 + dialect.delimiter.size();
}

void Impose(const CsvHints& hints, Dialect& dialect) {
  if (hints.delimiter) {
    dialect.delimiter = *hints.delimiter;
    dialect.collapse = false;
  }
  if (hints.quote) dialect.quote = *hints.quote;
  if (hints.quote && !hints.escape) dialect.escape = *hints.quote;
  if (hints.escape) dialect.escape = *hints.escape;
}

std::vector<Dialect> Candidates(std::string_view text, const CsvHints& hints) {
  std::vector<Dialect> different;
  for (Dialect& dialect : CandidateDialects(text)) {
    Impose(hints, dialect);
    if (std::find(different.begin(), different.end(), dialect) == different.end())
      different.push_back(dialect);
  }
  return different;
}

// Where the text does not tell, what RFC 4180 says.
void ApplyDefaults(Dialect& dialect, const DialectScore& score) {
  if (score.columns == 1) {
    dialect.delimiter = ",";
    dialect.collapse = false;
  }
  // No quote at all is an answer of its own: there are some in the text, and they quote nothing.
  if (score.quoted_fields == 0 && dialect.quote != 0) dialect.quote = dialect.escape = '"';
}

// A single column whose text holds commas cannot be read with commas as delimiters; then something that is
// not in the text stands in.
void AvoidDelimitersInText(std::string_view text, Dialect& dialect) {
  for (const char* unused : {",", "\t", ";", "|", "\x1f"}) {
    dialect.delimiter = unused;
    RecordParser parser(text, dialect);
    Record record;
    bool splits = false;
    while (!splits && parser.Next(record)) splits = record.fields.size() > 1;
    if (!splits) return;
  }
}

}  // namespace

Result<DialectVerdict> DetectDialect(std::string_view text, std::stop_token cancelled,
                                     const CsvHints& hints) {
  const std::string_view scored = ScoredPart(text);
  const bool hash_aside = SetsHashLinesAside(scored);
  struct Scored {
    Dialect dialect;
    DialectScore score;
  };
  std::vector<Scored> all;
  size_t best = 0;
  const std::vector<Dialect> candidates = Candidates(scored, hints);
  for (Dialect dialect : candidates) {
    if (cancelled.stop_requested()) return Error(Code::kCancelled, "reading the file was stopped");
    if (hash_aside && dialect.delimiter != "#") dialect.comment = "#";
    all.push_back({dialect, ScoreDialect(scored, dialect)});
    if (NamesSeparator(scored, dialect)) all.back().score.score += 1;
    if (all.back().score.score > all[best].score.score * kMargin) best = all.size() - 1;
  }
  const Dialect& single = all[best].dialect;
  if (AlwaysDoubled(scored, single, all[best].score.columns)) {
    for (size_t i = 0; i < all.size(); ++i) {
      const bool twice = all[i].dialect.delimiter == single.delimiter + single.delimiter;
      if (twice && all[i].dialect.quote == single.quote && all[i].score.columns > 1) {
        best = i;
        break;
      }
    }
  }
  DialectVerdict verdict;
  verdict.dialect = all[best].dialect;
  verdict.columns = all[best].score.columns;
  const DialectScore winner = all[best].score;
  verdict.dialect.comment.clear();
  ApplyDefaults(verdict.dialect, winner);
  if (winner.columns == 1) AvoidDelimitersInText(scored, verdict.dialect);
  if (!hints.escape) RefineEscape(text, verdict.columns, verdict.dialect);
  Impose(hints, verdict.dialect);

  std::stable_sort(all.begin(), all.end(),
                   [](const Scored& a, const Scored& b) { return a.score.score > b.score.score; });
  double rival = 0;
  for (const Scored& other : all) {
    const bool same = other.score.columns == winner.columns && other.score.score == winner.score;
    if (!same) rival = std::max(rival, other.score.score);
    if (verdict.decision.alternatives.size() < kShownAlternatives)
      verdict.decision.alternatives.push_back(
          {DescribeDialect(other.dialect), other.score.score, other.score.reason});
  }
  verdict.decision.name = "dialect";
  verdict.decision.chosen = DescribeDialect(verdict.dialect);
  verdict.decision.confidence =
      winner.score <= 0 ? 0.1 : std::clamp(0.5 + 2 * (winner.score - rival) / winner.score, 0.5, 1.0);
  verdict.decision.reason = winner.columns == 1
                                ? "no delimiter splits the text better than none; the usual dialect stands in"
                            : winner.quoted_fields == 0 && verdict.dialect.quote != 0
                                ? "best score; no field is quoted, so the quote is the usual one"
                                : "best score";
  return verdict;
}

std::string DetectComment(std::string_view text, const Dialect& dialect, size_t columns) {
  for (const std::string_view mark : kComments) {
    if (dialect.delimiter.starts_with(mark[0])) continue;
    Dialect without = dialect;
    without.comment.clear();
    RecordParser parser(text, without);
    Record record;
    size_t comments = 0, doubled = 0, spoken_lines = 0, rows = 0, others = 0;
    while (parser.Next(record) && others + rows + comments < 5'000) {
      const std::string_view line = text.substr(record.offset, record.end - record.offset);
      if (record.blank || !line.starts_with(mark)) {
        others += !record.blank;
        continue;
      }
      const bool twice = line.substr(mark.size()).starts_with(mark);
      const bool spoken = line.size() > mark.size() && line[mark.size()] == ' ';
      const bool is_row = columns > 1 ? record.fields.size() == columns : !spoken && !(twice && doubled > 0);
      ++(is_row ? rows : comments);
      // A header that starts with the mark stands below the comments.
      if (!is_row && rows > 0) comments += std::exchange(rows, 0);
      doubled += !is_row && twice;
      spoken_lines += !is_row && spoken;
    }
    if (comments == 0 || others == 0 || rows > 1 || (mark == "--" && spoken_lines < comments)) continue;
    if (rows == 0) return std::string(mark);
    // The one that is a row is a header that starts with the mark, too.
    if (doubled == comments) return std::string(mark) + std::string(mark);
  }
  return "";
}

Decision CommentDecision(std::string_view text, const std::string& comment, bool given) {
  Decision decision{"comment", comment, given ? 1 : 0.95, {}, ""};
  for (const std::string_view mark : kComments) {
    const Lines lines = CountMarked(text, mark);
    if (lines.marked == 0 || comment == mark) continue;
    decision.alternatives.push_back(
        {std::string(mark), 0, std::to_string(lines.marked) + " lines start with it, as rows do"});
  }
  const size_t marked = comment.empty() ? 0 : CountMarked(text, comment).marked;
  decision.reason =
      given              ? "given"
      : !comment.empty() ? std::to_string(marked) + " lines start with it and do not have the table's fields"
      : decision.alternatives.empty() ? "no line starts as comments do"
                                      : "lines that start as comments do have the table's fields";
  return decision;
}

}  // namespace tarn::inference
