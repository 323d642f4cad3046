"""Starts Tarn's real programs for tests: each service on a port of its own, all on one temporary home.

    with Tarn() as tarn:
        answer = tarn.catalog.get("/v1/databases")
        rows = tarn.sql("SELECT count(*) FROM spotify.songs")

Services can be killed and started again on the same home and port. Only processes started here are ever ended.
The programs are found below TARN_BIN_DIR, the build directory (build/dev unless set).
"""

import contextlib
import json
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from http_answer import send

REPOSITORY = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("TARN_BIN_DIR", REPOSITORY / "build" / "dev"))
STAND_IN_DATA = REPOSITORY / "tests" / "support" / "spotify_stand_in" / "data"
PIPELINES = REPOSITORY / "deploy" / "pipelines"

SERVICES = ("extract", "transform", "catalog", "query")

# How long anything may take on a busy machine before a test gives up.
PATIENCE_SECONDS = 60


def wait_until(description, condition, deadline_seconds=PATIENCE_SECONDS):
    """Calls `condition` until it returns something true, and returns that. Fails at the deadline."""
    deadline = time.monotonic() + deadline_seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {deadline_seconds} s: {description}")
        time.sleep(0.02)


def free_port():
    """A port nobody listens on, below the range that the kernel gives to outgoing connections, so that a service
    that was killed can have it again."""
    while True:
        port = random.SystemRandom().randrange(12000, 32000)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def clean_environment(extra):
    """This process's environment without settings that would change what a service does."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TARN_", "SPOTIFY_"))}
    return kept | {name: str(value) for name, value in extra.items()}


class Program:
    """One program that listens on a port: started, killed, started again."""

    def __init__(self, name, command, home, environment=None, port=None):
        self.name = name
        self.port = port or free_port()
        self.log = Path(home) / f"{name}.log"
        self._command = command
        self._port_file = Path(home) / f"{name}.port"
        # The extract service's second port is never that of another test; who needs to know it asks for its file.
        self._environment = clean_environment({"TARN_EXTRACT_S3_PORT": "0"} | (environment or {}))
        self._process = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self):
        return self._process.pid

    def launch(self):
        """Starts the process without waiting for it to be ready."""
        self._port_file.unlink(missing_ok=True)
        command = [*map(str, self._command), "--port", str(self.port), "--port-file", str(self._port_file)]
        with open(self.log, "ab") as log:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=REPOSITORY,
                                             env=self._environment, start_new_session=True)

    def await_ready(self):
        """Waits for the port file, which is written when the program serves."""
        def ready():
            if not self.alive():
                raise AssertionError(f"{self.name} ended with status {self._process.returncode}\n{self.log_tail()}")
            return self._port_file.exists() and self._port_file.read_text().strip()
        self.port = int(wait_until(f"{self.name} serves", ready))

    def start(self):
        self.launch()
        self.await_ready()

    def alive(self):
        return self._process is not None and self._process.poll() is None

    def kill(self):
        """kill -9"""
        if self.alive():
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()

    def stop(self):
        """SIGTERM, and returns the exit status; a program that does not end in time is killed."""
        if self.alive():
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(timeout=PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
        return self._process.returncode if self._process else None

    def send(self, method, path, body=None, headers=None, timeout=PATIENCE_SECONDS):
        return send("127.0.0.1", self.port, method, path, body, headers, timeout)

    def get(self, path, **options):
        return self.send("GET", path, **options)

    def post(self, path, body=b"", **options):
        """Sends `body` as JSON unless it is bytes."""
        if isinstance(body, bytes):
            return self.send("POST", path, body, **options)
        headers = {"Content-Type": "application/json"} | options.pop("headers", {})
        return self.send("POST", path, json.dumps(body).encode(), headers=headers, **options)

    def items(self, path):
        """All items of a collection, page after page."""
        separator = "&" if "?" in path else "?"
        found, token = [], ""
        while True:
            query = f"{separator}limit=1000" + (f"&page_token={token}" if token else "")
            page = self.get(path + query).expect(200).json()
            found += page["items"]
            token = page.get("next_page_token")
            if not token:
                return found

    def log_tail(self, lines=40):
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return f"--- {self.name}, {self.log}\n" + "\n".join(text.splitlines()[-lines:])


def playlist_ids(spotify_data):
    """The ids of the playlists in a folder, each once."""
    return sorted({json.loads(file.read_text(encoding="utf-8"))["id"] for file in Path(spotify_data).glob("*.json")})


class SpotifyStandIn(Program):
    """The stand-in for Spotify's API, serving a folder of playlists."""

    def __init__(self, home, data=STAND_IN_DATA, options=()):
        binary = BUILD / "tests" / "support" / "spotify_stand_in" / "spotify-stand-in"
        super().__init__("spotify-stand-in", [binary, "--data", data, *options], home)

    def serve_snapshot(self, file_name):
        """From now on, this file is what its playlist looks like."""
        self.post("/control/snapshot", {"file": file_name}).expect(204)

    def slow_down(self, delay_ms, path_contains=""):
        """Every answer from now on takes this long."""
        self.post("/control/faults", {"count": -1, "delay_ms": delay_ms, "path_contains": path_contains}).expect(204)

    def forget_faults(self):
        self.send("DELETE", "/control/faults").expect(204)


