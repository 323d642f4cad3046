#!/usr/bin/env python3
"""Many clients with a mixed load against a real tarn-query, for as long as you say:

    TARN_BIN_DIR=build/release tests/functional/query/soak.py --seconds 600 --clients 64

They run statements, keep results and fetch them, cancel, disconnect in the middle, send what is wrong and what takes too
long. It fails on an answer that was not asked for, on a result that differs from the one that the statement had alone, on
what is left behind at the end, and, from a minute on, on memory that grows."""

import argparse
import collections
import hashlib
import http.client
import json
import os
import random
import re
import shutil
import socket
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "support"))

from tarn_harness import BUILD, Program, free_port, wait_until  # noqa: E402

SONGS, PLAYS, DAYS = 1_000, 40_000, 8
ENDLESS = "SELECT count(*) FROM range(100000000000) a(i), range(1000) b(j) WHERE i % 7 = j % 3"
ROWS = "SELECT i, repeat('x', 100) AS x FROM range(100000000000) t(i)"
STATEMENTS = (
    "SELECT title FROM music.songs WHERE song = 77",
    "SELECT count(*) AS n, sum(ms) AS ms FROM music.plays",
    "SELECT day, count(*) AS n, count(DISTINCT song) AS songs FROM music.plays GROUP BY day ORDER BY day",
    "SELECT s.title, count(*) AS n FROM music.plays p JOIN music.songs s USING (song) GROUP BY ALL ORDER BY n DESC, s.title LIMIT 20",
    "SELECT song, day, sum(ms) - lag(sum(ms)) OVER (PARTITION BY song ORDER BY day) AS change FROM music.plays "
    "WHERE song < 50 GROUP BY song, day ORDER BY song, day",
    "SELECT * FROM music.plays WHERE day = DATE '2026-01-03' ORDER BY play",
    "SELECT play, ms, row_number() OVER (ORDER BY ms DESC, play) AS place FROM music.plays ORDER BY place LIMIT 5000",
    "SELECT list(song ORDER BY song) AS songs, {'n': count(*)} AS about FROM music.songs",
    "SELECT a.song, b.song AS other FROM music.songs a JOIN music.songs b ON a.song % 97 = b.song % 97 ORDER BY ALL LIMIT 3000",
    "SELECT i, i * i AS square FROM range(20000) t(i) ORDER BY i",
)
WRONG = (("SELECT missing FROM music.songs", 422), ("SELECT * FROM music.song", 422), ("SELEC 1", 422), ("SELECT 'x'::INT", 422),
         ("DELETE FROM music.songs", 422), ("SELECT * FROM read_csv('/etc/passwd')", 422))
FORMATS = ("json", "ndjson", "csv")
PATIENCE_SECONDS = 120


