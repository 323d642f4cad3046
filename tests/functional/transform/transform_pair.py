"""tarn-transform and tarn-extract, which finds the files that are dropped into the lake, on one temporary home. What is
published can be read without Tarn: tables are NDJSON files."""

import json
import shutil
import tempfile
import time
from collections import Counter
from pathlib import Path

from tarn_harness import BUILD, Program, wait_until

UNFINISHED = ("queued", "running")

MODEL = """SELECT (item->>'$.id') AS id, CAST((item->>'$.rank') AS INTEGER) AS rank, (item->>'$.day') AS day
FROM (SELECT unnest(CAST((document->'$.items') AS JSON[])) AS item FROM {{ input }})
"""


class TransformPair:
    """`pipelines`: {name: text of transform.yaml}; each has the model `rows`."""

    def __init__(self, pipelines, transform_options=()):
        self.home = Path(tempfile.mkdtemp(prefix="tarn_pair_"))
        self.lake = self.home / "lake"
        for name, definition in pipelines.items():
            folder = self.home / "pipelines" / name / "models"
            folder.mkdir(parents=True)
            (folder / "rows.sql").write_text(MODEL)
            (folder.parent / "transform.yaml").write_text(definition)
        common = ["--home", self.home, "--pipelines", self.home / "pipelines", "--log-format", "text"]
        self.transform = Program("tarn-transform", [BUILD / "services/transform/tarn-transform", *common,
                                                    *transform_options], self.home)
        self.extract = Program("tarn-extract", [BUILD / "services/extract/tarn-extract", *common, "--adopt-interval", "50ms",
                                                "--adopt-settle", "1ms"], self.home)

    def __enter__(self):
        for program in (self.extract, self.transform):
            program.start()
        return self

    def __exit__(self, *_):
        for program in (self.extract, self.transform):
            program.kill()
        shutil.rmtree(self.home, ignore_errors=True)

    def drop(self, key, items):
        """Writes an object of items into the bucket raw as another program would: complete, then renamed."""
        file = self.lake / "raw" / key
        file.parent.mkdir(parents=True, exist_ok=True)
        hidden = file.with_name("." + file.name)
        hidden.write_text(json.dumps({"items": items}))
        hidden.rename(file)

    def bookmarks(self, name):
        return self.transform.get(f"/v1/transforms/{name}/bookmarks").expect(200).json()

    def await_processed(self, name, count, deadline_seconds=120):
        """Waits until so many object versions have been processed and no run of any transform is left."""
        def processed():
            counts = self.bookmarks(name)["counts"]
            done = counts["published"] + counts["dead"] + counts["skipped"]
            return done >= count and not self.unfinished_runs()
        wait_until(f"{name} has processed {count} objects", processed, deadline_seconds)

    def unfinished_runs(self):
        return [run for state in UNFINISHED for run in self.transform.items(f"/v1/runs?state={state}")]

    def files(self, table):
        return sorted((self.lake / "transformed" / table.replace(".", "/")).rglob("*.ndjson"))

    def rows(self, table):
        """The rows that a plain look at the table's files shows, each with how often it is there. A look during which the
        files change, as they do when they are compacted, is taken again."""
        return wait_until(f"{table} rests", lambda: self._look(table))[0]

    def _look(self, table):
        rows = Counter()
        files = self.files(table)
        try:
            for file in files:
                partition = dict(part.split("=", 1) for part in file.parts if "=" in part)
                for line in file.read_text().splitlines():
                    rows[json.dumps(partition | json.loads(line), sort_keys=True)] += 1
        except FileNotFoundError:
            return None
        return (rows,) if files and files == self.files(table) else None

    def log_tails(self):
        return self.transform.log_tail() + "\n" + self.extract.log_tail()


def pause_until(moment):
    """Waits for a moment of the monotonic clock: a point of chance within a run."""
    wait_until("the moment has come", lambda: time.monotonic() >= moment)
