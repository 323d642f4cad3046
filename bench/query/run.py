#!/usr/bin/env python3
"""Measures POST /v1/sql beside a bare DuckDB in interleaved rounds; prints Markdown tables, and exits with 1 if a limit is
missed. Needs curl, wrk, a release build, and 4 GB of disk:

    cmake --preset release -DTARN_BUILD_BENCH=ON
    cmake --build build/release --target tarn-extract tarn-catalog tarn-query bench_query_bare
    bench/query/run.py
"""

import argparse
import math
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import data
from bare import Bare
from lake import REPOSITORY, Lake
from suite import SUITE

PARTS = ("suite", "small", "csv", "partitions")
ENGINE_MEMORY = 4 << 30
CSV_MEMORY = 512 << 20
SMALL = "SELECT name, genre FROM bench.artists WHERE artist_id = 777"
# Just over a gigabyte as CSV.
CSV_SQL = """SELECT play_id, played_at, user_id, song_id, ms_played, skipped, platform, context, volume, month,
    'https://tarn.example/plays/' || play_id AS link FROM bench.plays"""
ONE_PARTITION = "SELECT sum(value) AS total, min(name) AS name FROM bench.readings WHERE sensor = {}"


class Bench:
    def __init__(self, arguments):
        self.programs = arguments.build.resolve()
        self.rounds = arguments.rounds
        self.threads = arguments.threads
        self.seconds = arguments.seconds
        self.only = arguments.only
        self.scratch = (arguments.scratch or arguments.build / "bench_query_data").resolve()
        self.scratch.mkdir(parents=True, exist_ok=True)
        self.missed = []

    def bare(self, memory=ENGINE_MEMORY):
        spill = self.scratch / "spill"
        return Bare(self.programs / "bench/query/bench_query_bare", self.threads, memory, spill)

    def limit(self, what, met):
        if not met:
            self.missed.append(what)
        return "yes" if met else "**no**"


def tables(folder):
    return {f"bench/{name}": folder / name for name in ("plays", "songs", "artists", "users")}


def make_views(bare, folder):
    bare.run("CREATE SCHEMA bench")
    for name in ("songs", "artists", "users"):
        bare.run(f"CREATE VIEW bench.{name} AS FROM read_parquet('{folder}/{name}/{name}.parquet')")
    bare.run(f"CREATE VIEW bench.plays AS FROM read_parquet('{folder}/plays/*/*.parquet', hive_partitioning = true, "
             "hive_types = {'month': VARCHAR})")


def differences(bare, one, other):
    """Rows that only one of two Parquet files has, or has elsewhere."""
    def numbered(file):
        return f"SELECT COLUMNS(*)::VARCHAR, row_number() OVER () FROM read_parquet('{file}')"
    return int(bare.value(f"""SELECT count(*) FROM ((({numbered(one)}) EXCEPT ALL ({numbered(other)}))
        UNION ALL (({numbered(other)}) EXCEPT ALL ({numbered(one)})))"""))


def compare_rows(bench, bare, service, name, sql):
    one, other = bench.scratch / "bare.parquet", bench.scratch / "tarn.parquet"
    # As text, since a sum of DuckDB's is a DOUBLE in a Parquet file of its own.
    bare.run(f"COPY (SELECT COLUMNS(*)::VARCHAR FROM ({sql})) TO '{one}' (FORMAT parquet)")
    service.curl(sql, other, "parquet")
    if differences(bare, one, other) != 0:
        bench.missed.append(f"{name}: other rows than bare DuckDB")


