"""Tells whether a local time fits a cron expression, by looking at one time at a time. It shares no idea with Tarn's own
code, which looks for the next time: that they agree is worth something only so."""

import calendar
from datetime import date, timedelta

MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]


def value_of(text, names=(), first=0):
    return names.index(text) + first if text in names else int(text)


def fits(number, field, low, high, names=(), first=0):
    """One number against a field of lists, ranges and steps."""
    for part in field.split(","):
        span, _, step = part.partition("/")
        if span == "*":
            begin, end = low, high
        elif "-" in span:
            begin, end = (value_of(side, names, first) for side in span.split("-"))
        else:
            begin = value_of(span, names, first)
            end = high if step else begin
        if begin <= number <= end and (number - begin) % int(step or 1) == 0:
            return True
    return False


def last_day(day):
    return calendar.monthrange(day.year, day.month)[1]


def nearest_weekday(year, month, number):
    """The day from Monday to Friday nearest to a day of the month that does not leave the month."""
    wanted = date(year, month, number)
    for distance in (0, -1, 1, -2, 2):
        candidate = wanted + timedelta(days=distance)
        if candidate.month == month and candidate.weekday() < 5:
            return candidate
    raise AssertionError


def day_of_month_fits(day, field):
    for part in field.split(","):
        if part == "L":
            found = day.day == last_day(day)
        elif part == "LW":
            found = day == nearest_weekday(day.year, day.month, last_day(day))
        elif part.startswith("L-"):
            found = day.day == last_day(day) - int(part[2:])
        elif part.endswith("W"):
            number = int(part[:-1])
            found = number <= last_day(day) and day == nearest_weekday(day.year, day.month, number)
        else:
            found = fits(day.day, part, 1, 31)
        if found:
            return True
    return False


def day_of_week_fits(day, field, sunday):
    """`sunday`: the number that Sunday has, 0 or 1."""
    number = (day.weekday() + 1) % 7 + sunday
    for part in field.split(","):
        if part == "L":
            found = day.weekday() == 5
        elif "#" in part:
            wanted, nth = part.split("#")
            found = number == value_of(wanted, DAYS, sunday) and (day.day + 6) // 7 == int(nth)
        elif part.endswith("L"):
            found = number == value_of(part[:-1], DAYS, sunday) and day.day + 7 > last_day(day)
        else:
            found = fits(number, part, sunday, 7, DAYS, sunday)
            if sunday == 0 and number == 0:
                found = found or fits(7, part, 0, 7, DAYS, 0)
        if found:
            return True
    return False


class Cron:
    def __init__(self, expression):
        fields = expression.split()
        self.six = len(fields) == 6
        self.minute, self.hour, self.day, self.month, self.weekday = fields[:5]
        self.year = fields[5] if self.six else "*"

    def fits_day(self, day):
        if not fits(day.month, self.month, 1, 12, MONTHS, 1) or not fits(day.year, self.year, 1970, 2199):
            return False
        in_month = self.day == "?" or day_of_month_fits(day, self.day)
        in_week = self.weekday == "?" or day_of_week_fits(day, self.weekday, 1 if self.six else 0)
        if not self.six and not self.day.startswith("*") and not self.weekday.startswith("*"):
            return in_month or in_week
        return in_month and in_week

    def fits_time(self, hour, minute):
        return fits(hour, self.hour, 0, 23) and fits(minute, self.minute, 0, 59)
