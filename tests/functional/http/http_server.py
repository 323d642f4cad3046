"""The transport's test server as a child process, and raw sockets to it."""

import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from tarn_harness import BUILD

PROGRAM = BUILD / "tests" / "functional" / "http" / "tarn_http_test_server"
HOST = b"Host: localhost\r\n"
PATIENCE_SECONDS = 30
# Under sanitizers: end at the first finding, and keep little freed memory, so that a bound on it can be tested.
ENVIRONMENT = {"ASAN_OPTIONS": "quarantine_size_mb=16", "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1"} | os.environ


class HttpServer:
    """with HttpServer("--head-timeout", "1s") as server: ... On leaving, the server must stop cleanly."""

    def __init__(self, *options):
        self._log = tempfile.TemporaryFile()
        self.process = subprocess.Popen([PROGRAM, *options], stdout=subprocess.PIPE, stderr=self._log, env=ENVIRONMENT)
        self.port = int(re.fullmatch(rb"listening on (\d+)\n", self.process.stdout.readline())[1])

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        code = None
        try:
            if self.alive():
                self.terminate()
            code = self.process.wait(PATIENCE_SECONDS)
        finally:
            if self.alive():
                self.process.kill()
                self.process.wait()
            self.process.stdout.close()
            log = self.log()
            self._log.close()
        if kind is None and (code != 0 or "Sanitizer" in log or "runtime error:" in log):
            raise AssertionError(f"the server ended with {code}\n{log[-5000:]}")

    def log(self):
        self._log.seek(0)
        return self._log.read().decode(errors="replace")

    def alive(self):
        return self.process.poll() is None

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)

    def rss_mb(self, kind="VmRSS"):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(kind + r":\s+(\d+)", status)[1]) / 1024

    def open_files(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def connect(self, timeout=PATIENCE_SECONDS, receive_buffer=None):
        client = socket.socket()
        if receive_buffer:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        client.settimeout(timeout)
        try:
            client.connect(("127.0.0.1", self.port))
        except OSError:
            client.close()
            raise
        return client

    def exchange(self, data, timeout=PATIENCE_SECONDS):
        """Sends raw bytes and returns all that comes back until the server closes."""
        with self.connect(timeout) as client:
            client.sendall(data)
            return receive_all(client)

    def get(self, path, timeout=PATIENCE_SECONDS):
        return Reply(self.exchange(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode(), timeout))

    def is_serving(self):
        return self.get("/json").status == 200

    def state(self):
        return self.get("/state").json()


class Reply:
    """The first response in a stream of bytes."""

    def __init__(self, data):
        head, _, self.body = data.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        self.raw = data
        self.status = int(lines[0].split()[1]) if lines[0].startswith("HTTP/1.1 ") else None
        self.headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}

    def json(self):
        return json.loads(self.body)

    def is_problem(self):
        return self.headers.get("content-type") == "application/problem+json" and self.json()["status"] == self.status


def receive_all(client):
    received = b""
    while True:
        try:
            data = client.recv(65536)
        except ConnectionResetError:
            return received
        if not data:
            return received
        received += data


def receive_reply(client):
    """One response of known length, without waiting for the connection to close."""
    received = b""
    while b"\r\n\r\n" not in received:
        data = client.recv(65536)
        if not data:
            raise AssertionError(f"the connection ended within a head: {received!r}")
        received += data
    head, _, body = received.partition(b"\r\n\r\n")
    length = int(re.search(rb"content-length: (\d+)", head.lower())[1])
    while len(body) < length:
        body += client.recv(65536)
    return Reply(received)


def wait_until(condition, what, seconds=PATIENCE_SECONDS):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.01)


def request(method, path, *fields, body=b""):
    head = f"{method} {path} HTTP/1.1\r\n".encode() + HOST + b"".join(field.encode() + b"\r\n" for field in fields)
    return head + b"\r\n" + body


def post(path, body, *fields):
    return request("POST", path, f"Content-Length: {len(body)}", *fields, body=body)


def chunked(path, *chunks, close=True):
    body = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"
    return request("POST", path, "Transfer-Encoding: chunked", *(["Connection: close"] if close else []), body=body)


def memory_factor():
    """Sanitizers take memory of their own."""
    with HttpServer() as server:
        return max(1, server.rss_mb() / 15)


MEMORY_FACTOR = memory_factor()