class Lake:
    """tarn-query with a catalog and a small lake."""

    def __init__(self, home, clients):
        self.home = Path(home)
        self.catalog_port = free_port()
        (self.home / "pipelines").mkdir()
        self.write_tables()
        self.others = [self.program("extract", "--adopt-interval", "50ms", "--adopt-settle", "10ms"),
                       self.program("catalog", port=self.catalog_port)]
        self.query = self.program("query", "--catalog-url", f"http://127.0.0.1:{self.catalog_port}", "--engine-memory", "1GiB",
                                  "--max-waiting-statements", 2 * clients, "--http-worker-threads", 2 * clients + 8,
                                  "--http-stream-threads", 2 * clients + 8)

    def program(self, name, *options, port=None):
        command = [BUILD / "services" / name / f"tarn-{name}", "--home", self.home, "--pipelines", self.home / "pipelines",
                   "--log-format", "text", "--log-level", "warn", *options]
        program = Program(f"tarn-{name}", command, self.home, port=port)
        program.start()
        return program

    def write_tables(self):
        lake = self.home / "lake" / "transformed" / "music"
        (lake / "songs").mkdir(parents=True)
        (lake / "songs" / "songs.csv").write_text("song,title\n" + "".join(f'{i},"Song, {i}"\n' for i in range(SONGS)))
        for day in range(DAYS):
            folder = lake / "plays" / f"day=2026-01-0{day + 1}"
            folder.mkdir(parents=True)
            rows = (f"{i},{i * i % SONGS},{i * 7919 % 300000}\n" for i in range(day, PLAYS, DAYS))
            (folder / "plays.csv").write_text("play,song,ms\n" + "".join(rows))

    def await_tables(self):
        def complete():
            counts = [self.query.post("/v1/sql", f"SELECT count(*) FROM music.{name}".encode()) for name in ("songs", "plays")]
            return [answer.json().get("rows") for answer in counts] == [[[SONGS]], [[PLAYS]]]
        wait_until("the tables are complete", complete)

    def resident_mb(self):
        status = Path(f"/proc/{self.query.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024

    def stop(self):
        for program in [self.query, *reversed(self.others)]:
            program.stop()


def rows_of(body, form):
    """What must be the same each time: a JSON answer also has times in it."""
    if form == "json":
        answer = json.loads(body)
        body = json.dumps([answer["columns"], answer["rows"]]).encode()
    return hashlib.sha256(body).hexdigest()


class Failure(Exception):
    pass


class Client(threading.Thread):
    """Does one thing after the other until the deadline."""

    def __init__(self, soak, number):
        super().__init__(name=f"client {number}")
        self.soak = soak
        self.random = random.Random(number)
        self.connection = None

    def run(self):
        kinds, weights = zip(*((self.statement, 60), (self.kept, 12), (self.wrong, 10), (self.disconnect, 8), (self.cancel, 6),
                               (self.too_long, 4)))
        while time.monotonic() < self.soak.deadline and not self.soak.failures:
            kind = self.random.choices(kinds, weights)[0]
            begin = time.monotonic()
            try:
                kind()
            except Exception as error:  # noqa: BLE001: whatever it is, it was not asked for
                self.soak.failures.append(f"{kind.__name__}: {error!r}")
            self.soak.taken[kind.__name__].append(time.monotonic() - begin)

    def send(self, method, path, body=None, headers=None):
        """Over a connection that is kept; one that the server closed meanwhile is opened again."""
        for attempt in (1, 2):
            fresh = self.connection is None
            if fresh:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.soak.lake.query.port, timeout=PATIENCE_SECONDS)
            try:
                self.connection.request(method, path, body, headers or {})
                response = self.connection.getresponse()
                return response.status, response.read()
            except (ConnectionError, http.client.RemoteDisconnected):
                self.connection = None
                if fresh or attempt == 2:
                    raise
        raise AssertionError

    def expect(self, wanted, status, body):
        if status not in wanted:
            raise Failure(f"{status}, expected {wanted}: {body[:500]}")
        return body

    def statement(self):
        sql, form = self.random.choice(STATEMENTS), self.random.choice(FORMATS)
        body = self.expect((200,), *self.send("POST", f"/v1/sql?format={form}", sql.encode()))
        self.soak.check(sql, form, body)

    def submit(self, sql):
        body = json.dumps({"sql": sql})
        return json.loads(self.expect((202,), *self.send("POST", "/v1/queries", body, {"Content-Type": "application/json"})))["id"]

    def await_end(self, query_id):
        def ended():
            query = json.loads(self.expect((200,), *self.send("GET", f"/v1/queries/{query_id}")))
            return query if query["state"] not in ("queued", "running") else None
        return wait_until(f"query {query_id} ends", ended, PATIENCE_SECONDS)

    def kept(self):
        sql, form = self.random.choice(STATEMENTS), self.random.choice(FORMATS)
        query_id = self.submit(sql)
        query = self.await_end(query_id)
        if query["state"] != "succeeded":
            raise Failure(f"{sql}: {query['state']} {query['error']}")
        body = self.expect((200,), *self.send("GET", f"/v1/queries/{query_id}/results?format={form}&limit=all"))
        self.soak.check(sql, form, body)

    def wrong(self):
        sql, status = self.random.choice(WRONG)
        self.expect((status,), *self.send("POST", "/v1/sql", sql.encode()))

    def too_long(self):
        self.expect((504,), *self.send("POST", "/v1/sql?timeout_ms=100", ENDLESS.encode()))

    def cancel(self):
        query_id = self.submit(ENDLESS)
        self.expect((202, 204), *self.send("DELETE", f"/v1/queries/{query_id}"))
        state = self.await_end(query_id)["state"]
        if state != "cancelled":
            raise Failure(f"a cancelled query is {state}")

    def disconnect(self):
        """Leaves in the middle of a result, or before it begins."""
        sql = self.random.choice((ROWS, ENDLESS)).encode()
        with socket.create_connection(("127.0.0.1", self.soak.lake.query.port), timeout=PATIENCE_SECONDS) as connection:
            connection.sendall(b"POST /v1/sql?format=csv HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n%s" % (len(sql), sql))
            if sql == ROWS.encode():
                wanted = self.random.randrange(1, 500_000)
                while wanted > 0:
                    piece = connection.recv(65536)
                    if not piece:
                        raise Failure("the answer ended by itself")
                    wanted -= len(piece)


