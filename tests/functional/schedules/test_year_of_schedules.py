"""Compares a year of firings in six time zones, minute by minute, with Python's zoneinfo and a matcher that looks at every
minute of the year by itself."""

import json
import os
import re
import subprocess
import sys
import unittest
from datetime import date, datetime, timezone
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cron_oracle import Cron

PROGRAM = Path(os.environ["TARN_BIN_DIR"]) / "tests/functional/schedules/print_firings"

# North and south of the equator; changes of 30 minutes, at midnight, backwards (Ramadan), and between odd offsets.
ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Africa/Casablanca",
         "Pacific/Chatham"]

EXPRESSIONS = [
    # Steps of minutes, lists, ranges.
    "* * * * *", "*/5 * * * *", "7/13 * * * *", "*/7 */5 * * *", "0,15,30-35 8-18/2 * * *", "59 23 * * *",
    # Inside the daylight-saving changes of the zones.
    "30 2 * * *", "0 2 * * *", "59 1 * * *", "30 1 * * *", "*/10 2 * * *", "0 3 * * *", "30 0 * * *", "0 0 * * *",
    "15 23 * * *", "*/15 0-4 * * SUN", "45 2,3 * * SAT,SUN", "10 1-3 * 3,4,9,10,11 *",
    # Days, in five fields.
    "0 12 13 * FRI", "0 12 */2 * 1-5", "0 12 1,15 * *", "0 12 * * 7", "0 12 * * 0", "0 6 31 * *", "0 6 29 2 *",
    "20 4 * JAN,MAR-MAY *",
    # Days, in six.
    "0 10 * * ? *", "15 12 * * ? *", "0 18 ? * MON-FRI *", "0 8 1 * ? *", "0/10 * ? * MON-FRI *", "0/5 8-17 ? * MON-FRI *",
    "30 9 L * ? *", "30 9 L-3 * ? *", "30 9 LW * ? *", "30 9 1W * ? *", "30 9 15W * ? *", "30 9 31W * ? *",
    "30 2 ? * 1#1 *", "30 2 ? * SUN#2 *", "30 2 ? * 1L *", "0 9 ? * 2#5 *", "0 9 ? * L *", "0 9 ? * FRIL,TUE#1 *",
    "30 9 1,L,15W * ? *", "0 0 1 1 ? 2024/2", "0 0 ? 2-11/3 5 2026-2030",
]


def midnight(year):
    return datetime(year, 1, 1, tzinfo=timezone.utc)


