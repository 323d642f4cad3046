"""kill -9 of services in the middle of a run: after a restart the tables become what they are without it.

Usage: test_kill.py VICTIM, one of extract, transform, catalog, query, all
"""

import os
import random
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "functional" / "pipeline"))

from spotify_tables import COLUMNS, describe_differences, read_history, read_tables  # noqa: E402
from tarn_harness import SERVICES, STAND_IN_DATA, Tarn, wait_until  # noqa: E402

VICTIM = "all"
ROUNDS = int(os.environ.get("TARN_CRASH_ROUNDS", "3"))
PAGE_SIZE = 10  # small pages make a run of many steps
PAGE_DELAY_MS = 60
SNAPSHOTS = sorted(file.name for file in STAND_IN_DATA.glob("top_songs_*.json"))


def raw_pages(tarn):
    return len(list((tarn.lake / "raw").rglob("page-*.json")))


def start_run(tarn, snapshot):
    tarn.await_next_second()
    tarn.stand_in.serve_snapshot(snapshot)
    return tarn.start_run(body={"page_size": PAGE_SIZE})


class KilledInTheMiddle(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """What the tables are after an extraction of each snapshot that nobody disturbs."""
        with Tarn() as tarn:
            for snapshot in SNAPSHOTS:
                pages_before = raw_pages(tarn)
                tarn.await_run(start_run(tarn, snapshot))
            tarn.await_quiet()
            cls.undisturbed = read_tables(tarn)
            cls.undisturbed_history = read_history(tarn)
            cls.pages = raw_pages(tarn) - pages_before
        assert len(SNAPSHOTS) > 1, "the second extraction changes rows of the first"
        assert all(cls.undisturbed[table] for table in COLUMNS), "there are rows to lose"
        assert cls.pages > ROUNDS, "there are steps to stop between"

    def test_leaves_the_tables_as_they_are_without_it(self):
        seed = random.SystemRandom().randrange(1 << 32)
        chance = random.Random(seed)
        victims = SERVICES if VICTIM == "all" else (VICTIM,)
        for number in range(ROUNDS):
            # Each round kills later in the run, at a moment of chance within the time of a page.
            pages_before_death = 1 + number * (self.pages - 1) // ROUNDS
            extra_seconds = chance.random() * PAGE_DELAY_MS / 1000
            with self.subTest(round=number, seed=seed, after_pages=pages_before_death, and_seconds=extra_seconds):
                with Tarn() as tarn:
                    self.kill_in_the_middle(tarn, victims, pages_before_death, extra_seconds)

    def kill_in_the_middle(self, tarn, victims, pages_before_death, extra_seconds):
        for snapshot in SNAPSHOTS[:-1]:
            tarn.await_run(start_run(tarn, snapshot))
        tarn.stand_in.slow_down(PAGE_DELAY_MS)
        pages_so_far = raw_pages(tarn)
        run_id = start_run(tarn, SNAPSHOTS[-1])
        wait_until("the run is in its middle", lambda: raw_pages(tarn) >= pages_so_far + pages_before_death)
        moment = time.monotonic() + extra_seconds
        wait_until("the moment has come", lambda: time.monotonic() >= moment)

        for victim in victims:
            tarn.services[victim].kill()
        tarn.stand_in.forget_faults()
        for victim in victims:
            tarn.services[victim].launch()
        for victim in victims:
            tarn.services[victim].await_ready()

        run = tarn.await_run(run_id)
        self.assertEqual("succeeded", run["state"], run)
        tarn.await_quiet()
        tables = read_tables(tarn)
        self.assertEqual(self.undisturbed, tables, describe_differences(tables, self.undisturbed) + tarn.log_tails())
        self.assertEqual(self.undisturbed_history, read_history(tarn))
        self.assertEqual([], tarn.transform.items("/v1/dead-letters"))


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1] in (*SERVICES, "all"):
        VICTIM = sys.argv.pop(1)
    unittest.main()
