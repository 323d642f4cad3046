#include "common/schedule/zone_tail.h"

#include <cctype>

namespace tarn::schedule {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::seconds;

/// Takes the parts off the front of a text; once one is not there, `ok` is false.
class ZoneTail::Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool ok() const { return ok_; }
  bool done() const { return text_.empty(); }

  bool Take(char wanted) {
    if (text_.empty() || text_.front() != wanted) return false;
    text_.remove_prefix(1);
    return true;
  }

  void Expect(char wanted) { ok_ = Take(wanted) && ok_; }

  void Abbreviation() {
    if (Take('<')) {
      while (!text_.empty() && text_.front() != '>') text_.remove_prefix(1);
      return Expect('>');
    }
    const size_t before = text_.size();
    while (!text_.empty() && std::isalpha(static_cast<unsigned char>(text_.front()))) text_.remove_prefix(1);
    if (text_.size() == before) ok_ = false;
  }

  int Number(int least, int greatest) {
    int number = 0, digits = 0;
    for (; digits < 3 && !text_.empty() && std::isdigit(static_cast<unsigned char>(text_.front()));
         ++digits) {
      number = number * 10 + (text_.front() - '0');
      text_.remove_prefix(1);
    }
    if (digits == 0 || number < least || number > greatest) ok_ = false;
    return number;
  }

  /// [+-]hh[:mm[:ss]]
  seconds Time() {
    const bool negative = Take('-');
    if (!negative) Take('+');
    seconds time = std::chrono::hours(Number(0, 167));
    if (Take(':')) time += std::chrono::minutes(Number(0, 59));
    if (Take(':')) time += seconds(Number(0, 59));
    return negative ? -time : time;
  }

  Change ReadChange() {
    Change change;
    Expect(',');
    if (Take('M')) {
      change.month = Number(1, 12);
      Expect('.');
      change.week = Number(1, 5);
      Expect('.');
      change.weekday = Number(0, 6);
    } else if (Take('J')) {
      change.kind = Change::Kind::kDayOfYearWithout29February;
      change.day = Number(1, 365);
    } else {
      change.kind = Change::Kind::kDayOfYear;
      change.day = Number(0, 365);
    }
    if (Take('/')) change.time = Time();
    return change;
  }

 private:
  std::string_view text_;
  bool ok_ = true;
};

std::optional<ZoneTail> ZoneTail::Parse(std::string_view text) {
  Reader reader(text);
  ZoneTail tail;
  reader.Abbreviation();
  tail.standard_ = -reader.Time();
  if (!reader.ok() || reader.done()) return std::nullopt;
  reader.Abbreviation();
  tail.daylight_ = tail.standard_ + std::chrono::hours(1);
  if (reader.Take(',')) {
    reader = Reader(text.substr(text.find(',')));
  } else {
    tail.daylight_ = -reader.Time();
  }
  tail.begin_ = reader.ReadChange();
  tail.end_ = reader.ReadChange();
  if (!reader.ok() || !reader.done()) return std::nullopt;
  return tail;
}

std::chrono::local_seconds ZoneTail::Change::In(std::chrono::year year) const {
  const local_days first(year / 1 / 1);
  switch (kind) {
    case Kind::kWeekdayOfMonth: {
      const auto in_month = year / std::chrono::month(static_cast<unsigned>(month));
      const std::chrono::weekday on(static_cast<unsigned>(weekday));
      const local_days day_of = week == 5 ? local_days(in_month / on[std::chrono::last])
                                          : local_days(in_month / on[static_cast<unsigned>(week)]);
      return day_of + time;
    }
    case Kind::kDayOfYear:
      return first + days(day) + time;
    case Kind::kDayOfYearWithout29February:
      return first + days(day - 1 + (year.is_leap() && day >= 60 ? 1 : 0)) + time;
  }
  return first;
}

seconds ZoneTail::OffsetAt(std::chrono::sys_seconds time) const {
  const auto local = std::chrono::local_seconds((time + standard_).time_since_epoch());
  const auto year = std::chrono::year_month_day(std::chrono::floor<days>(local)).year();
  const auto begin = begin_.In(year) - standard_;
  const auto end = end_.In(year) - daylight_;
  const auto now = std::chrono::local_seconds(time.time_since_epoch());
  const bool daylight = begin < end ? begin <= now && now < end : now < end || begin <= now;
  return daylight ? daylight_ : standard_;
}

}  // namespace tarn::schedule
