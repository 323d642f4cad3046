"""tarn-query over a lake with the data, which tarn-extract adopts and tarn-catalog crawls."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "tests" / "support"))

from tarn_harness import Program, free_port, wait_until  # noqa: E402

CRAWL_SECONDS = 1800


class Lake:
    """`tables`: {"database/table": folder}. The files are linked into the lake, not copied."""

    def __init__(self, build, scratch, tables):
        self._build = build
        self.home = Path(tempfile.mkdtemp(prefix="home_", dir=scratch))
        (self.home / "pipelines").mkdir()
        self._programs = []
        for table, folder in tables.items():
            shutil.copytree(folder, self.home / "lake" / "transformed" / table, copy_function=os.link)
        self._catalog_port = free_port()
        self._program("extract", "--adopt-interval", "200ms", "--adopt-settle", "10ms")
        self._program("catalog", port=self._catalog_port)

    def _program(self, name, *options, port=None):
        command = [self._build / "services" / name / f"tarn-{name}", "--home", self.home, "--pipelines", self.home / "pipelines",
                   "--log-format", "text", "--log-level", "warn", *options]
        program = Program(f"tarn-{name}", command, self.home, port=port)
        self._programs.append(program)
        program.start()
        return program

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for program in reversed(self._programs):
            program.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def await_files(self, table, count):
        """Until the catalog has so many files in a table: nothing that a statement over it would slow down."""
        database, name = table.split("/")
        url = f"http://127.0.0.1:{self._catalog_port}/v1/databases/{database}/tables/{name}"

        def files():
            try:
                with urllib.request.urlopen(url) as response:
                    return json.load(response)["file_count"]
            except urllib.error.HTTPError:
                return 0
        wait_until(f"{table} has {count} files", lambda: files() == count, CRAWL_SECONDS)

    def query(self, threads, memory_bytes):
        """A tarn-query that takes 64 clients at a time."""
        return Service(self._program("query", "--catalog-url", f"http://127.0.0.1:{self._catalog_port}", "--engine-threads", threads,
                                     "--engine-memory", memory_bytes, "--max-waiting-statements", 64, "--http-worker-threads", 68))

    def stop(self, service):
        service.program.stop()
        self._programs.remove(service.program)


class Service:
    def __init__(self, program):
        self.program = program
        self.url = program.url + "/v1/sql"

    def rows(self, sql):
        """None while the table is not there."""
        request = urllib.request.Request(self.url, sql.encode(), method="POST")
        try:
            with urllib.request.urlopen(request) as response:
                return json.load(response)["rows"]
        except urllib.error.HTTPError as error:
            if error.code == 422:
                return None
            raise SystemExit(f"{error.code}: {error.read().decode()}") from error

    def await_rows(self, sql, rows):
        wait_until(f"{sql} gives {rows}", lambda: self.rows(sql) == rows, CRAWL_SECONDS)

    def curl(self, sql, file="/dev/null", format="json", fields="%{time_total}"):
        """Runs a statement, and returns what curl says of the answer."""
        done = subprocess.run(["curl", "-sS", "--fail-with-body", "--data-binary", "@-", "-o", str(file), "-w", fields,
                               f"{self.url}?format={format}"], input=sql, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"curl: {done.stderr} {sql}")
        return done.stdout.split()

    def reset_peak(self):
        Path(f"/proc/{self.program.pid}/clear_refs").write_text("5")

    def peak_mb(self):
        status = Path(f"/proc/{self.program.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024
