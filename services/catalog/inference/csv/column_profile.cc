#include "services/catalog/inference/csv/column_profile.h"

#include <algorithm>
#include <array>
#include <map>

namespace tarn::inference {
namespace {

constexpr size_t kMaxShape = 40;
constexpr std::array<std::string_view, 92> kNameWords = {
    "id",         "ids",          "name",         "names",       "date",     "time",      "timestamp",
    "year",       "month",        "day",          "type",        "code",     "key",       "value",
    "values",     "count",        "number",       "no",          "num",      "nr",        "total",
    "sum",        "amount",       "price",        "cost",        "rate",     "score",     "rank",
    "index",      "title",        "desc",         "description", "comment",  "comments",  "notes",
    "note",       "status",       "state",        "city",        "town",     "country",   "county",
    "region",     "address",      "street",       "postcode",    "zip",      "phone",     "email",
    "url",        "link",         "website",      "lat",         "latitude", "lon",       "lng",
    "longitude",  "gender",       "sex",          "age",         "category", "class",     "group",
    "level",      "size",         "weight",       "height",      "length",   "width",     "version",
    "user",       "username",     "first",        "last",        "surname",  "firstname", "lastname",
    "department", "organisation", "organization", "company",     "product",  "quantity",  "qty",
    "unit",       "units",        "currency",     "percent",     "label",    "source",    "datum",
    "nombre"};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::string Fold(std::string_view text) {
  std::string folded(text);
  for (char& c : folded) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  return folded;
}

bool IsYear(const std::string& cell) {
  return cell.size() == 4 && (cell.starts_with("18") || cell.starts_with("19") || cell.starts_with("20")) &&
         std::all_of(cell.begin(), cell.end(), IsDigit);
}

bool IsStructured(std::string_view shape) {
  return shape.find('9') != std::string_view::npos || shape == "A" ||
         shape.find('/') != std::string_view::npos;
}

}  // namespace

std::string ShapeOf(std::string_view value) {
  std::string shape;
  for (const char c : value.substr(0, kMaxShape)) {
    const bool other = static_cast<unsigned char>(c) >= 0x80;
    const char form = IsDigit(c)                        ? '9'
                      : c >= 'A' && c <= 'Z'            ? 'A'
                      : (c >= 'a' && c <= 'z') || other ? 'a'
                                                        : c;
    if (shape.empty() || shape.back() != form) shape += form;
  }
  return shape;
}

bool HasNameWord(std::string_view text) {
  std::string word;
  const auto is_name = [&] {
    return std::find(kNameWords.begin(), kNameWords.end(), Fold(word)) != kNameWords.end();
  };
  for (size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : ' ';
    const bool capital = c >= 'A' && c <= 'Z';
    const bool letter = capital || (c >= 'a' && c <= 'z');
    const bool camel = capital && !word.empty() && word.back() >= 'a';
    if (!letter || camel) {
      if (is_name()) return true;
      word.clear();
    }
    if (letter) word += c;
  }
  return false;
}

ColumnProfile::ColumnProfile(const std::vector<Row>& rows, size_t from, size_t index) {
  std::array<size_t, kCellKinds> kinds{};
  std::map<std::string, size_t> shapes;
  size_t length = 0;
  for (size_t i = from; i < rows.size(); ++i) {
    if (index >= rows[i].width() || IsBlank(rows[i].kinds[index])) continue;
    const std::string& cell = rows[i].cells[index];
    ++filled_;
    ++kinds[static_cast<size_t>(rows[i].kinds[index])];
    length += cell.size();
    years_ += IsYear(cell);
    values_.insert(Fold(cell));
    if (shapes.size() < 200) ++shapes[ShapeOf(cell)];
  }
  if (filled_ == 0) return;
  const auto of = [&](CellKind kind) { return static_cast<double>(kinds[static_cast<size_t>(kind)]); };
  const double numeric = of(CellKind::kInteger) + of(CellKind::kNumber);
  const double typed = std::max({numeric, of(CellKind::kTemporal), of(CellKind::kBoolean)});
  typed_share_ = typed / static_cast<double>(filled_);
  numeric_ = numeric == typed;
  kind_ = static_cast<CellKind>(std::max_element(kinds.begin(), kinds.end()) - kinds.begin());
  mean_length_ = static_cast<double>(length) / static_cast<double>(filled_);
  const auto commonest = std::max_element(shapes.begin(), shapes.end(),
                                          [](const auto& a, const auto& b) { return a.second < b.second; });
  if (commonest->second * 5 >= filled_ * 4) shape_ = commonest->first;
}

bool ColumnProfile::IsOfSort(CellKind kind) const { return numeric_ ? IsNumeric(kind) : kind == kind_; }

double ColumnProfile::VoteForName(const std::string& cell, CellKind kind) const {
  if (kind == CellKind::kEmpty || filled_ == 0) return IsTyped(kind) ? -0.2 : 0;
  if (typed_share_ >= 0.6) {
    if (kind == CellKind::kNull) return 0;
    if (IsOfSort(kind)) return -typed_share_;
    // Dates name the columns of a time series.
    if (kind == CellKind::kTemporal && numeric_) return 0.3;
    return IsTyped(kind) ? -0.3 : kind == CellKind::kCode ? 0.7 * typed_share_ : typed_share_;
  }
  return VoteInText(cell, kind);
}

double ColumnProfile::VoteInText(const std::string& cell, CellKind kind) const {
  if (kind == CellKind::kInteger) return -0.4;
  if (IsTyped(kind)) return -0.6;
  if (kind == CellKind::kNull) return -0.1;
  double vote = 0;
  // One or two rows may well repeat a word.
  if (values_.contains(Fold(cell))) vote -= std::min(0.8, 0.25 * static_cast<double>(filled_));
  if (kind_ == CellKind::kAddress || kind_ == CellKind::kCode) vote += kind == kind_ ? -0.6 : 0.5;
  const std::string shape = ShapeOf(cell);
  if (!shape_.empty() && IsStructured(shape_))
    vote += shape == shape_ ? -0.4 : 0.4;
  else if (!shape_.empty() && shape != shape_)
    vote += 0.15;
  if (mean_length_ >= 25 && static_cast<double>(cell.size()) * 2 < mean_length_) vote += 0.25;
  if (HasNameWord(cell) && cell.size() < 50) vote += 0.35;
  if (cell.size() > 80) vote -= 0.2;
  return vote;
}

}  // namespace tarn::inference
