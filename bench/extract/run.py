#!/usr/bin/env python3
"""Measures a run of the extract service over 2,000 pages beside a bare libcurl loop that downloads the same pages and
discards them, in interleaved rounds, and prints Markdown tables. Needs a release build:

    cmake --preset release -DTARN_BUILD_BENCH=ON
    cmake --build build/release --target bare_download tarn-extract spotify-stand-in
    bench/extract/run.py
"""

import argparse
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "tests" / "support"))
from spotify_source import write_spotify_source  # noqa: E402

PLAYLIST = "TarnBenchmark00000001"
PAGE_SIZE = 100


class Program:
    def __init__(self, command, directory, environment=None):
        directory.mkdir(parents=True, exist_ok=True)
        port_file = directory / "port"
        port_file.unlink(missing_ok=True)
        with open(directory / "log", "wb") as log:
            self.process = subprocess.Popen([*map(str, command), "--port", "0", "--port-file", str(port_file)],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, **(environment or {})})
        deadline = time.monotonic() + 60
        while not (port_file.exists() and port_file.read_text().strip()):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"{command[0]} did not come up: {(directory / 'log').read_text()[-2000:]}")
            time.sleep(0.02)
        self.url = f"http://127.0.0.1:{port_file.read_text().strip()}"

    def peak_rss_mb(self):
        return int(re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{self.process.pid}/status").read_text())[1]) / 1024

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)


def ask(method, url, body=None):
    request = urllib.request.Request(url, method=method, data=None if body is None else json.dumps(body).encode(),
                                     headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read() or b"null")


def run_tarn(programs, stand_in, scratch, pages, connections):
    """Seconds of one run, and the service's peak memory."""
    with tempfile.TemporaryDirectory(dir=scratch) as home:
        write_spotify_source(Path(home) / "pipelines", stand_in.url, PLAYLIST, PAGE_SIZE, connections)
        extract = Program([programs["extract"], "--home", home, "--pipelines", Path(home) / "pipelines"], Path(home) / "process",
                          {"TARN_EXTRACT_S3_PORT": "0"})
        try:
            run = ask("POST", f"{extract.url}/v1/sources/spotify/runs", {})
            while run["state"] in ("queued", "running"):
                time.sleep(0.05)
                run = ask("GET", f"{extract.url}/v1/runs/{run['id']}")
            if run["state"] != "succeeded" or run["counts"]["records"] != pages * PAGE_SIZE:
                raise SystemExit(f"the run did not do what is measured: {run}")
            return run["duration_ms"] / 1000, extract.peak_rss_mb()
        finally:
            extract.stop()


def measure(programs, scratch, pages, connections, latency, rounds):
    stand_in = Program([programs["stand_in"], "--data", REPOSITORY / "tests/support/spotify_stand_in/data", "--generate-playlist",
                        f"{PLAYLIST}:{pages * PAGE_SIZE}", "--latency", latency], scratch / f"stand_in_{latency}_{pages}")
    try:
        bare, tarn, peaks, size = [], [], [], 0
        for _ in range(rounds):
            output = subprocess.run([programs["bare"], stand_in.url, PLAYLIST, str(pages), str(PAGE_SIZE), str(connections)],
                                    check=True, capture_output=True, text=True).stdout.split()
            bare.append(float(output[0]))
            size = int(output[1])
            seconds, peak = run_tarn(programs, stand_in, scratch, pages, connections)
            tarn.append(seconds)
            peaks.append(peak)
    finally:
        stand_in.stop()
    ratio = statistics.median(b / t for b, t in zip(bare, tarn))
    print(f"| {pages:,} | {size / pages / 1000:.0f} kB | {latency} | {pages / statistics.median(bare):,.0f} "
          f"| {pages / statistics.median(tarn):,.0f} | {ratio:.2f} | {max(peaks):.0f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=REPOSITORY / "build" / "release", help="the build directory")
    parser.add_argument("--scratch", type=Path, help="where to write (default: the build directory)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=8)
    arguments = parser.parse_args()
    build = arguments.build.resolve()
    programs = {"extract": build / "services/extract/tarn-extract", "bare": build / "bench/extract/bare_download",
                "stand_in": build / "tests/support/spotify_stand_in/spotify-stand-in"}
    print("| pages | each | latency of the source | bare, pages/s | Tarn, pages/s | Tarn of bare | peak resident MB |\n|---:|---:|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory(prefix="extract_bench_", dir=arguments.scratch or build) as scratch:
        for pages, latency in ((500, "0ms"), (2_000, "0ms"), (2_000, "20ms"), (2_000, "50ms")):
            measure(programs, Path(scratch), pages, arguments.connections, latency, arguments.rounds)


if __name__ == "__main__":
    main()
