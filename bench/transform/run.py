#!/usr/bin/env python3
"""Measures tarn-transform beside a bare DuckDB and beside the script of the classic pipelines, in interleaved rounds, and
its memory; prints Markdown tables. Needs a release build, and 6 GB of disk:

    cmake --preset release -DTARN_BUILD_BENCH=ON
    cmake --build build/release --target tarn-transform bench_transform_put bench_transform_sql bench_transform_bare
    bench/transform/run.py
"""

import argparse
import json
import statistics
import subprocess
import tempfile
from pathlib import Path

import pipelines
from make_data import Data
from service import REPOSITORY, Service

THREADS = 2
ENGINE_MEMORY = 1 << 30
COPY_LISTENS = """COPY (SELECT * FROM read_csv('{source}/listens.csv')) TO '{to}/listens'
(FORMAT parquet, ROW_GROUP_SIZE 122880, COMPRESSION zstd, PARTITION_BY (day))"""


class Bench:
    def __init__(self, arguments, scratch):
        self.build = arguments.build.resolve()
        self.python = arguments.python
        self.rounds = arguments.rounds
        self.scratch = Path(scratch)

    def directory(self, prefix):
        return Path(tempfile.mkdtemp(prefix=prefix, dir=self.scratch))

    def tarn(self, define, transform, folder, prefix, memory=ENGINE_MEMORY, copies=1):
        """What a run over so many copies of the folder takes: seconds, processor_seconds, peak_mb, run."""
        definitions = self.directory("pipelines_")
        define(definitions)
        options = ["--engine-memory", str(memory), "--engine-threads", str(THREADS)]
        with Service(self.build, self.directory("home_"), definitions, folder, prefix, copies, options) as service:
            seconds, used, run = service.run(transform, prefix)
            return {"seconds": seconds, "processor_seconds": used, "peak_mb": service.peak_mb(), "run": run}

    def bare(self, sql):
        """`sql` takes the directory for the output. Returns seconds and processor_seconds."""
        to = self.directory("bare_")
        file = to / "statements.sql"
        file.write_text(sql(to))
        command = [self.build / "bench/transform/bench_transform_bare", file, to / "spill", str(ENGINE_MEMORY), str(THREADS)]
        return json.loads(self._output(command))

    def model_sql(self, define, folder):
        definitions = self.directory("pipelines_")
        define(definitions)
        return lambda to: self._output([self.build / "bench/transform/bench_transform_sql", definitions, "spotify",
                                        pipelines.SPOTIFY_PREFIX, folder, to])

    def classic(self, folder):
        return json.loads(self._output([self.python, REPOSITORY / "bench/transform/classic_pipeline.py", folder,
                                        self.directory("classic_")]))

    @staticmethod
    def _output(command):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"{command[0]} failed: {done.stderr}")
        return done.stdout

    def compare(self, sides):
        """`sides`: {name: function that measures}; which goes first changes. What each side took, per round."""
        taken = {name: [] for name in sides}
        for number in range(self.rounds):
            order = list(sides) if number % 2 == 0 else list(reversed(sides))
            for name in order:
                taken[name].append(sides[name]())
        return taken


def speed_row(what, megabytes, taken, against):
    def median(name, kind):
        return statistics.median(one[kind] for one in taken[name])

    def ratio(kind):
        return statistics.median(other[kind] / tarn[kind] for other, tarn in zip(taken[against], taken["tarn"]))
    print(f"| {what} | {megabytes:,.0f} | {against} | {median(against, 'seconds'):.2f} | {median('tarn', 'seconds'):.2f} "
          f"| {ratio('seconds'):.2f} | {median(against, 'processor_seconds'):.2f} | {median('tarn', 'processor_seconds'):.2f} "
          f"| {ratio('processor_seconds'):.2f} |", flush=True)


def megabytes_of(folder):
    return sum(file.stat().st_size for file in folder.iterdir()) / 1e6


def any_order(sql):
    return lambda to: "SET preserve_insertion_order = false;\n" + sql(to)


def compare_bare(bench, what, folder, sql, tarn, more=()):
    """`sql` takes the directory for the output."""
    taken = bench.compare({"bare DuckDB": lambda: bench.bare(sql), "bare DuckDB, any order": lambda: bench.bare(any_order(sql)),
                           "tarn": tarn, **dict(more)})
    for against in taken:
        if against != "tarn":
            speed_row(what, megabytes_of(folder), taken, against)


def spotify(bench, pages):
    compare_bare(bench, "pages to four tables", pages, bench.model_sql(pipelines.four_tables, pages),
                 lambda: bench.tarn(pipelines.four_tables, "spotify", pages, pipelines.SPOTIFY_PREFIX),
                 {"classic script": lambda: bench.classic(pages)})


def csv(bench, folder):
    def define(definitions):
        pipelines.listens(definitions, "csv", True)
    compare_bare(bench, "CSV to 28 partitions", folder, lambda to: COPY_LISTENS.format(source=folder, to=to),
                 lambda: bench.tarn(define, "listens", folder, "listens/"))


def memory(bench, data, limit):
    """Several objects with the same rows stand for one input: what counts is that none of it stays in memory."""
    cases = [("JSON documents to four tables, merged", data.pages(640_000_000), pipelines.four_tables, "spotify",
              pipelines.SPOTIFY_PREFIX)]
    for kind, partitioned in (("ndjson", False), ("csv", False), ("csv", True), ("parquet", False)):
        cases.append((f"{kind.upper()} to {'28 partitions' if partitioned else 'one file'}", data.listens(kind, 640_000_000),
                      lambda to, kind=kind, partitioned=partitioned: pipelines.listens(to, kind, partitioned), "listens",
                      "listens/"))
    print("| input and output | input MB | --engine-memory MB | peak resident MB | seconds |\n|---|---:|---:|---:|---:|")
    for what, folder, define, transform, prefix in cases:
        copies = -(-limit * 10 // int(megabytes_of(folder) * 1e6))
        taken = bench.tarn(define, transform, folder, prefix, limit, copies)
        print(f"| {what} | {taken['run']['counts']['bytes'] / 1e6:,.0f} | {limit / 1e6:.0f} | {taken['peak_mb']:.0f} "
              f"| {taken['seconds']:.1f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=REPOSITORY / "build" / "release", help="the build directory")
    parser.add_argument("--scratch", type=Path, help="where to write and keep the data (default: in the build directory)")
    parser.add_argument("--python", default="/usr/bin/python3", help="that has pandas: Debian's, with python3-pandas")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--memory", type=int, default=256_000_000, help="of the engine, in bytes, in the memory part")
    parser.add_argument("parts", nargs="*", default=["spotify", "csv", "memory"], help="spotify, csv, memory (default: all)")
    arguments = parser.parse_args()
    scratch = arguments.scratch or arguments.build / "bench_transform_data"
    data = Data(scratch, arguments.build.resolve() / "bench/transform/bench_transform_bare")
    with tempfile.TemporaryDirectory(dir=scratch) as runs:
        bench = Bench(arguments, runs)
        if {"spotify", "csv"} & set(arguments.parts):
            print("| job | input MB | against | its seconds | Tarn's | ratio | its processor seconds | Tarn's | ratio |\n"
                  "|---|---:|---|---:|---:|---:|---:|---:|---:|")
        if "spotify" in arguments.parts:
            spotify(bench, data.pages(480_000_000))
        if "csv" in arguments.parts:
            csv(bench, data.listens("csv", 700_000_000))
        if "memory" in arguments.parts:
            memory(bench, data, arguments.memory)


if __name__ == "__main__":
    main()
