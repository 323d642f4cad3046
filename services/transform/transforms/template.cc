#include "services/transform/transforms/template.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace tarn::transform {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

std::string_view Trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

// Reads name('argument') or name("argument").
std::optional<std::string> CallArgument(std::string_view text, std::string_view name) {
  if (!text.starts_with(name)) return std::nullopt;
  text = Trim(text.substr(name.size()));
  if (text.size() < 2 || text.front() != '(' || text.back() != ')') return std::nullopt;
  text = Trim(text.substr(1, text.size() - 2));
  if (text.size() < 3 || (text.front() != '\'' && text.front() != '"') || text.back() != text.front())
    return std::nullopt;
  text = text.substr(1, text.size() - 2);
  if (text.find_first_of("'\"") != std::string_view::npos) return std::nullopt;
  return std::string(text);
}

std::optional<TemplateMark> ParseMark(std::string_view text) {
  using Kind = TemplateMark::Kind;
  if (text == "input") return TemplateMark{Kind::kInput, ""};
  constexpr std::pair<std::string_view, Kind> kCalls[] = {{"input", Kind::kInput},
                                                          {"ref", Kind::kRef},
                                                          {"table", Kind::kTable},
                                                          {"param", Kind::kParam},
                                                          {"run", Kind::kRun}};
  for (const auto& [name, kind] : kCalls) {
    if (auto argument = CallArgument(text, name)) return TemplateMark{kind, *std::move(argument)};
  }
  return std::nullopt;
}

int LinesIn(std::string_view text) { return static_cast<int>(std::count(text.begin(), text.end(), '\n')); }

std::string Place(int line) { return "line " + std::to_string(line); }

}  // namespace

Result<Template> Template::Parse(std::string_view text) {
  Template parsed;
  parsed.text_ = text;
  size_t position = 0;
  int line = 1;
  while (true) {
    const size_t open = text.find("{{", position);
    parsed.pieces_.push_back({std::string(text.substr(position, open - position)), false, {}});
    if (open == std::string_view::npos) return parsed;
    line += LinesIn(text.substr(position, open - position));
    const size_t close = text.find("}}", open);
    if (close == std::string_view::npos) {
      return Error(Code::kInvalidArgument, "\"{{\" without \"}}\"").At(Place(line));
    }
    const std::string_view between = text.substr(open + 2, close - open - 2);
    const std::string_view inside = Trim(between);
    auto mark = ParseMark(inside);
    if (!mark) {
      return Error(Code::kInvalidArgument,
                   "expected {{ input }}, {{ input('name') }}, {{ ref('model') }}, {{ table('db.t') }}, "
                   "{{ param('name') }} or {{ run('id') }}, got {{ " +
                       std::string(inside.substr(0, 100)) + " }}")
          .At(Place(line));
    }
    mark->line = line;
    parsed.pieces_.push_back({"", true, *std::move(mark)});
    line += LinesIn(between);
    position = close + 2;
  }
}

std::vector<TemplateMark> Template::Marks() const {
  std::vector<TemplateMark> marks;
  for (const Piece& piece : pieces_) {
    if (piece.is_mark) marks.push_back(piece.mark);
  }
  return marks;
}

std::vector<std::string> Template::Arguments(TemplateMark::Kind kind) const {
  std::vector<std::string> arguments;
  for (const Piece& piece : pieces_) {
    if (piece.is_mark && piece.mark.kind == kind) arguments.push_back(piece.mark.argument);
  }
  return arguments;
}

std::string Template::Render(const std::function<std::string(const TemplateMark&)>& value) const {
  std::string rendered;
  for (const Piece& piece : pieces_) rendered += piece.is_mark ? value(piece.mark) : piece.literal;
  return rendered;
}

}  // namespace tarn::transform
