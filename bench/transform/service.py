"""tarn-transform on a home of its own, with raw objects that are there before it starts."""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "tests" / "support"))

from tarn_harness import Program, wait_until  # noqa: E402


class Service:
    """`copies` of `folder` become the objects of raw below `prefix`; `pipelines` is used as it is."""

    def __init__(self, build, home, pipelines, folder, prefix, copies=1, options=()):
        for number in range(copies):
            below = f"{prefix}{number}-" if copies > 1 else prefix
            subprocess.run([build / "bench/transform/bench_transform_put", home, folder, below], check=True)
        self.home = home
        self._objects = copies * sum(1 for _ in folder.iterdir())
        self._program = Program("tarn-transform", [build / "services/transform/tarn-transform", "--home", home, "--pipelines",
                                                   pipelines, "--log-format", "text", *options], home)

    def __enter__(self):
        self._program.start()
        return self

    def __exit__(self, *_):
        self._program.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def run(self, transform, prefix):
        """Carries out one run over what is below the prefix: the seconds from the request to its end, those of the
        processors, and the run."""
        wait_until("the service has seen all objects", lambda: self._waiting(transform) == self._objects)
        begin, used = time.perf_counter(), self._processor_seconds()
        run = self._program.post(f"/v1/transforms/{transform}/runs", {"prefix": prefix}).expect(202).json()
        while run["state"] in ("queued", "running"):
            time.sleep(0.01)
            run = self._program.get(f"/v1/runs/{run['id']}").expect(200).json()
        seconds, used = time.perf_counter() - begin, self._processor_seconds() - used
        if run["state"] != "succeeded":
            raise SystemExit(f"the run did not do what is measured: {run['state']} {run['error']}\n{self._program.log_tail()}")
        return seconds, used, run

    def _waiting(self, transform):
        return self._program.get(f"/v1/transforms/{transform}/bookmarks").expect(200).json()["counts"]["waiting"]

    def _processor_seconds(self):
        fields = Path(f"/proc/{self._program.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def peak_mb(self):
        status = Path(f"/proc/{self._program.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024
