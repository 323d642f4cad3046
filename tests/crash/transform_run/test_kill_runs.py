"""kill -9 of tarn-transform at a random point of each of many runs that merge, append, write partitions and move their raw
objects away: afterwards everything is as if nobody had died.

Usage: test_kill_runs.py [--runs N]; N is 25, or the environment's TARN_CRASH_RUNS
"""

import os
import random
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "functional" / "transform"))

from tarn_harness import BUILD  # noqa: E402
from transform_pair import TransformPair, pause_until  # noqa: E402

RUNS = int(os.environ.get("TARN_CRASH_RUNS", "25"))
TABLES = ("shop.latest", "shop.history", "shop.by_day")
DEFINITION = """
name: shop
input:
  bucket: raw
  prefix: items/
  suffix: .json
  format: json
  on_success: {move: {bucket: raw, prefix: done/}}
outputs:
  - {table: shop.latest, model: rows, mode: merge, key: [id], order_by: [rank desc], format: ndjson}
  - {table: shop.history, model: rows, mode: append, format: ndjson, compact: {min_files: 4}}
  - {table: shop.by_day, model: rows, mode: append, format: ndjson, partition_by: [day], compact: {min_files: 4}}
"""
# From the rename of a file to the end of its run takes about this long.
LONGEST_LIFE_SECONDS = 0.6


def items_of(number):
    """What the objects of a run hold: every id comes again in later ones, with a higher rank."""
    return [[{"id": f"i{number * 3 % 17}", "rank": number, "day": f"d{number % 3}"},
             {"id": f"n{number}-{part}", "rank": number, "day": f"d{part}"}] for part in range(1 + number % 3)]


def drop_run(pair, number):
    """Returns how many objects there are."""
    objects = items_of(number)
    for part, items in enumerate(objects):
        pair.drop(f"items/run{number:04}/{part}.json", items)
    return len(objects)


class KilledAtAnyPoint(unittest.TestCase):
    def undisturbed(self):
        with TransformPair({"shop": DEFINITION}) as pair:
            count = sum(drop_run(pair, number) for number in range(RUNS))
            pair.await_processed("shop", count)
            return {table: pair.rows(table) for table in TABLES}

    def test_leaves_everything_as_it_is_without_it(self):
        expected = self.undisturbed()
        seed = random.SystemRandom().randrange(1 << 32)
        print(f"seed {seed}, {RUNS} runs", flush=True)
        chance = random.Random(seed)
        with TransformPair({"shop": DEFINITION}) as pair:
            count = 0
            for number in range(RUNS):
                count += drop_run(pair, number)
                pause_until(time.monotonic() + chance.random() * LONGEST_LIFE_SECONDS)
                pair.transform.kill()
                pair.transform.start()
            pair.await_processed("shop", count)
            self.compare(pair, expected, count, seed)

    def compare(self, pair, expected, count, seed):
        for table in TABLES:
            self.assertEqual(expected[table], pair.rows(table), f"{table}, seed {seed}\n" + pair.log_tails())
        # A plain look finds nothing that belongs to no table.
        folders = {path.name for path in (pair.lake / "transformed").iterdir()}
        self.assertLessEqual(folders, {"shop", "_tarn", "tarn"})
        tables = {f"shop.{path.name}" for path in (pair.lake / "transformed/shop").iterdir()}
        self.assertEqual(set(TABLES), tables)
        self.assertEqual(1, len(pair.files("shop.latest")))
        # No input is left behind.
        self.assertEqual([], [path for path in (pair.lake / "raw/items").rglob("*") if path.is_file()])
        self.assertEqual(count, len(list((pair.lake / "raw/done").rglob("*.json"))))
        counts = pair.bookmarks("shop")["counts"]
        self.assertEqual((0, 0, count, 0), (counts["waiting"], counts["planned"], counts["published"], counts["dead"]))
        self.assertEqual([], pair.transform.items("/v1/dead-letters"))


if __name__ == "__main__":
    if "--runs" in sys.argv:
        position = sys.argv.index("--runs")
        RUNS = int(sys.argv[position + 1])
        del sys.argv[position:position + 2]
    missing = [name for name in ("transform", "extract") if not (BUILD / "services" / name / f"tarn-{name}").exists()]
    if missing:
        print(f"SKIPPED: tarn-{', tarn-'.join(missing)} not built in {BUILD}")
    else:
        unittest.main(verbosity=2)