def measure_suite(bench, bare, service):
    print(f"| statement | bare ms | Tarn ms | ratio |\n|---|---:|---:|---:|")
    ratios = []
    for name, sql in SUITE.items():
        if bench.only and bench.only not in name:
            continue
        compare_rows(bench, bare, service, name, sql)
        taken = {"bare": [], "tarn": []}
        sides = {"bare": lambda: bare.run(sql)[0], "tarn": lambda: float(service.curl(sql)[0])}
        for number in range(bench.rounds):
            for side in sorted(sides, reverse=number % 2 == 1):
                taken[side].append(sides[side]())
        ratios.append(statistics.median(tarn / other for tarn, other in zip(taken["tarn"], taken["bare"])))
        print(f"| {name} | {1000 * statistics.median(taken['bare']):,.1f} | {1000 * statistics.median(taken['tarn']):,.1f} "
              f"| {ratios[-1]:.3f} |", flush=True)
    mean = math.exp(statistics.fmean(math.log(ratio) for ratio in ratios))
    print(f"| **geometric mean of {len(ratios)}** | | | **{mean:.3f}** |\n\n| | measured | limit | met |\n|---|---:|---:|---|")
    print(f"| suite through `POST /v1/sql` of bare DuckDB | {mean:.3f} | 1.05 | {bench.limit('suite', mean <= 1.05)} |", flush=True)


def wrk(bench, url, sql, connections):
    """Requests per second and the median latency in milliseconds. A machine that has other work may keep a request for
    long: that counts in the rate; an answer that is an error, or a connection that breaks, does not happen."""
    output = subprocess.run(["wrk", f"-t{min(connections, 2)}", f"-c{connections}", f"-d{bench.seconds}s", "--timeout", "30s",
                             "--latency", "-s", Path(__file__).with_name("post.lua"), url, "--", sql],
                            check=True, capture_output=True, text=True).stdout
    broken = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", output)
    if "Non-2xx" in output or (broken and any(int(count) for count in broken.groups()[:3])):
        bench.missed.append(f"{connections} clients: wrk reports errors")
        print(output, file=sys.stderr)
    amount, unit = re.search(r"50%\s+([\d.]+)(us|ms|s)", output).groups()
    return float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1]), float(amount) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def measure_small(bench, service):
    url = service.url + "?format=json"
    wrk(bench, url, SMALL, 16)  # warms up
    latency = statistics.median(wrk(bench, url, SMALL, 1)[1] for _ in range(bench.rounds))
    rate = statistics.median(wrk(bench, url, SMALL, 16)[0] for _ in range(bench.rounds))
    print(f"| one row of a cataloged table, one client, p50 ms | {latency:.2f} | 5 | {bench.limit('small p50', latency < 5)} |")
    print(f"| one row of a cataloged table, 16 clients, per second | {rate:,.0f} | 400 | {bench.limit('small rate', rate >= 400)} |", flush=True)


def csv_of(bare, file):
    return bare.run(f"COPY ({CSV_SQL}) TO '{file}' (FORMAT csv)")[0]


def compare_csv(bench, bare, service):
    ours, theirs = bench.scratch / "tarn.csv", bench.scratch / "bare.csv"
    csv_of(bare, theirs)
    service.curl(CSV_SQL, ours, "csv")
    def summary(file):
        return bare.value(f"SELECT count(*) || ' ' || sum(hash(COLUMNS(*)::VARCHAR)) FROM read_csv('{file}', all_varchar = true)"
                          .replace("COLUMNS(*)::VARCHAR", "t::VARCHAR").replace("all_varchar = true)", "all_varchar = true) t"))
    if summary(ours) != summary(theirs):
        bench.missed.append("csv: other rows than bare DuckDB")
    size = ours.stat().st_size
    ours.unlink()
    theirs.unlink()
    return size


