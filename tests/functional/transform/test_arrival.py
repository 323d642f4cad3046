"""Many raw objects at once, and webhooks that come twice, late and in another order."""

import json
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "webhooks"))

from receiver import Receiver  # noqa: E402
from tarn_harness import BUILD, send, wait_until  # noqa: E402
from transform_pair import TransformPair  # noqa: E402

OBJECTS = 1000
ARRIVALS = """
name: arrivals
input: {bucket: raw, prefix: items/, suffix: .json, format: json}
outputs:
  - {table: shop.arrivals, model: rows, mode: append, format: ndjson, compact: {min_files: 4}}
batch: {max_objects: 200}
"""


class Arrival(unittest.TestCase):
    def test_every_object_is_published_once_in_a_bounded_number_of_files(self):
        with TransformPair({"arrivals": ARRIVALS}) as pair:
            for number in range(OBJECTS):
                pair.drop(f"items/{number % 50:02}/{number:05}.json", [{"id": f"i{number}", "rank": 1, "day": "d"}])
            pair.await_processed("arrivals", OBJECTS)
            rows = pair.rows("shop.arrivals")
            self.assertEqual(OBJECTS, len(rows))
            self.assertEqual({1}, set(rows.values()), pair.log_tails())
            runs = pair.transform.items("/v1/runs")
            self.assertEqual(OBJECTS, sum(run["counts"]["objects"] for run in runs))
            self.assertLessEqual(max(run["counts"]["objects"] for run in runs), 200)
            wait_until("small files are compacted", lambda: len(pair.files("shop.arrivals")) <= 12)
            self.assertEqual(rows, pair.rows("shop.arrivals"))


class Webhooks(unittest.TestCase):
    def test_that_come_twice_late_and_in_another_order_change_nothing(self):
        receiver = Receiver()
        self.addCleanup(receiver.close)
        with TransformPair({"arrivals": ARRIVALS}) as pair:
            # From now on the transform hears of nothing that the test does not tell it, until it looks by itself.
            pair.extract.send("PATCH", "/v1/subscriptions/tarn-transform", json.dumps({"endpoint": receiver.url}).encode(),
                              headers={"Content-Type": "application/json"}).expect(200)
            for number in range(8):
                pair.drop(f"items/{number}.json", [{"id": f"i{number}", "rank": 1, "day": "d"}])
            wait_until("all webhooks are there", lambda: len({w.headers["webhook-id"] for w in receiver.received}) >= 8)
            captured = list(receiver.received)
            for webhook in [*reversed(captured), *captured]:
                self.deliver(pair, webhook)
            pair.await_processed("arrivals", 8)
            rows = pair.rows("shop.arrivals")
            self.assertEqual(8, len(rows))
            self.assertEqual({1}, set(rows.values()))
            runs = len(pair.transform.items("/v1/runs"))

            for webhook in reversed(captured):
                self.deliver(pair, webhook)
            pair.transform.kill()
            pair.transform.start()
            for webhook in captured:
                self.deliver(pair, webhook)
            pair.drop("items/9.json", [{"id": "last", "rank": 1, "day": "d"}])
            pair.await_processed("arrivals", 9)
            self.assertEqual(runs + 1, len(pair.transform.items("/v1/runs")), pair.log_tails())
            after = pair.rows("shop.arrivals")
            self.assertEqual(rows, {row: count for row, count in after.items() if "last" not in row})
            self.assertEqual(len(rows) + 1, sum(after.values()))

    def deliver(self, pair, webhook):
        headers = {name: value for name, value in webhook.headers.items()
                   if name.startswith("webhook-") or name == "content-type"}
        answer = send("127.0.0.1", pair.transform.port, "POST", "/v1/events", webhook.body, headers)
        self.assertIn(answer.status, (200, 202, 204), answer.text())


if __name__ == "__main__":
    missing = [name for name in ("transform", "extract") if not (BUILD / "services" / name / f"tarn-{name}").exists()]
    if missing:
        print(f"SKIPPED: tarn-{', tarn-'.join(missing)} not built in {BUILD}")
    else:
        unittest.main(verbosity=2)