class Soak:
    def __init__(self, lake, seconds, clients):
        self.lake = lake
        self.seconds = seconds
        self.clients = [Client(self, number) for number in range(clients)]
        self.failures = []
        self.taken = collections.defaultdict(list)
        self.memory = []
        self.expected = {}
        self.deadline = 0

    def check(self, sql, form, body):
        if self.expected[sql, form] != rows_of(body, form):
            raise Failure(f"another result than alone: {sql} as {form}: {body[:300]}")

    def run(self):
        for sql in STATEMENTS:
            for form in FORMATS:
                answer = self.lake.query.post(f"/v1/sql?format={form}", sql.encode()).expect(200)
                self.expected[sql, form] = rows_of(answer.body, form)
        self.deadline = time.monotonic() + self.seconds
        for client in self.clients:
            client.start()
        while any(client.is_alive() for client in self.clients):
            self.memory.append(self.lake.resident_mb())
            self.clients[0].join(0.5)
        for client in self.clients:
            client.join()
        self.check_memory()
        self.check_nothing_is_left()

    def check_memory(self):
        """Its greatest in the last third of the run is not over that of the third before, but for a tenth."""
        third = len(self.memory) // 3
        if self.seconds < 60 or third == 0:
            return
        middle, last = max(self.memory[third:2 * third]), max(self.memory[2 * third:])
        if last > middle * 1.1:
            self.failures.append(f"memory grows: at most {middle:.0f} MB in the middle of the run, {last:.0f} MB at its end")

    def check_nothing_is_left(self):
        def idle():
            shown = self.lake.query.get("/v1/workgroups/primary").expect(200).json()
            return shown["running"] + shown["waiting"] + shown["queued"] == 0
        wait_until("no statement runs or waits", idle, PATIENCE_SECONDS)
        # For the next statement they are held some seconds longer.
        wait_until("no file is held", lambda: not self.held_files(), PATIENCE_SECONDS)

    def held_files(self):
        # os.walk passes over folders that go while it looks.
        return [Path(folder, file) for folder, _, files in os.walk(self.lake.home / "lake" / ".tarn") for file in files
                if "pins" in Path(folder).parts]

    def report(self):
        print("| what | times | p50 ms | p99 ms |\n|---|---:|---:|---:|")
        for name, taken in sorted(self.taken.items()):
            taken = sorted(taken)
            print(f"| {name} | {len(taken):,} | {1000 * statistics.median(taken):,.1f} | {1000 * taken[len(taken) * 99 // 100]:,.1f} |")
        print(f"\nMemory at most {max(self.memory):.0f} MB, at the end {self.memory[-1]:.0f} MB; {len(self.failures)} failures.")
        for failure in self.failures[:20]:
            print(f"FAILED {failure}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--clients", type=int, default=64)
    arguments = parser.parse_args()
    home = tempfile.mkdtemp(prefix="tarn_soak_", dir=os.environ.get("TMPDIR"))
    lake = None
    try:
        lake = Lake(home, arguments.clients)
        lake.await_tables()
        soak = Soak(lake, arguments.seconds, arguments.clients)
        soak.run()
        soak.report()
        if soak.failures:
            print(lake.query.log_tail())
        return 1 if soak.failures else 0
    finally:
        if lake:
            lake.stop()
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