def measure_csv(bench, folder, lake):
    service = lake.query(bench.threads, CSV_MEMORY)
    with bench.bare(CSV_MEMORY) as bare:
        make_views(bare, folder)
        size = compare_csv(bench, bare, service)
        service.reset_peak()
        sides = {"bare": lambda: csv_of(bare, bench.scratch / "bare.csv"), "null": lambda: csv_of(bare, "/dev/null"),
                 "tarn": lambda: float(service.curl(CSV_SQL, format="csv")[0])}
        taken = {side: [] for side in sides}
        for number in range(bench.rounds):
            for side in sorted(sides, reverse=number % 2 == 1):
                taken[side].append(sides[side]())
            (bench.scratch / "bare.csv").unlink()
        peak = service.peak_mb() - CSV_MEMORY / (1 << 20)
    lake.stop(service)
    speed = {side: statistics.median(other / tarn for other, tarn in zip(taken[side], taken["tarn"])) for side in ("bare", "null")}
    print(f"| {size / 1e9:.2f} GB as CSV: MB/s | {size / 1e6 / statistics.median(taken['tarn']):,.0f} | | |")
    print(f"| speed of `COPY` to a file ({size / 1e6 / statistics.median(taken['bare']):,.0f} MB/s) | {speed['bare']:.2f} | 0.80 "
          f"| {bench.limit('csv', speed['bare'] >= 0.8)} |")
    print(f"| speed of `COPY` to /dev/null ({size / 1e6 / statistics.median(taken['null']):,.0f} MB/s) | {speed['null']:.2f} | | |")
    print(f"| peak memory above the engine's limit, MB | {peak:.0f} | 200 | {bench.limit('csv memory', peak < 200)} |", flush=True)


def measure_partitions(bench):
    folder = bench.scratch / "partitions"
    with bench.bare() as bare:
        data.make_partitions(bare, folder)
    with Lake(bench.programs, bench.scratch, {"bench/readings": folder / "readings"}) as lake:
        service = lake.query(bench.threads, ENGINE_MEMORY)
        lake.await_files("bench/readings", data.PARTITIONS)
        service.rows(ONE_PARTITION.format(7))  # the first statement starts the engine
        taken = []
        for number in range(50):
            sql = ONE_PARTITION.format(number * 1999)
            taken.append(1000 * float(service.curl(sql)[0]))
            if service.rows(sql) != [["45", "row 0"]]:
                bench.missed.append("partitions: wrong rows")
    median = statistics.median(taken)
    print(f"| 1 of {data.PARTITIONS:,} partitions, p50 ms | {median:.1f} | 60 | {bench.limit('partitions', median < 60)} |")
    print(f"| 1 of {data.PARTITIONS:,} partitions, greatest of 50, ms | {max(taken):.1f} | | |", flush=True)


def measure(bench, parts):
    folder = bench.scratch / "data"
    with bench.bare() as bare:
        data.make(bare, folder)
        if {"suite", "small", "csv"} & set(parts):
            with Lake(bench.programs, bench.scratch, tables(folder)) as lake:
                service = lake.query(bench.threads, ENGINE_MEMORY)
                for name in ("songs", "artists", "users", "plays"):
                    service.await_rows(f"SELECT count(*) FROM bench.{name}", [[getattr(data, name.upper())]])
                make_views(bare, folder)
                if "suite" in parts:
                    measure_suite(bench, bare, service)
                if "small" in parts:
                    measure_small(bench, service)
                lake.stop(service)
                if "csv" in parts:
                    measure_csv(bench, folder, lake)
    if "partitions" in parts:
        measure_partitions(bench)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=REPOSITORY / "build" / "release", help="the build directory")
    parser.add_argument("--scratch", type=Path, help="where to write and keep the data (default: in the build directory)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5, help="of each measurement with wrk")
    parser.add_argument("--threads", type=int, default=2, help="of the engine, on either side")
    parser.add_argument("--only", help="statements of the suite with this in their names")
    parser.add_argument("parts", nargs="*", default=PARTS, help=f"{', '.join(PARTS)} (default: all)")
    bench = Bench(parser.parse_args())
    measure(bench, parser.parse_args().parts)
    for missed in bench.missed:
        print(f"missed: {missed}", file=sys.stderr)
    return 1 if bench.missed else 0


if __name__ == "__main__":
    sys.exit(main())
