#!/usr/bin/env python3
"""Measures the catalog: first crawls beside DuckDB's parquet_schema, recrawls, inference of a large CSV file, snapshots of
tables with many partitions, and how soon a new file is in the answers of SQL. Prints Markdown tables, and exits with 1 if a
limit is missed. Needs a release build:

    cmake --preset release -DTARN_BUILD_BENCH=ON
    cmake --build build/release --target catalog_bench tarn-catalog tarn-extract tarn-query
    bench/catalog/run.py                     # --only crawl --only snapshot ... for a part of it
"""

import argparse
import http.client
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
os.environ.setdefault("TARN_BIN_DIR", str(REPOSITORY / "build" / "release"))
sys.path.insert(0, str(REPOSITORY / "tests" / "support"))

from tarn_harness import BUILD, Program, wait_until  # noqa: E402

BENCH = BUILD / "bench" / "catalog" / "catalog_bench"
missed = []


def row(what, value, limit, fine):
    """One line of a table; remembers a missed limit."""
    if not fine:
        missed.append(what)
    print(f"| {what} | {value} | {limit} | {'yes' if fine else '**no**'} |", flush=True)


def head(title):
    print(f"\n| {title} | measured | limit | met |\n|---|---:|---:|---|", flush=True)


def at(values, part):
    return sorted(values)[max(0, math.ceil(part * len(values)) - 1)]


def bench(*arguments):
    return subprocess.run([BENCH, *map(str, arguments)], check=True, capture_output=True, text=True).stdout.split()


def seconds(text):
    return datetime.fromisoformat(text).timestamp()


