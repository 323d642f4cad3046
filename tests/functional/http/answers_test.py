"""What well-behaved clients get."""

import unittest

from http_server import HttpServer, Reply, chunked, post, receive_all, receive_reply, request


def closing(method, path, *fields, body=b""):
    return request(method, path, "Connection: close", *fields, body=body)


class Answers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = HttpServer()

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__(None, None, None)

    def ask(self, data):
        return Reply(self.server.exchange(data))

    def expect_problem(self, data, status):
        reply = self.ask(data)
        self.assertEqual(reply.status, status, reply.raw)
        self.assertTrue(reply.is_problem(), reply.raw)
        return reply

    def test_our_transport_answers_and_not_the_built_in_one_of_cpprest(self):
        self.assertEqual(self.ask(closing("GET", "/json")).headers["server"], "tarn")
        # The built-in server answers any version.
        self.expect_problem(b"GET /json HTTP/9.9\r\nHost: localhost\r\n\r\n", 505)

    def test_inline_and_pool_handlers_answer_alike(self):
        for path in ("/json", "/json-pool"):
            reply = self.ask(closing("GET", path))
            self.assertEqual((reply.status, reply.json()), (200, {"n": 42, "status": "ok"}))
            self.assertEqual(reply.headers["content-type"], "application/json")
            self.assertEqual(reply.headers["x-content-type-options"], "nosniff")
            self.assertIn("GMT", reply.headers["date"])

    def test_the_target_is_decoded_by_segment(self):
        self.assertEqual(self.ask(closing("GET", "/who/a%2Fb%3F?q=%C3%A9+x")).json(), {"name": "a/b?", "q": "é+x"})
        self.assertEqual(self.ask(closing("GET", "/rest/a//b%20c/")).body, b"a//b c/")
        self.assertEqual(self.ask(closing("GET", "/%6ason")).status, 200)

    def test_bad_targets_are_refused(self):
        for target in ("/who/%zz", "/who/%", "/who/%ff", "/who/a%00b", "/who/a?q=%ff", "http://localhost/json", "*"):
            self.expect_problem(closing("GET", target), 400)
        for target in ("//evil/json", "/../../etc/passwd", "/who/", "/jsonx", "/json/"):
            self.expect_problem(closing("GET", target), 404)

    def test_an_unknown_query_parameter_is_named(self):
        self.assertEqual(self.expect_problem(closing("GET", "/who/a?p=1"), 400).json()["where"], "query:p")

    def test_head_has_the_length_but_no_body(self):
        for path, length in (("/json", "22"), ("/sized?bytes=1234", "1234")):
            reply = self.ask(closing("HEAD", path))
            self.assertEqual((reply.status, reply.body, reply.headers["content-length"]), (200, b"", length))
        self.assertEqual(self.ask(closing("HEAD", "/nope")).body, b"")
        self.assertEqual(self.ask(closing("HEAD", "/gen")).body, b"")

    def test_http_1_0_closes_unless_asked_to_stay(self):
        reply = Reply(self.server.exchange(b"GET /json HTTP/1.0\r\n\r\n"))
        self.assertEqual((reply.status, reply.headers["connection"]), (200, "close"))
        with self.server.connect() as client:
            for _ in range(2):
                client.sendall(b"GET /json HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                self.assertEqual(receive_reply(client).headers["connection"], "keep-alive")

    def test_http_1_0_gets_a_stream_until_the_end_of_the_connection(self):
        reply = Reply(self.server.exchange(b"GET /gen?bytes=200000 HTTP/1.0\r\n\r\n"))
        self.assertNotIn("transfer-encoding", reply.headers)
        self.assertEqual(reply.body, b"x" * 200000)

    def test_pipelined_requests_are_answered_in_order(self):
        data = self.server.exchange(request("GET", "/who/1") + post("/block", b"hello") + request("GET", "/slow?ms=50") + closing("GET", "/who/2"))
        self.assertEqual(data.count(b"HTTP/1.1 200 OK"), 4)
        positions = [data.index(text) for text in (b'"name":"1"', b"\r\n\r\n5", b"\r\n\r\nslow", b'"name":"2"')]
        self.assertEqual(positions, sorted(positions))

    def test_a_client_that_closed_its_side_still_gets_its_answers(self):
        with self.server.connect() as client:
            client.sendall(request("GET", "/who/1") + request("GET", "/json"))
            client.shutdown(1)
            self.assertEqual(receive_all(client).count(b"HTTP/1.1 200 OK"), 2)

    def test_methods(self):
        self.assertEqual(self.expect_problem(closing("POST", "/json"), 405).headers["allow"], "GET, HEAD, OPTIONS")
        self.assertEqual(self.expect_problem(closing("GET", "/block"), 405).headers["allow"], "POST, PUT, OPTIONS")
        options = self.ask(closing("OPTIONS", "/block"))
        self.assertEqual((options.status, options.headers["allow"], options.body), (204, "POST, PUT, OPTIONS", b""))
        self.assertEqual(self.ask(closing("OPTIONS", "*")).status, 204)
        self.expect_problem(closing("OPTIONS", "/nope"), 404)
        trace = self.expect_problem(closing("TRACE", "/json", "Cookie: secret"), 405)
        self.assertNotIn(b"secret", trace.raw)
        self.expect_problem(closing("get", "/json"), 501)
        self.expect_problem(closing("BREW", "/json"), 501)

    def test_bodies_are_checked_against_the_route(self):
        self.expect_problem(request("GET", "/json", "Content-Length: 1", body=b"x"), 400)
        self.assertEqual(self.ask(closing("GET", "/json", "Content-Length: 0")).status, 200)
        self.expect_problem(post("/parse", b"{}", "Content-Type: text/plain"), 415)
        self.expect_problem(post("/parse", b"{}"), 415)
        self.assertEqual(self.ask(post("/parse", b'{"a":1}', "Content-Type: Application/JSON; charset=utf-8", "Connection: close")).json(), {"a": 1})
        problem = self.expect_problem(post("/parse", b'{"a":x}', "Content-Type: application/json", "Connection: close"), 400)
        self.assertEqual(problem.json()["where"], "byte 5")

    def test_chunked_bodies_are_put_together(self):
        self.assertEqual(self.ask(chunked("/echo", b"hello", b" world")).body, b"hello world")
        with_extras = request("POST", "/echo", "Transfer-Encoding: chunked", "Connection: close",
                              body=b'5;a=b;c="d\\"e"\r\nhello\r\n6\r\n world\r\n0;x\r\nX-Trailer: 1\r\n\r\n')
        self.assertEqual(self.ask(with_extras).body, b"hello world")

    def test_a_chunked_body_may_arrive_byte_by_byte(self):
        with self.server.connect() as client:
            for data in (chunked("/echo", b"hello", b" world"), chunked("/echo"), chunked("/count", b"a")):
                for byte in data.replace(b"Connection: close\r\n", b""):
                    client.send(bytes([byte]))
                self.assertEqual(receive_reply(client).status, 200)

    def test_expect_100_continue_is_answered_before_the_body(self):
        for path in ("/block", "/count"):
            with self.server.connect() as client:
                client.sendall(request("POST", path, "Content-Length: 5", "Expect: 100-continue"))
                self.assertEqual(client.recv(4096), b"HTTP/1.1 100 Continue\r\n\r\n")
                client.sendall(b"hello")
                self.assertEqual(receive_reply(client).body, b"5")

    def test_a_handler_that_refuses_never_asks_for_the_body(self):
        reply = self.expect_problem(request("POST", "/deny", "Content-Length: 5000000", "Expect: 100-continue"), 401)
        self.assertNotIn(b"100 Continue", reply.raw)
        self.expect_problem(request("POST", "/block", "Content-Length: 5000000", "Expect: 100-continue"), 413)
        self.expect_problem(closing("POST", "/block", "Expect: a-miracle", "Content-Length: 0"), 417)

    def test_what_handlers_throw_is_a_500_without_detail(self):
        for path in ("/throw", "/throw-pool", "/throwint", "/inject", "/status-7"):
            reply = self.expect_problem(closing("GET", path), 500)
            self.assertNotIn(b"boom", reply.raw)
            self.assertNotIn(b"X-Evil", reply.raw)

    def test_no_content_has_no_length(self):
        reply = self.ask(closing("GET", "/nocontent"))
        self.assertEqual((reply.status, reply.body), (204, b""))
        self.assertNotIn("content-length", reply.headers)

    def test_the_trace_of_the_request_is_continued(self):
        trace = "0af7651916cd43dd8448eb211c80319c"
        self.assertEqual(self.ask(closing("GET", "/trace", f"traceparent: 00-{trace}-b7ad6b7169203331-01")).body.decode(), trace)
        problem = self.expect_problem(closing("GET", "/nope", f"traceparent: 00-{trace}-b7ad6b7169203331-01"), 404)
        self.assertEqual(problem.json()["trace_id"], trace)

    def test_hosts_and_origins_elsewhere_are_kept_out(self):
        for host in ("evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "", "169.254.169.254"):
            self.expect_problem(f"GET /json HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode(), 421)
        for host in ("localhost", "LocalHost:1", "127.0.0.1:8101", "[::1]", "[::1]:8101"):
            reply = self.ask(f"GET /json HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            self.assertEqual(reply.status, 200, host)
        for origin in ("http://evil.example", "null", "http://localhost.evil.example", "https://localhost@evil.example"):
            self.expect_problem(post("/block", b"x", f"Origin: {origin}"), 403)
        for origin in ("http://localhost:8104", "http://127.0.0.1", "http://[::1]:1"):
            self.assertEqual(self.ask(post("/block", b"x", f"Origin: {origin}", "Connection: close")).status, 200, origin)
        self.assertEqual(self.ask(closing("GET", "/json", "Origin: http://evil.example")).status, 200)

    def test_every_request_is_measured_by_route(self):
        self.ask(closing("GET", "/who/somebody"))
        self.ask(closing("BREW", "/who/somebody"))
        self.ask(closing("GET", "/nope-at-all"))
        metrics = self.server.get("/metrics").body.decode()
        name = "http_server_request_duration_seconds_count"
        self.assertIn(name + '{method="GET",route="/who/{name}",status="200"}', metrics)
        self.assertIn(name + '{method="_OTHER",route="unmatched",status="501"}', metrics)
        self.assertIn(name + '{method="GET",route="unmatched",status="404"}', metrics)
        self.assertNotIn("somebody", metrics)


if __name__ == "__main__":
    unittest.main()
