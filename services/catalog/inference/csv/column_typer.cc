#include "services/catalog/inference/csv/column_typer.h"

#include <algorithm>
#include <cmath>

#include "services/catalog/inference/csv/cell_kind.h"
#include "services/catalog/inference/csv/record_parser.h"
#include "services/catalog/inference/evidence/evidence.h"

namespace tarn::inference {
namespace {

constexpr int64_t kLookedAt = 2'000;
constexpr uint32_t kAnyTemporal = kDateType | kTimeType | kTimestampType | kTimestampTzType;

bool Has(uint8_t orders, DateOrder order) { return orders & static_cast<uint8_t>(order); }

}  // namespace

void ColumnTyper::Add(std::string_view raw, const ValuePlace& place) {
  const std::string_view value = Trim(raw);
  if (value.empty()) {
    ++empty_;
    has_blanks_ |= !raw.empty();
    return;
  }
  ++values_;
  if (alive_ == 0 && looks_.all >= kLookedAt) return;
  const ValueReading reading = ReadValue(value);
  if (looks_.all < kLookedAt) CountLooks(value, reading.types);
  // Casts take spaces around numbers and dates, but not around true and false.
  const uint32_t padded = value.size() == raw.size() ? 0 : uint32_t{kBooleanType};
  const uint32_t fits = reading.types & KeepWriting(reading) & ~padded;
  if ((alive_ & ~fits) != 0) RuleOut(alive_ & ~fits, value, place);
  alive_ &= fits;
}

// Dates must all be written alike unless a cast reads them anyway. Returns the types that still hold.
uint32_t ColumnTyper::KeepWriting(const ValueReading& reading) {
  if (!reading.shape || reading.shape->orders == 0) return ~0u;
  if (reading.shape->IsIso()) {
    iso_ = true;
    return shape_ ? ~kAnyTemporal : ~0u;
  }
  if (iso_) return ~kAnyTemporal;
  if (!shape_) {
    shape_ = reading.shape;
    return ~0u;
  }
  const uint8_t orders = shape_->orders & reading.shape->orders;
  if (!shape_->MatchesWriting(*reading.shape) || orders == 0) return ~kAnyTemporal;
  shape_->orders = orders;
  return ~0u;
}

void ColumnTyper::RuleOut(uint32_t types, std::string_view value, const ValuePlace& place) {
  for (size_t i = 0; i < ruled_out_.size(); ++i) {
    if (types & kValueTypes[i]) ruled_out_[i] = Counterexample{Shorten(value), place};
  }
}

void ColumnTyper::CountLooks(std::string_view value, uint32_t types) {
  ++looks_.all;
  if (types & kDoubleType)
    ++looks_.numbers;
  else if (types & kAnyTemporal)
    ++looks_.temporals;
  else if (types & kBooleanType)
    ++looks_.booleans;
  else if (LooksNumeric(value))
    ++(value[0] == '0' && value.find_first_of(".,") == std::string_view::npos ? looks_.leading_zeros
                                                                              : looks_.formatted);
  else if (ClassifyCell(value) == CellKind::kBoolean)
    ++looks_.yes_no;
}

// The order of a date's parts if the values leave one only, or custom does: dots stand between day, month and
// year.
std::optional<DateOrder> ColumnTyper::Order() const {
  if (!shape_) return DateOrder::kYearMonthDay;
  const uint8_t orders = shape_->orders;
  for (const DateOrder order :
       {DateOrder::kYearMonthDay, DateOrder::kDayMonthYear, DateOrder::kMonthDayYear}) {
    if (orders == static_cast<uint8_t>(order)) return order;
  }
  if (shape_->separator == '.' && Has(orders, DateOrder::kDayMonthYear)) return DateOrder::kDayMonthYear;
  return std::nullopt;
}

ColumnType ColumnTyper::Decide() const {
  if (values_ == 0) return {"NULL", "", "no value at all", 0.1};
  ColumnType decided{"VARCHAR", "", Note(), 1};
  const auto alive = std::find_if(std::begin(kValueTypes), std::end(kValueTypes),
                                  [&](ValueType type) { return alive_ & type; });
  if (alive == std::end(kValueTypes)) return decided;
  const bool dated = *alive & (kDateType | kTimestampType | kTimestampTzType);
  const auto order = Order();
  if (dated && !order) {
    decided.note = "dates whose day and month cannot be told apart; left as text";
    decided.confidence = 0.6;
    return decided;
  }
  decided.type = ValueTypeName(*alive);
  if (dated && shape_) decided.format = StrptimeFormat(*shape_, *order);
  decided.note.clear();
  decided.confidence = 1 - std::exp2(-1.0 - static_cast<double>(std::min<int64_t>(values_, 60)) / 3);
  return decided;
}

std::string ColumnTyper::Note() const {
  const auto share = [&](int64_t count) {
    return static_cast<double>(count) / static_cast<double>(std::max<int64_t>(looks_.all, 1));
  };
  if (share(looks_.leading_zeros + looks_.numbers) > 0.9 && looks_.leading_zeros > 0)
    return "digits with leading zeros; left as text, which keeps them";
  if (share(looks_.formatted + looks_.numbers) > 0.9 && looks_.formatted > 0)
    return "numbers with separators, signs or units (1,234  1,5  5%  $5); left as text";
  if (share(looks_.yes_no) > 0.9) return "yes and no; left as text";
  if (share(looks_.numbers) > 0.5) return "mostly numbers";
  if (share(looks_.temporals) > 0.5) return "mostly dates or times";
  if (share(looks_.booleans) > 0.5) return "mostly booleans";
  return "";
}

}  // namespace tarn::inference
