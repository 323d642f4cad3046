"""Bodies that are larger than memory should be, both ways, and clients that leave."""

import contextlib
import http.client
import socket
import threading
import unittest

from http_server import MEMORY_FACTOR, HttpServer, Reply, receive_all, receive_reply, request, wait_until

BLOCK = b"x" * 65536
GIGABYTE = 1 << 30


class Streams(unittest.TestCase):
    def setUp(self):
        self.server = HttpServer()

    def tearDown(self):
        self.server.__exit__(None, None, None)

    def count_response(self, path):
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)) as connection:
            connection.request("GET", path)
            with connection.getresponse() as response:
                total = 0
                while data := response.read(1 << 20):
                    total += len(data)
                return response, total

    def test_a_gigabyte_is_streamed_out_in_little_memory(self):
        response, total = self.count_response(f"/sized?bytes={GIGABYTE}")
        self.assertEqual((total, response.headers["content-length"]), (GIGABYTE, str(GIGABYTE)))
        self.assertLess(self.server.rss_mb("VmHWM"), 64 * MEMORY_FACTOR)

    def test_a_stream_of_unknown_length_is_chunked_and_complete(self):
        response, total = self.count_response("/gen?bytes=100000001")
        self.assertEqual((total, response.headers["transfer-encoding"]), (100000001, "chunked"))
        self.assertEqual(self.count_response("/gen?bytes=0")[1], 0)

    def test_a_gigabyte_is_streamed_in_in_little_memory(self):
        for framing in ("Content-Length", "Transfer-Encoding"):
            total = GIGABYTE if framing == "Content-Length" else GIGABYTE // 8
            with self.server.connect(60) as client:
                chunked = framing == "Transfer-Encoding"
                client.sendall(request("POST", "/count", "Transfer-Encoding: chunked" if chunked else f"Content-Length: {total}"))
                piece = b"%x\r\n" % len(BLOCK) + BLOCK + b"\r\n" if chunked else BLOCK
                for _ in range(total // len(BLOCK)):
                    client.sendall(piece)
                if chunked:
                    client.sendall(b"0\r\n\r\n")
                self.assertEqual(receive_reply(client).body, str(total).encode())
                client.sendall(request("GET", "/json"))  # and the connection goes on
                self.assertEqual(receive_reply(client).status, 200)
        self.assertLess(self.server.rss_mb("VmHWM"), 64 * MEMORY_FACTOR)

    def test_a_body_can_be_answered_while_it_arrives(self):
        with self.server.connect() as client:
            client.sendall(request("POST", "/echo-stream", "Transfer-Encoding: chunked"))
            client.sendall(b"5\r\nhello\r\n")
            received = b""
            while b"hello" not in received:
                received += client.recv(4096)
            client.sendall(b"5\r\nworld\r\n0\r\n\r\n")
            received += receive_all(client)
        self.assertTrue(received.endswith(b"world\r\n0\r\n\r\n"), received)

    def test_an_upload_is_held_back_while_the_answer_is_not_read(self):
        with self.server.connect(receive_buffer=4096) as client:
            client.setblocking(False)
            client.send(request("POST", "/echo-stream", f"Content-Length: {GIGABYTE}"))
            sent = 0
            idle = 0
            while idle < 50:  # until the socket has taken nothing for half a second
                try:
                    sent += client.send(BLOCK)
                    idle = 0
                except BlockingIOError:
                    idle += 1
                    threading.Event().wait(0.01)
            self.assertLess(sent, 64 << 20)
            self.assertLess(self.server.rss_mb(), 64 * MEMORY_FACTOR)
            self.assertTrue(self.server.is_serving())

    def test_a_broken_stream_is_not_taken_for_a_whole_one(self):
        for path in ("/short", "/long", "/broken-stream", "/throwing-stream"):
            with self.subTest(path), self.assertRaises((http.client.IncompleteRead, OSError)):
                response, total = self.count_response(path)
                self.fail(f"{path}: {response.status} and {total} bytes were taken for all")
        broken = self.server.exchange(b"GET /broken-stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
        self.assertFalse(broken.endswith(b"0\r\n\r\n"))
        self.assertTrue(self.server.is_serving())

    def test_a_client_that_leaves_cancels_its_handler(self):
        slow = request("GET", "/slow?ms=60000")
        unread = request("POST", "/slow-upload", "Content-Length: 100", body=b"abc")
        for data, reset in ((slow, False), (slow, True), (unread, False)):
            before = self.server.state()["cancelled"]
            client = self.server.connect()
            client.sendall(data)
            wait_until(lambda: self.server.state()["working"] == 1, "the handler works")
            if reset:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            client.close()
            wait_until(lambda: self.server.state()["cancelled"] == before + 1, "the handler was cancelled", 5)
            self.assertEqual(self.server.state()["working"], 0)

    def test_a_client_that_leaves_ends_its_streams(self):
        for data in (request("GET", "/gen"), request("GET", "/sized"), request("POST", "/count", "Content-Length: 1000000", body=b"abc")):
            client = self.server.connect(receive_buffer=4096)
            client.sendall(data)
            wait_until(lambda: self.server.state()["working"] == 1, "the handler works")
            client.close()
            wait_until(lambda: self.server.state()["working"] == 0, "the handler has ended", 5)

    def test_pipelined_requests_behind_a_stream_are_answered(self):
        data = self.server.exchange(request("GET", "/gen?bytes=300000") + request("GET", "/who/next", "Connection: close"))
        self.assertEqual(data.count(b"HTTP/1.1 200 OK"), 2)
        self.assertIn(b'"name":"next"', data)
        self.assertGreater(len(Reply(data).body), 300000)


if __name__ == "__main__":
    unittest.main()
