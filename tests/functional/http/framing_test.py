"""Requests that could be read in two ways, or are no HTTP: refused with 400 and the end of the connection."""

import unittest

from http_server import HttpServer, Reply, request

H = b"Host: localhost\r\n"

MALFORMED = {
    "Content-Length and Transfer-Encoding": b"POST /block HTTP/1.1\r\n" + H + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding and Content-Length": b"POST /block HTTP/1.1\r\n" + H + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
    "two lengths": b"POST /block HTTP/1.1\r\n" + H + b"Content-Length: 5\r\nContent-Length: 3\r\n\r\nabcde",
    "two equal lengths": b"POST /block HTTP/1.1\r\n" + H + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nabcde",
    "a list of lengths": b"POST /block HTTP/1.1\r\n" + H + b"Content-Length: 5, 5\r\n\r\nabcde",
    "a negative length": b"POST /block HTTP/1.1\r\n" + H + b"Content-Length: -1\r\n\r\n",
    "a signed length": b"POST /block HTTP/1.1\r\n" + H + b"Content-Length: +5\r\n\r\nabcde",
    "a length in letters": b"POST /block HTTP/1.1\r\n" + H + b"Content-Length: abc\r\n\r\n",
    "an endless length": b"POST /block HTTP/1.1\r\n" + H + b"Content-Length: 99999999999999999999\r\n\r\n",
    "an unknown encoding": b"POST /block HTTP/1.1\r\n" + H + b"Transfer-Encoding: xchunkedx\r\n\r\n0\r\n\r\n",
    "two encodings": b"POST /block HTTP/1.1\r\n" + H + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "chunked twice": b"POST /block HTTP/1.1\r\n" + H + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunked in HTTP/1.0": b"POST /block HTTP/1.0\r\n" + H + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "no Host": b"GET /json HTTP/1.1\r\n\r\n",
    "two Hosts": b"GET /json HTTP/1.1\r\n" + H + H + b"\r\n",
    "a folded field": b"GET /json HTTP/1.1\r\n" + H + b"X-A: 1\r\n  2\r\n\r\n",
    "a folded first field": b"GET /json HTTP/1.1\r\n " + H + b"\r\n",
    "a space before the colon": b"GET /json HTTP/1.1\r\nHost : localhost\r\n\r\n",
    "lines that end in LF": b"GET /json HTTP/1.1\nHost: localhost\n\n",
    "a stray CR": b"GET /json HTTP/1.1\r\n" + H + b"X-A: 1\r2\r\n\r\n",
    "a NUL": b"GET /json HTTP/1.1\r\n" + H + b"X-A: 1\x002\r\n\r\n",
    "no version": b"GET /json\r\n" + H + b"\r\n",
    "another protocol": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello\r\n\r\n",
    "a field without a colon": b"GET /json HTTP/1.1\r\n" + H + b"nonsense\r\n\r\n",
}

BAD_CHUNK_SIZES = (b"-2", b"-3", b"zz", b"-80000000", b"", b"0x5", b"5 5", b"10000000000000000", b"+5", b"5\n")
HUGE_CHUNK_SIZES = (b"7fffffff", b"ffffffffff", b"ffffffffffffffff", b"100001")


class Framing(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = HttpServer("--linger", "200ms")

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__(None, None, None)

    def expect_refusal(self, data, status, what):
        # A second request behind it must not be taken for one: nothing after the refusal is answered.
        received = self.server.exchange(data + request("GET", "/who/smuggled"))
        reply = Reply(received)
        self.assertEqual(reply.status, status, (what, received))
        self.assertEqual(reply.headers["content-type"], "application/problem+json", what)
        self.assertEqual(reply.headers["connection"], "close", what)
        self.assertEqual(received.count(b"HTTP/1.1 "), 1, (what, received))
        self.assertNotIn(b"smuggled", received, what)
        self.assertTrue(self.server.is_serving(), what)

    def test_ambiguous_and_malformed_heads_are_refused(self):
        for what, data in MALFORMED.items():
            with self.subTest(what):
                self.expect_refusal(data, 400, what)

    def test_bad_chunk_sizes_are_refused_on_every_kind_of_route(self):
        for path in ("/block", "/count"):
            for size in BAD_CHUNK_SIZES:
                with self.subTest(size=size, path=path):
                    body = size + b"\r\nabcdefgh\r\n"
                    self.expect_refusal(request("POST", path, "Transfer-Encoding: chunked", body=body), 400, (path, size))

    def test_huge_chunk_sizes_are_refused_before_their_bytes_arrive(self):
        for path in ("/block", "/count-1k"):
            for size in HUGE_CHUNK_SIZES:
                with self.subTest(size=size, path=path):
                    body = size + b"\r\nabcdefgh\r\n"
                    self.expect_refusal(request("POST", path, "Transfer-Encoding: chunked", body=body), 413, (path, size))

    def test_bad_chunks_on_routes_that_take_no_body_or_do_not_exist_are_refused(self):
        for path, status in (("/json", 405), ("/nope", 404), ("/deny", 401)):
            body = b"-2\r\nabcdefgh\r\n"
            self.expect_refusal(request("POST", path, "Transfer-Encoding: chunked", body=body), status, path)

    def test_a_body_that_ends_early_is_refused(self):
        for path in ("/block", "/count"):
            with self.server.connect() as client:
                client.sendall(request("POST", path, "Content-Length: 10", body=b"abc"))
                client.shutdown(1)
                self.assertEqual(Reply(client.recv(65536)).status, 400)

    def test_an_empty_line_before_a_request_is_forgiven(self):
        self.assertEqual(Reply(self.server.exchange(b"\r\n" + request("GET", "/json", "Connection: close"))).status, 200)


if __name__ == "__main__":
    unittest.main()