class Services:
    """The real programs on one home: catalog alone, or all that a query needs."""

    def __init__(self, home, names=("catalog",)):
        self.home, self.lake = home, home / "lake"
        (home / "pipelines").mkdir(parents=True, exist_ok=True)
        self.programs = {}
        for name in names:
            command = [BUILD / "services" / name / f"tarn-{name}", "--home", home, "--pipelines", home / "pipelines"]
            if name == "extract":
                command += ["--s3-port-file", home / "s3.port"]
            if name == "query":
                command += ["--catalog-url", self.programs["catalog"].url]
            self.programs[name] = Program(f"tarn-{name}", command, home)
            self.programs[name].start()
        self.catalog = self.programs["catalog"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for program in self.programs.values():
            program.stop()

    def table(self, name):
        answer = self.catalog.get(f"/v1/databases/bench/tables/{name}")
        return answer.json() if answer.status == 200 else {"file_count": 0, "version": 0}

    def await_files(self, table, count):
        wait_until(f"{count} files in {table}", lambda: self.table(table)["file_count"] == count, 3600)

    def crawl(self, prefix):
        """Crawls on request, and returns the seconds that took."""
        location = self.catalog.post("/v1/crawls", {"prefix": prefix}).expect(202).headers["Location"]

        def ended():
            crawl = self.catalog.get(location).expect(200).json()
            return crawl if crawl["state"] not in ("queued", "running") else None
        crawl = wait_until("the crawl ends", ended, 3600)
        assert crawl["state"] in ("succeeded", "unchanged"), crawl
        return seconds(crawl["finished_at"]) - seconds(crawl["started_at"]), crawl

    def status(self, field):
        text = Path(f"/proc/{self.catalog.pid}/status").read_text()
        return next(int(line.split()[1]) for line in text.splitlines() if line.startswith(field)) / 1024


def connection(program):
    return http.client.HTTPConnection("127.0.0.1", program.port, timeout=120)


def ask(client, method, path, body=None, headers=None):
    """One request over a kept-alive connection: seconds, status and body."""
    begin = time.perf_counter()
    client.request(method, path, body if isinstance(body, (bytes, type(None))) else json.dumps(body),
                   {"Content-Type": "application/json"} | (headers or {}))
    answer = client.getresponse()
    content = answer.read()
    return time.perf_counter() - begin, answer.status, content


def measure_crawl(home, options):
    """First crawl of many Parquet files, of what the event log says, from the start of the service on."""
    lake = home / "lake"
    bench("wide", lake, "bench/wide/", options.files, 100)
    bench("parquet_schema", lake / "transformed")  # both find the files in the page cache
    rates = {"DuckDB": [], "Tarn": []}
    for _ in range(options.rounds):
        took, files, _ = bench("parquet_schema", lake / "transformed")
        rates["DuckDB"].append(int(files) / float(took))
        shutil.rmtree(home / "state", ignore_errors=True)
        with Services(home) as services:
            services.await_files("wide", options.files)
            crawls = services.catalog.items("/v1/crawls")
            busy = sum(seconds(crawl["finished_at"]) - seconds(crawl["started_at"]) for crawl in crawls)
            span = max(seconds(crawl["finished_at"]) for crawl in crawls) - min(seconds(crawl["started_at"]) for crawl in crawls)
            rates["Tarn"].append(options.files / span)
            peak = services.status("VmHWM")
            print(f"(crawls: {len(crawls)}, {busy:.2f} s of {span:.2f} s)", file=sys.stderr)
    ratio = statistics.median(ours / bare for ours, bare in zip(rates["Tarn"], rates["DuckDB"]))
    head(f"First crawl of {options.files:,} Parquet files (20 columns, 10 row groups)")
    row("files per second", f"{statistics.median(rates['Tarn']):,.0f}", "", True)
    row("DuckDB's `parquet_schema`, files per second", f"{statistics.median(rates['DuckDB']):,.0f}", "", True)
    row("ratio", f"{ratio:.2f}", "3 or more", ratio >= 3)
    row("peak resident memory, MB", f"{peak:.0f}", "512", peak < 512)


def measure_recrawl(home, options):
    """Many unchanged files, and one that changes among them."""
    count = options.unchanged
    bench("partitions", home / "lake", "bench/many/", count)
    with Services(home, ("catalog", "extract")) as services:
        services.await_files("many", count)
        recrawls = [services.crawl("bench/many/")[0] for _ in range(options.rounds)]
        door = http.client.HTTPConnection("127.0.0.1", int((home / "s3.port").read_text()), timeout=60)
        changed = []
        for number in range(30):
            version = services.table("many")["version"]
            _, status, content = ask(door, "PUT", f"/transformed/bench/many/day={number}/part.csv", b"id,value\n1,2.5\n")
            assert status == 200, content
            wait_until("the change is crawled", lambda: services.table("many")["version"] > version)
            newest = services.catalog.get("/v1/crawls?limit=1").expect(200).json()["items"][0]
            changed.append(1e3 * (seconds(newest["finished_at"]) - seconds(newest["started_at"])))
    head(f"{count:,} files that are known")
    row("recrawl, none has changed, s", f"{statistics.median(recrawls):.2f}", "3", statistics.median(recrawls) < 3)
    row("crawl of the event of one, p50 ms", f"{at(changed, .5):.0f}", "50", at(changed, .5) < 50)
    row("the same, p95 ms", f"{at(changed, .95):.0f}", "50", at(changed, .95) < 50)


def measure_tables(home, options):
    """Many tables in one crawl, and the first search after it."""
    count = options.tables
    bench("tables", home / "lake", "many/", count)
    with Services(home) as services:
        definition = {"database": "lake", "targets": ["raw/many"], "limits": {"tables": count}}
        services.catalog.send("PUT", "/v1/crawlers/lake", json.dumps(definition).encode(), headers={"Content-Type": "application/json"}).expect(201)
        crawl = wait_until("the crawl ends", lambda: ended_crawl(services, "lake"), 3600)
        assert crawl["counts"]["tables_added"] == count, crawl
        begin = time.perf_counter()
        found = services.catalog.get("/v1/search?q=t000077").expect(200).json()["items"]
        first = time.perf_counter() - begin
        begin = time.perf_counter()
        services.catalog.get("/v1/search?q=t000078").expect(200)
        second = time.perf_counter() - begin
        assert [hit["name"] for hit in found] == ["t000077"], found
        took = seconds(crawl["finished_at"]) - seconds(crawl["started_at"])
        peak = services.status("VmHWM")
    head(f"{count:,} tables of 20 columns in one crawl")
    row("seconds", f"{took:.2f}", "", True)
    row("peak resident memory, MB", f"{peak:.0f}", "512", peak < 512)
    row("the first search after it, ms", f"{1e3 * first:.0f}", "", True)
    row("the second, ms", f"{1e3 * second:.0f}", "", True)


def ended_crawl(services, crawler):
    """The newest of a crawler, if it has ended."""
    newest = services.catalog.get(f"/v1/crawlers/{crawler}/runs?limit=1").expect(200).json()["items"]
    return newest[0] if newest and newest[0].get("finished_at") else None


def measure_csv(home, options):
    """Inference of a file of a gigabyte, by the bytes that the process reads."""
    bench("csv", home / "lake", "bench/large/large.csv", 1 << 30)

    def read_bytes(services):
        lines = Path(f"/proc/{services.catalog.pid}/io").read_text().splitlines()
        return int(lines[0].split()[1])  # rchar: read system calls, from the page cache or not
    with Services(home) as services:
        services.await_files("large", 1)
        before = read_bytes(services)
        begin = time.perf_counter()
        services.catalog.post("/v1/infer", {"location": "transformed/bench/large/large.csv"}).expect(200)
        took, read = time.perf_counter() - begin, (read_bytes(services) - before) / (1 << 20)
    head("Inference of 1 GiB of CSV")
    row("MiB read of it", f"{read:.1f}", "16", read <= 16)
    row("seconds", f"{took:.2f}", "", True)


def measure_snapshot(home, options):
    """Snapshots of tables of many partitions, each with one file."""
    costs = {}
    for count in options.partitions:
        state = home / f"home_{count}" / "state"
        commit_s, commit_mb, read_s, read_mb, answer_mb = map(float, bench("commit", state, count))
        costs[count] = (commit_s, commit_mb, read_s, read_mb)
        with Services(home / f"home_{count}") as services:
            client = connection(services.catalog)
            name = {"database": "bench", "table": "large"}
            head(f"Snapshot of {count:,} partitions, one request")
            for what, filters in (("one day (=)", [("day", "=", [count // 2])]), ("ten days (in)", [("day", "in", list(range(10, 20)))]),
                                  ("a hundred days (range)", [("day", ">=", [1000]), ("day", "<", [1100])])):
                wanted = name | {"filters": [{"column": c, "operator": o, "values": v} for c, o, v in filters]}
                taken = []
                for _ in range(50):
                    took, status, content = ask(client, "POST", "/v1/tables:resolve", {"names": [wanted]})
                    assert status == 200, content
                    taken.append(1e3 * took)
                row(f"{what}, p50 ms", f"{at(taken, .5):.1f}", "", True)
                row(f"{what}, p95 ms", f"{at(taken, .95):.1f}", "20", at(taken, .95) < 20)
            wanted = name | {"filters": [{"column": "column_3", "operator": "=", "values": [count * 5]}]}
            took, _, content = ask(client, "POST", "/v1/tables:resolve", {"names": [wanted]})
            files = sum(len(group["files"]) for group in json.loads(content)["tables"][0]["groups"])
            row("by the statistics of every file, ms", f"{1e3 * took:.0f} ({files} file)", "", files == 1)
    small, large = min(costs), max(costs)
    grown = large / small
    head(f"From {small:,} to {large:,} partitions, {grown:.0f} times as many")
    for index, what in enumerate(("seconds to commit", "MB to commit", "seconds for the whole snapshot", "MB for the whole snapshot")):
        ratio = costs[large][index] / costs[small][index]
        row(what, f"{costs[small][index]:.1f} -> {costs[large][index]:.1f} ({ratio:.1f} times)", f"{1.5 * grown:.0f} times", ratio <= 1.5 * grown)


def measure_queryable(home, options):
    """From the commit of a new file to the answer of SQL that has its row."""
    with Services(home, ("extract", "catalog", "query")) as services:
        door = http.client.HTTPConnection("127.0.0.1", int((home / "s3.port").read_text()), timeout=60)
        client = connection(services.programs["query"])
        taken = []
        for number in range(options.queries + 3):
            _, status, content = ask(door, "PUT", f"/transformed/bench/news/{number}.csv", f"id\n{number}\n".encode())
            assert status == 200, content
            begin = time.perf_counter()
            while True:
                _, status, content = ask(client, "POST", "/v1/sql", f"SELECT id FROM bench.news WHERE id = {number}".encode(),
                                         {"Content-Type": "text/plain"})
                if status == 200 and json.loads(content)["rows"]:
                    break
                assert time.perf_counter() - begin < 30, content
            taken.append(1e3 * (time.perf_counter() - begin))
    taken = taken[3:]  # to warm up
    head("From the commit of a new file to its row in an answer")
    row("p50 ms", f"{at(taken, .5):.0f}", "", True)
    row("p95 ms", f"{at(taken, .95):.0f}", "300", at(taken, .95) < 300)


MEASUREMENTS = {"crawl": measure_crawl, "recrawl": measure_recrawl, "tables": measure_tables, "csv": measure_csv, "snapshot": measure_snapshot,
                "queryable": measure_queryable}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", choices=MEASUREMENTS, help="measure only this; may be repeated")
    parser.add_argument("--scratch", type=Path, default=BUILD, help="where to write (default: the build directory)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--files", type=int, default=20_000, help="of the first crawl")
    parser.add_argument("--unchanged", type=int, default=100_000, help="files of the recrawl")
    parser.add_argument("--tables", type=int, default=10_000, help="of one crawl")
    parser.add_argument("--partitions", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--queries", type=int, default=50)
    options = parser.parse_args()
    for name in options.only or MEASUREMENTS:
        home = Path(tempfile.mkdtemp(prefix="catalog_bench_", dir=options.scratch.resolve()))
        try:
            MEASUREMENTS[name](home, options)
        finally:
            shutil.rmtree(home)
    if missed:
        print("\nmissed: " + "; ".join(missed))
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