class LocalYear:
    """Every minute of a year (in UTC) with what the clocks of a zone show, those that they show the second time left out."""

    def __init__(self, zone, year):
        info = ZoneInfo(zone)
        self.minutes = []
        first, last = (int(midnight(y).timestamp()) // 60 for y in (year, year + 1))
        for minute in range(first + 1, last):
            local = datetime.fromtimestamp(minute * 60, info)
            if local.fold == 0:
                self.minutes.append((minute, local.toordinal(), local.hour * 60 + local.minute))
        self.days = {day for _, day, _ in self.minutes}

    def firings(self, expression):
        cron = Cron(expression)
        days = {day for day in self.days if cron.fits_day(date.fromordinal(day))}
        times = {time for time in range(24 * 60) if cron.fits_time(time // 60, time % 60)}
        return [minute for minute, day, time in self.minutes if time in times and day in days]


def firings_of_tarn(zone, year, expressions):
    lines = [json.dumps({"schedule": {"cron": expression, "time_zone": zone}, "from": midnight(year).isoformat(),
                         "until": midnight(year + 1).isoformat()}) for expression in expressions]
    printed = subprocess.run([PROGRAM], input="\n".join(lines) + "\n", text=True, capture_output=True, timeout=300,
                             check=False)
    if printed.returncode != 0:
        raise AssertionError(printed.stderr)
    return [[int(minute) for minute in line.split()] for line in printed.stdout.splitlines()]


class AYearOfSchedules(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        try:
            for zone in ZONES:
                ZoneInfo(zone)
        except ZoneInfoNotFoundError as missing:
            print(f"SKIPPED: Python's zoneinfo has no time zones here ({missing}); install tzdata", file=sys.stderr)
            raise unittest.SkipTest("zoneinfo has no data") from missing

    def compare(self, zone, year, expressions):
        oracle = LocalYear(zone, year)
        found = firings_of_tarn(zone, year, expressions)
        self.assertEqual(len(expressions), len(found))
        for expression, firings in zip(expressions, found):
            with self.subTest(zone=zone, year=year, expression=expression):
                expected = oracle.firings(expression)
                wrong = sorted(set(expected) ^ set(firings))
                self.assertEqual([], [datetime.fromtimestamp(minute * 60, ZoneInfo(zone)).isoformat()
                                      for minute in wrong[:10]])
                self.assertEqual(expected, firings)

    def test_equals_the_oracle_in_six_time_zones(self):
        for zone in ZONES:
            self.compare(zone, 2026, EXPRESSIONS)

    def test_equals_the_oracle_in_a_leap_year_behind_the_tables_of_the_time_zones(self):
        for zone in ("Europe/Berlin", "Australia/Lord_Howe"):
            self.compare(zone, 2048, EXPRESSIONS)

    def test_has_both_changes_in_every_zone(self):
        for zone in ZONES:
            with self.subTest(zone=zone):
                info = ZoneInfo(zone)
                offsets = {datetime(2026, month, day, tzinfo=info).utcoffset() for month in range(1, 13) for day in (1, 15)}
                self.assertEqual(2, len(offsets))

    def test_counts_rates_through_daylight_saving(self):
        begin, end = midnight(2026), midnight(2027)
        lines = json.dumps({"schedule": "rate(1 day)", "from": begin.isoformat(), "until": end.isoformat()}) + "\n"
        printed = subprocess.run([PROGRAM], input=lines, text=True, capture_output=True, timeout=60, check=True).stdout
        first = int(begin.timestamp()) // 60
        self.assertEqual([first + 24 * 60 * day for day in range(1, 365)], [int(minute) for minute in printed.split()])


class TheGuide(unittest.TestCase):
    def test_has_one_line_schedules_that_fire(self):
        guide = (Path(__file__).resolve().parents[3] / "docs/schedules.md").read_text(encoding="utf-8")
        lines = re.findall(r"^schedule: (\S.*?)(?:\s+#.*)?$", guide, re.MULTILINE)
        self.assertGreater(len(lines), 4)
        requests = [json.dumps({"schedule": line, "from": midnight(2026).isoformat(), "until": midnight(2027).isoformat()})
                    for line in lines]
        printed = subprocess.run([PROGRAM], input="\n".join(requests) + "\n", text=True, capture_output=True, timeout=60,
                                 check=False)
        self.assertEqual(0, printed.returncode, printed.stderr)
        for line, firings in zip(lines, printed.stdout.splitlines()):
            self.assertNotEqual("", firings, line)


class TheOracle(unittest.TestCase):
    """Knows some dates that a calendar on the wall shows."""

    def days(self, expression, year):
        cron = Cron(expression)
        first = date(year, 1, 1).toordinal()
        return [date.fromordinal(first + n).isoformat() for n in range(365) if cron.fits_day(date.fromordinal(first + n))]

    def test_knows_weekdays_near_the_ends_of_months(self):
        self.assertEqual(["2026-08-03"], self.days("0 0 1W 8 ? *", 2026))
        self.assertEqual(["2026-05-29"], self.days("0 0 LW 5 ? *", 2026))

    def test_knows_numbered_days_of_the_week(self):
        self.assertEqual(["2026-01-30", "2026-05-29", "2026-07-31", "2026-10-30"], self.days("0 0 ? * FRI#5 *", 2026))
        self.assertEqual(["2026-02-27"], self.days("0 0 ? 2 6L *", 2026))


if __name__ == "__main__":
    unittest.main()
