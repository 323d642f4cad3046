"""Measures how long a new raw object takes to become rows in the answer of POST /v1/sql.

Each round serves a playlist with one song nobody has seen, starts an extract run, and asks SQL for that song over one
kept-alive connection, question after question, until it is in the answer. The time of a round runs from the `time` of
the raw page's event, which the object store writes inside the commit that makes the object durable, to the moment the
answer with the row has been read. Both are this machine's wall clock.
"""

import argparse
import copy
import http.client
import json
import platform
import statistics
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "tests" / "support"))

from tarn_harness import STAND_IN_DATA, Tarn  # noqa: E402

PLAYLIST = "latencybench"
DEADLINE_SECONDS = 30


def song_id(number):
    return f"newsong{number:04d}"


def write_snapshots(folder: Path, rounds, entries):
    """One snapshot per round: `entries` songs, the first of which is new."""
    source = json.loads((STAND_IN_DATA / "top_songs_2026-01.json").read_text(encoding="utf-8"))
    shape = "tracks" if isinstance(source.get("tracks"), dict) else "items"
    content = "track" if shape == "tracks" else "item"
    songs = [entry for entry in source[shape]["items"]
             if (entry.get(content) or {}).get("type") == "track" and entry[content].get("id")]
    for number in range(rounds):
        new = copy.deepcopy(songs[0])
        new[content]["id"] = song_id(number)
        items = [new, *songs[1:entries]]
        playlist = source | {"id": PLAYLIST, shape: source[shape] | {"items": items, "total": len(items), "next": None}}
        (folder / f"round{number:04d}.json").write_text(json.dumps(playlist), encoding="utf-8")


class Asker:
    """Asks SQL for a song over one connection."""

    def __init__(self, port):
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE_SECONDS)
        self.questions = 0

    def finds(self, song):
        self.questions += 1
        self._connection.request("POST", "/v1/sql", f"SELECT count(*) FROM spotify.songs WHERE song_id = '{song}'")
        answer = self._connection.getresponse()
        body = answer.read()
        return answer.status == 200 and json.loads(body)["rows"] == [[1]]


def event_time(tarn, run_id):
    """When the run's playlist page was committed, in seconds since 1970."""
    keys = {thing["key"] for thing in tarn.extract.items(f"/v1/runs/{run_id}/objects")}
    events, _ = tarn.events("raw", f"spotify/playlist_items/playlist_id={PLAYLIST}/")
    (event,) = (event for event in events
                if event["object"]["key"] in keys and "/page-" in event["object"]["key"])
    return datetime.fromisoformat(event["time"]).timestamp()


def measure_round(tarn, asker, number):
    tarn.stand_in.serve_snapshot(f"round{number:04d}.json")
    tarn.await_next_second()  # an extraction is told apart from the one before by its second
    run_id = tarn.start_run(body={"include": []})
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not asker.finds(song_id(number)):
        if time.monotonic() > deadline:
            sys.exit(f"the song of round {number} is not in SQL's answer after {DEADLINE_SECONDS} s\n{tarn.log_tails()}")
    answered = time.time()
    tarn.await_run(run_id)
    return (answered - event_time(tarn, run_id)) * 1000


def percentile(values, part):
    return sorted(values)[min(len(values) - 1, round(part * (len(values) - 1)))]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--entries", type=int, default=20, help="songs on the page")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tarn_latency_") as folder:
        # The first three rounds are not counted: they make the tables and warm up what opens lazily.
        warm_up = 3
        write_snapshots(Path(folder), options.rounds + warm_up, options.entries)
        with Tarn(spotify_data=folder) as tarn:
            asker = Asker(tarn.query.port)
            latencies = []
            for number in range(options.rounds + warm_up):
                latency = measure_round(tarn, asker, number)
                if number >= warm_up:
                    latencies.append(latency)
                    print(f"round {number - warm_up + 1:3d}: {latency:6.0f} ms", flush=True)
    print(f"\nraw commit to row in SQL, {len(latencies)} rounds, page of {options.entries} songs, "
          f"{platform.machine()}, {asker.questions} questions asked")
    print("| p50 ms | p95 ms | max ms | mean ms |\n| ---: | ---: | ---: | ---: |")
    print(f"| {percentile(latencies, .5):.0f} | {percentile(latencies, .95):.0f} | {max(latencies):.0f} | "
          f"{statistics.mean(latencies):.0f} |")
    sys.exit(0 if percentile(latencies, .95) < 1000 else 1)


if __name__ == "__main__":
    main()