class Tarn:
    """The four services on one home, with a Spotify stand-in. `service_options`: {"extract": ["--option", ...]}."""

    def __init__(self, spotify_data=STAND_IN_DATA, stand_in_options=(), pipelines=PIPELINES, service_options=None):
        self.home = Path(tempfile.mkdtemp(prefix="tarn_"))
        self.lake = self.home / "lake"
        self.stand_in = SpotifyStandIn(self.home, spotify_data, stand_in_options)
        environment = {"SPOTIFY_API_URL": self.stand_in.url + "/v1",
                       "SPOTIFY_TOKEN_URL": self.stand_in.url + "/api/token",
                       "SPOTIFY_PLAYLISTS": ",".join(playlist_ids(spotify_data)),
                       "SPOTIFY_CLIENT_ID": "stand-in", "SPOTIFY_CLIENT_SECRET": "stand-in"}
        ports = {name: free_port() for name in SERVICES}
        self.services = {}
        for name in SERVICES:
            command = [BUILD / "services" / name / f"tarn-{name}", "--home", self.home, "--pipelines", pipelines,
                       "--log-format", "text", *(service_options or {}).get(name, ())]
            if name == "extract":
                command += ["--s3-port-file", self.home / "s3.port"]
            if name in ("query", "transform"):
                command += ["--catalog-url", f"http://127.0.0.1:{ports['catalog']}"]
            if name == "query":
                command += ["--extract-url", f"http://127.0.0.1:{ports['extract']}",
                            "--transform-url", f"http://127.0.0.1:{ports['transform']}"]
            self.services[name] = Program(f"tarn-{name}", command, self.home, environment, ports[name])

    extract = property(lambda self: self.services["extract"])
    s3_port = property(lambda self: int((self.home / "s3.port").read_text()))
    transform = property(lambda self: self.services["transform"])
    catalog = property(lambda self: self.services["catalog"])
    query = property(lambda self: self.services["query"])

    def programs(self):
        return [self.stand_in, *self.services.values()]

    def start(self):
        for program in self.programs():
            program.launch()
        for program in self.programs():
            program.await_ready()

    def close(self):
        for program in self.programs():
            program.kill()
        shutil.rmtree(self.home, ignore_errors=True)

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            print(self.log_tails())
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def log_tails(self):
        return "\n".join(program.log_tail() for program in self.programs())

    def sql(self, statement, **options):
        """Runs a statement and returns its rows."""
        return self.query.send("POST", "/v1/sql", statement.encode(), **options).expect(200).json()["rows"]

    def start_run(self, source="spotify", body=None):
        """Starts an extract run and returns its id."""
        return self.extract.post(f"/v1/sources/{source}/runs", body or {}).expect(202).json()["id"]

    def await_run(self, run_id, deadline_seconds=PATIENCE_SECONDS):
        """Waits for an extract run to end, and returns it."""
        def ended():
            run = self.extract.get(f"/v1/runs/{run_id}").expect(200).json()
            return run if run["state"] not in ("queued", "running") else None
        return wait_until(f"extract run {run_id} ends", ended, deadline_seconds)

    def forget_cursor(self, source="spotify"):
        """Makes the next run read everything, also what has not changed since the last one."""
        self.extract.send("DELETE", f"/v1/sources/{source}/cursor").expect(204)

    def extract_playlist(self, source="spotify", body=None):
        """Runs an extraction to its end and returns the run."""
        run = self.await_run(self.start_run(source, body))
        if run["state"] != "succeeded":
            raise AssertionError(f"the extract run did not succeed: {json.dumps(run, indent=2)}")
        return run

    def await_next_second(self):
        """Waits for the clock's next full second: extractions are told apart by theirs."""
        second = int(time.time())
        wait_until("the next second", lambda: int(time.time()) > second)

    def events(self, bucket="", prefix=""):
        """The event log as a list of events, and the sequence of its end."""
        found, after = [], 0
        while True:
            query = f"after={after}&bucket={bucket}&prefix={prefix}&limit=1000"
            page = self.extract.get(f"/v1/events?{query}").expect(200).json()
            found += page["items"]
            if page["last_sequence"] == after:
                return found, after
            after = page["last_sequence"]

    def cursors(self):
        """How far the event log has been handled, by transform and by catalog, as their state files say."""
        state = self.home / "state"
        return (_read_number(state / "transform.db", "SELECT sequence FROM cursors WHERE transform = ''"),
                _read_number(state / "catalog.db", "SELECT sequence FROM cursors WHERE consumer = 'events'"))

    def await_quiet(self, deadline_seconds=PATIENCE_SECONDS):
        """Waits until every event has been handled and no run waits or is at work."""
        def quiet():
            _, end = self.events()
            if min(self.cursors()) < end:
                return False
            for service in (self.extract, self.transform):
                for state in ("queued", "running"):
                    if service.get(f"/v1/runs?state={state}").expect(200).json()["items"]:
                        return False
            return self.events()[1] == end and min(self.cursors()) >= end
        wait_until("all events are handled and all runs have ended", quiet, deadline_seconds)


def _read_number(database, sql):
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)) as connection:
        row = connection.execute(sql).fetchone()
        return row[0] if row else 0


class TarnTestCase(unittest.TestCase):
    """Tests on one set of services, started once for the class. Prints the services' logs when a test fails."""

    tarn_options = {}

    @classmethod
    def setUpClass(cls):
        cls.tarn = cls.enterClassContext(Tarn(**cls.tarn_options))

    def run(self, result=None):
        failures_before = len(result.failures) + len(result.errors)
        super().run(result)
        if len(result.failures) + len(result.errors) > failures_before:
            print(self.tarn.log_tails(), flush=True)
