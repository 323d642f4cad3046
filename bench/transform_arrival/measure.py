"""Measures how long raw objects take to be visible in a published table when many arrive at a steady pace.

Files are dropped into the lake, as many a second as asked for, and found, announced, batched and appended by the real
tarn-extract and tarn-transform. The time of an object runs from the `time` of its event, which the object store writes
inside the commit that makes it durable, to that of the event of the file with its rows, written inside the run's commit.
"""

import argparse
import math
import sys
import time
from datetime import datetime
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY / "tests" / "support"), str(REPOSITORY / "tests" / "functional" / "transform")]

from test_arrival import ARRIVALS  # noqa: E402
from transform_pair import TransformPair  # noqa: E402

ITEMS = 20  # of one object


def seconds(text):
    return datetime.fromisoformat(text).timestamp()


def events(pair, bucket):
    found, after = [], 0
    while True:
        page = pair.extract.get(f"/v1/events?after={after}&bucket={bucket}&limit=1000").expect(200).json()
        found += page["items"]
        if page["last_sequence"] == after:
            return found
        after = page["last_sequence"]


def latencies(pair):
    """Seconds from commit to visible, of each object."""
    created = {event["object"]["version"]: seconds(event["time"]) for event in events(pair, "raw")}
    visible = {event["object"]["key"]: seconds(event["time"]) for event in events(pair, "transformed")}
    found = []
    for run in pair.transform.items("/v1/runs?state=succeeded"):
        key = run["outputs"][0]["objects"][0]["key"]
        inputs = pair.transform.get(f"/v1/runs/{run['id']}").expect(200).json()["inputs"]
        found += [visible[key] - created[thing["version"]] for thing in inputs]
    return sorted(found)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--objects", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=60, help="within which they arrive")
    options = parser.parse_args()
    with TransformPair({"arrivals": ARRIVALS}) as pair:
        begin = time.monotonic()
        for number in range(options.objects):
            delay = begin + number * options.seconds / options.objects - time.monotonic()
            if delay > 0:
                time.sleep(delay)
            items = [{"id": f"i{number}-{item}", "rank": item, "day": "d"} for item in range(ITEMS)]
            pair.drop(f"items/{number % 100:02}/{number:06}.json", items)
        dropped = time.monotonic() - begin
        pair.await_processed("arrivals", options.objects, 600)
        finished = time.monotonic() - begin
        taken = latencies(pair)
        rows = pair.rows("shop.arrivals")
        runs = len(pair.transform.items("/v1/runs"))
        files = len(pair.files("shop.arrivals"))
    complete = len(rows) == options.objects * ITEMS and set(rows.values()) == {1} and len(taken) == options.objects
    at = lambda part: taken[max(0, math.ceil(part * len(taken)) - 1)]  # noqa: E731
    print(f"{options.objects} objects dropped in {dropped:.1f} s, all visible after {finished:.1f} s; "
          f"{runs} runs, {files} files; complete and without doubles: {complete}")
    print("| p50 s | p95 s | max s |\n| ---: | ---: | ---: |")
    print(f"| {at(.5):.2f} | {at(.95):.2f} | {taken[-1]:.2f} |")
    sys.exit(0 if complete and at(.95) < 2 else 1)


if __name__ == "__main__":
    main()
