#!/usr/bin/env python3
"""Runs a source once, follows its data through the services, and prints a query's answer as a table.

Used by quickstart.sh; works against any running Tarn:
    deploy/run_pipeline.py --source spotify --query deploy/pipelines/spotify/queries/top_songs.sql
"""

import argparse
import json
import sys
import time
import unicodedata
import urllib.error
import urllib.request
from pathlib import Path

# A run of an external source may have to wait for its rate limits; the rest is local.
EXTRACT_SECONDS, LOCAL_SECONDS = 600, 120
POLL_SECONDS = 0.1


class Failure(Exception):
    """What went wrong, and the service whose log tells more."""

    def __init__(self, service, message):
        super().__init__(message)
        self.service = service


def takes(transform_input, key):
    return (key.startswith(transform_input["prefix"]) and key.endswith(transform_input["suffix"])
            and not key.endswith(tuple(transform_input["exclude_suffixes"])))


class Pipeline:
    def __init__(self, host, since):
        self.urls = {name: f"http://{host}:{port}" for name, port in
                     (("extract", 8101), ("transform", 8102), ("catalog", 8103), ("query", 8104))}
        self._since = since

    def step(self, text):
        print(f"[{time.time() - self._since:6.1f} s] {text}", flush=True)

    def call(self, service, path, body=None, headers=None):
        request = urllib.request.Request(self.urls[service] + path, data=body, headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as refused:
            raise Failure(service, f"{request.get_method()} {path}: {refused.code} {refused.read().decode()}") from None
        except OSError as broken:
            raise Failure(service, f"{request.get_method()} {path}: {broken}") from None

    def get(self, service, path):
        return json.loads(self.call(service, path))

    def extract(self, source):
        """Runs the source to its end. Returns the keys of the objects written."""
        run = json.loads(self.call("extract", f"/v1/sources/{source}/runs", b"{}", {"Content-Type": "application/json"}))
        self.step(f"extract: run {run['id']} of the source {source}")
        run = self._follow("extract", run, EXTRACT_SECONDS)
        objects = self.get("extract", f"/v1/runs/{run['id']}/objects?limit=1000")["items"]
        return [thing["key"] for thing in objects]

    def await_transform(self, transform, keys):
        """Waits until runs of the transform have taken those of the objects that it takes. Returns the published keys
        by table."""
        description = self.get("transform", f"/v1/transforms/{transform}")
        if not description["runnable"]:
            raise Failure("transform", f"the transform cannot be loaded: {json.dumps(description['load_error'])}")
        definition = description["definition"]
        inputs = definition["inputs"] if "inputs" in definition else [definition["input"]]
        waiting = {key for key in keys if any(takes(one, key) for one in inputs)}
        prefixes = ", ".join(one["prefix"] for one in inputs)
        self.step(f"transform: {len(waiting)} new objects below {prefixes}")
        published, finished = {}, set()
        deadline = time.monotonic() + LOCAL_SECONDS
        while waiting:
            if time.monotonic() > deadline:
                raise Failure("transform", f"no run has taken {sorted(waiting)[0]} within {LOCAL_SECONDS} s")
            for run in reversed(self.get("transform", f"/v1/runs?transform={transform}&limit=50")["items"]):
                if run["id"] in finished:
                    continue
                run = self.get("transform", f"/v1/runs/{run['id']}")
                if waiting.isdisjoint(thing["key"] for thing in run["inputs"]):
                    continue
                run = self._follow("transform", run, LOCAL_SECONDS)
                finished.add(run["id"])
                waiting.difference_update(thing["key"] for thing in run["inputs"])
                for output in run["outputs"]:
                    published[output["table"]] = [thing["key"] for thing in output["objects"]]
            time.sleep(POLL_SECONDS)
        return published

    def await_catalog(self, published):
        """Waits until the tables consist of the published files."""
        for table, keys in published.items():
            database, _, name = table.partition(".")
            path = f"/v1/databases/{database}/tables/{name}"
            deadline = time.monotonic() + LOCAL_SECONDS
            while not self._is_cataloged(path, keys):
                if time.monotonic() > deadline:
                    raise Failure("catalog", f"the table {table} has no file {keys} after {LOCAL_SECONDS} s")
                time.sleep(POLL_SECONDS)
            description = self.get("catalog", path)
            self.step(f"catalog: {table} version {description['version']}, {description['rows']} rows")

    def _is_cataloged(self, path, keys):
        try:
            files = self.get("catalog", path + "/files?limit=1000")["items"]
        except Failure as failure:
            if " 404 " in str(failure):
                return False
            raise
        return set(keys) <= {file["key"] for file in files}

    def _follow(self, service, run, seconds):
        """Polls a run to its end; tells whenever its state or its counts change."""
        deadline, told = time.monotonic() + seconds, None
        while True:
            counts = ", ".join(f"{name} {value}" for name, value in run["counts"].items())
            now = f"{service}: {run['state']} {run['progress']:.0%}  {counts}".rstrip()
            if now != told:
                self.step(now)
                told = now
            if run["state"] in ("succeeded", "unchanged"):
                return run
            if run["state"] not in ("queued", "running"):
                raise Failure(service, f"the run {run['id']} {run['state']}: {json.dumps(run['error'])}")
            if time.monotonic() > deadline:
                raise Failure(service, f"the run {run['id']} did not end within {seconds} s")
            time.sleep(POLL_SECONDS)
            run = self.get(service, f"/v1/runs/{run['id']}")

    def query(self, sql, database):
        """Runs a statement and returns column names and rows."""
        answer = json.loads(self.call("query", f"/v1/sql?database={database}", sql.encode(), {"Content-Type": "text/plain"}))
        stats = answer["stats"]
        self.step(f"query: {stats['rows']} rows in {stats['total_ms']} ms from {stats['files']} files")
        return [column["name"] for column in answer["columns"]], answer["rows"]


def width(text):
    """Columns that a terminal takes for the text: East Asian characters take two, combining ones none."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def shortened(text, limit):
    while width(text) > limit:
        text = text[:-2] + "…"
    return text


def on_one_line(value):
    return "" if value is None else "".join(c if c.isprintable() else " " for c in str(value))


def print_table(names, rows, limit=60):
    """Numbers to the right, text to the left."""
    numeric = [any(row[i] is not None for row in rows) and
               all(row[i] is None or isinstance(row[i], (int, float)) for row in rows) for i in range(len(names))]
    cells = [[shortened(on_one_line(value), limit) for value in row] for row in rows]
    widths = [max(map(width, column)) for column in zip(names, *cells)]

    def line(values):
        padded = [" " * (widths[i] - width(value)) + value if numeric[i] else value + " " * (widths[i] - width(value))
                  for i, value in enumerate(values)]
        return "  " + "  ".join(padded).rstrip()

    print("\n".join([line(names), "  " + "  ".join("-" * size for size in widths), *map(line, cells)]))


def print_log_end(folder, service, lines=20):
    log = Path(folder) / f"tarn-{service}.log"
    if log.exists():
        print(f"\n--- the end of {log}", *log.read_text(errors="replace").splitlines()[-lines:], sep="\n", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", default="spotify", help="the source to run; the transform and the database have its name")
    parser.add_argument("--query", required=True, help="a file with one SELECT")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--logs", help="folder with the services' logs, to show the end of one if something fails")
    parser.add_argument("--since", type=float, default=time.time(), help="Unix time that steps count from")
    options = parser.parse_args()

    pipeline = Pipeline(options.host, options.since)
    try:
        keys = pipeline.extract(options.source)
        pipeline.await_catalog(pipeline.await_transform(options.source, keys))
        names, rows = pipeline.query(Path(options.query).read_text(encoding="utf-8"), options.source)
    except Failure as failure:
        print(f"\n{failure.service}: {failure}", file=sys.stderr)
        if options.logs:
            print_log_end(options.logs, failure.service)
        sys.exit(1)
    print()
    print_table(names, rows)


if __name__ == "__main__":
    main()
