"""Sends mutated requests to the transport's test server, which must live, serve others, keep its memory, stop cleanly
and give a sanitizer no reason to speak.

    TARN_BIN_DIR=build/asan PYTHONPATH=tests/support python3 tests/fuzz/http/fuzz.py --requests 10000 --seed 7
"""

import argparse
import collections
import random
import socket
import struct
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "functional" / "http"))
from http_server import HttpServer, Reply  # noqa: E402

THREADS = 12
MAX_RSS_MB = 300  # sanitizers take most of it
HEAD = b" HTTP/1.1\r\nHost: localhost\r\n"
GETS = (b"/json", b"/json-pool", b"/who/a?q=%20b", b"/who/%41%2e%2F", b"/rest/a/b/c", b"/throw", b"/throwint", b"/short", b"/long",
        b"/broken-stream", b"/throwing-stream", b"/inject", b"/nocontent", b"/gen?bytes=100000", b"/sized?bytes=70000", b"/slow?ms=20",
        b"/status-7", b"/metrics", b"*", b"/")
POSTS = (b"/block", b"/count", b"/count-1k", b"/deny", b"/echo", b"/echo-stream", b"/parse", b"/nope/%zz")
SEEDS = [b"GET " + target + HEAD + b"\r\n" for target in GETS] + [
    b"HEAD /json" + HEAD + b"\r\n", b"HEAD /gen" + HEAD + b"\r\n", b"OPTIONS /block" + HEAD + b"\r\n", b"OPTIONS *" + HEAD + b"\r\n",
    b"TRACE /" + HEAD + b"X: y\r\n\r\n", b"DELETE /json" + HEAD + b"\r\n", b"GET /json HTTP/1.0\r\n\r\n",
    b"GET /json HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    b"GET /trace" + HEAD + b"traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n\r\n",
    b"POST /parse" + HEAD + b"Content-Type: application/json\r\nContent-Length: 9\r\n\r\n{\"a\":[1]}",
]
for path in POSTS:
    SEEDS += [
        b"POST " + path + HEAD + b"Content-Length: 11\r\n\r\nhello world",
        b"POST " + path + HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
        b"5;a=b;c=\"d\\\"e\"\r\nhello\r\n6\r\n world\r\n0;x\r\nX-Trailer: 1\r\nY: 2\r\n\r\n",
        b"POST " + path + HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST " + path + HEAD + b"Content-Length: 11\r\nExpect: 100-continue\r\n\r\nhello world",
        b"POST " + path + HEAD + b"Content-Length: 100000\r\n\r\n" + b"z" * 100000,
        b"POST " + path + HEAD + b"Transfer-Encoding: chunked\r\n\r\n18000\r\n" + b"z" * 0x18000 + b"\r\n0\r\n\r\n",
    ]
TOKENS = [b"\r\n", b"\n", b"\r", b"\0", b"\r\n\r\n", b": ", b" ", b"\t", b"-2", b"-1", b"0", b"ffffffffffffffff", b"7fffffff",
          b"10000000000000000", b"99999999999999999999", b"Transfer-Encoding: chunked\r\n", b"Transfer-Encoding: gzip, chunked\r\n",
          b"Content-Length: 5\r\n", b"Content-Length: -5\r\n", b"Expect: 100-continue\r\n", b"Connection: close\r\n",
          b"Connection: keep-alive\r\n", b"%", b"%00", b"%ff", b"//", b"?", b"#", b";", b'"', b"\\", b"HTTP/1.1", b"HTTP/0.9",
          b"Host: y\r\n", b"A" * 9000, b"A" * 20000, b"\xff\xfe", b"\x80", b" folded\r\n\t more", b"0\r\n", b"Origin: null\r\n"]


def mutate(rng, seed):
    data = bytearray(seed)
    for _ in range(rng.choice((1, 1, 2, 3, 6))):
        limit = min(len(data), 400) if rng.random() < 0.8 else len(data)
        at = rng.randrange(limit) if limit else 0
        kind = rng.randrange(8)
        if kind == 0 and data:
            data[at] ^= 1 << rng.randrange(8)
        elif kind == 1:
            data[at:at] = rng.choice(TOKENS)
        elif kind == 2:
            del data[at:at + rng.choice((1, 2, 5, 30))]
        elif kind == 3:
            data[at:at] = data[at:at + rng.randrange(1, 60)]
        elif kind == 4 and data:
            data[at] = rng.randrange(256)
        elif kind == 5:
            data = data[:at]
        elif kind == 6:
            data[at:at + rng.randrange(8)] = rng.choice(TOKENS)
        elif kind == 7:
            data += rng.choice(SEEDS)
    return bytes(data)


def send_one(server, rng):
    """Returns what came of it: a status, "end", "reset", "timeout" or "unread"."""
    parts = (mutate(rng, rng.choice(SEEDS)) if rng.random() < 0.85 else rng.choice(SEEDS) for _ in range(rng.choice((1, 1, 1, 2, 3))))
    data = b"".join(parts)
    try:
        with server.connect(timeout=rng.choice((0.05, 0.05, 0.3))) as client:
            pieces = rng.choice((1, 1, 1, 2, 3))
            step = len(data) // pieces + 1
            for begin in range(0, len(data), step):
                client.sendall(data[begin:begin + step])
                if pieces > 1:
                    time.sleep(rng.random() * 0.005)
            outcome = "unread"
            if rng.random() > 0.15:
                if rng.random() < 0.3:
                    client.shutdown(socket.SHUT_WR)
                received = client.recv(65536)
                outcome = str(Reply(received).status) if received else "end"
            if rng.random() < 0.3:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return outcome
    except TimeoutError:
        return "timeout"
    except OSError:
        return "reset"


def fuzz(server, requests, seed):
    outcomes = collections.Counter()
    lock = threading.Lock()
    left = [requests]

    def work(thread):
        rng = random.Random(seed * 1000 + thread)
        while server.alive():
            with lock:
                if left[0] == 0:
                    return
                left[0] -= 1
            outcome = send_one(server, rng)
            with lock:
                outcomes[outcome] += 1

    threads = [threading.Thread(target=work, args=(thread,)) for thread in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    begun = time.monotonic()
    with HttpServer("--linger", "200ms", "--read-timeout", "2s", "--head-timeout", "2s", "--drain", "3s") as server:
        outcomes = fuzz(server, arguments.requests, arguments.seed)
        print(f"{sum(outcomes.values())} requests in {time.monotonic() - begun:.0f} s: {dict(sorted(outcomes.items()))}")
        assert server.alive(), f"the server has died\n{server.log()[-5000:]}"
        assert server.is_serving(), "the server does not answer any more"
        rss = server.rss_mb()
        print(f"afterwards: {rss:.0f} MB resident, {server.open_files()} descriptors, seed {arguments.seed}")
        assert rss < MAX_RSS_MB, f"{rss:.0f} MB are resident"
    print("the server answered, stopped cleanly, and no sanitizer spoke")


if __name__ == "__main__":
    main()
