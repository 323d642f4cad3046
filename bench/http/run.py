#!/usr/bin/env python3
"""Measures Tarn's HTTP server beside cpprestsdk's own and a bare Boost.Beast server, in interleaved rounds, and prints
Markdown tables. Needs wrk and curl (Debian packages) and the programs of a release build:

    cmake --preset release -DTARN_BUILD_BENCH=ON
    cmake --build build/release --target http_bench_tarn http_bench_stock http_bench_bare
    bench/http/run.py
"""

import argparse
import contextlib
import os
import re
import signal
import socket
import statistics
import subprocess
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
GIGABYTE = 1 << 30

# name, program, path
CONTENDERS = [
    ("cpprestsdk's own server", "http_bench_stock", "/json"),
    ("Tarn, pool", "http_bench_tarn", "/json-pool"),
    ("bare Beast, pool", "http_bench_bare", "/json-pool"),
    ("Tarn, inline", "http_bench_tarn", "/json"),
    ("bare Beast, inline", "http_bench_bare", "/json"),
]
RATIOS = [
    ("Tarn inline / cpprestsdk's own", "Tarn, inline", "cpprestsdk's own server", 1.5),
    ("Tarn pool / cpprestsdk's own", "Tarn, pool", "cpprestsdk's own server", None),
    ("Tarn pool / bare Beast pool", "Tarn, pool", "bare Beast, pool", 0.75),
    ("Tarn inline / bare Beast pool", "Tarn, inline", "bare Beast, pool", None),
    ("Tarn inline / bare Beast inline", "Tarn, inline", "bare Beast, inline", None),
]


class Program:
    def __init__(self, path):
        with socket.socket() as probe:  # cpprest's server cannot choose a port itself
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.process = subprocess.Popen([path, str(port)], stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline().split()[-1])

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def cpu_seconds(self):
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND

    def peak_rss_mb(self):
        return int(re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{self.process.pid}/status").read_text())[1]) / 1024

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        self.process.stdout.close()


@contextlib.contextmanager
def running(binaries, program):
    server = Program(binaries / program)
    try:
        yield server
    finally:
        server.stop()


def milliseconds(output, percentile):
    value, unit = re.search(rf"\s{percentile}%\s+([\d.]+)(us|ms|s)", output).groups()
    return float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def wrk(server, path, connections, seconds):
    before = server.cpu_seconds()
    output = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", server.url(path)],
                            check=True, capture_output=True, text=True).stdout
    if re.search("Non-2xx|Socket errors", output):
        raise SystemExit(f"wrk reports errors:\n{output}")
    requests = int(re.search(r"(\d+) requests in", output)[1])
    return {
        "per_second": float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1]),
        "p50_ms": milliseconds(output, 50),
        "p99_ms": milliseconds(output, 99),
        "cpu_us": (server.cpu_seconds() - before) / requests * 1e6,
    }


def measure_small_answers(binaries, rounds, seconds):
    results = {name: [] for name, _, _ in CONTENDERS}
    for _ in range(rounds):
        for name, program, path in CONTENDERS:
            with running(binaries, program) as server:
                wrk(server, path, 32, 1)  # warm-up
                results[name].append(wrk(server, path, 32, seconds))
    return results


def print_small_answers(results):
    def median(name, key):
        return statistics.median(result[key] for result in results[name])

    print("| Server | requests/s | lowest to highest | p50 ms | p99 ms | CPU us/request |\n|---|---:|---:|---:|---:|---:|")
    for name, rounds in results.items():
        rates = [result["per_second"] for result in rounds]
        print(f"| {name} | {statistics.median(rates):,.0f} | {min(rates):,.0f} to {max(rates):,.0f} | {median(name, 'p50_ms'):.2f} "
              f"| {median(name, 'p99_ms'):.2f} | {median(name, 'cpu_us'):.1f} |")
    print("\n| Ratio of requests/s | median of the rounds | at least |\n|---|---:|---:|")
    for title, ours, theirs, least in RATIOS:
        ratio = statistics.median(a["per_second"] / b["per_second"] for a, b in zip(results[ours], results[theirs]))
        print(f"| {title} | {ratio:.2f} | {least if least else ''} |")


def curl(*arguments, source=None):
    return subprocess.run(["curl", "--silent", "--fail", "--max-time", "120", *arguments], check=True, stdin=source,
                          capture_output=True, text=True).stdout.split()


def measure_streams(binaries):
    print("\n| 1 GiB streamed | MB/s | peak resident MB |\n|---|---:|---:|")
    with running(binaries, "http_bench_tarn") as server:
        size, speed = curl("--output", "/dev/null", "--write-out", "%{size_download} %{speed_download}", server.url(f"/gen?bytes={GIGABYTE}"))
        assert int(size) == GIGABYTE, size
        print(f"| out, length unknown | {float(speed) / 1e6:,.0f} | {server.peak_rss_mb():.0f} |")
    with running(binaries, "http_bench_tarn") as server:
        zeros = subprocess.Popen(["head", "--bytes", str(GIGABYTE), "/dev/zero"], stdout=subprocess.PIPE)
        total, speed = curl("--request", "POST", "--upload-file", "-", "--write-out", " %{speed_upload}", server.url("/count"), source=zeros.stdout)
        zeros.stdout.close()
        zeros.wait()
        assert int(total) == GIGABYTE, total
        print(f"| in, chunked | {float(speed) / 1e6:,.0f} | {server.peak_rss_mb():.0f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=REPOSITORY / "build" / "release", help="the build directory")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5, help="of each measurement")
    arguments = parser.parse_args()
    binaries = arguments.build / "bench" / "http"
    print_small_answers(measure_small_answers(binaries, arguments.rounds, arguments.seconds))
    measure_streams(binaries)


if __name__ == "__main__":
    main()
