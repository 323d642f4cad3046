"""What one client may cost: sizes, times and numbers, and that the others are served meanwhile."""

import resource
import threading
import time
import unittest

from http_server import MEMORY_FACTOR, HttpServer, Reply, post, receive_reply, request, wait_until

MEGABYTE = b"a" * (1 << 20)


def setUpModule():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))


def is_closed(client):
    """Whether the server has ended the connection, whatever it said before."""
    client.setblocking(False)
    try:
        while client.recv(65536):
            pass
        return True
    except BlockingIOError:
        return False
    except OSError:
        return True


def drip_until_closed(clients, byte, seconds):
    """Sends a little on every connection until the server has closed them all."""
    open_clients = list(clients)
    deadline = time.monotonic() + seconds
    while open_clients:
        if time.monotonic() > deadline:
            raise AssertionError(f"{len(open_clients)} of {len(clients)} are still open after {seconds} s")
        for client in open_clients:
            try:
                client.setblocking(False)
                client.send(byte)
            except OSError:
                pass
        open_clients = [client for client in open_clients if not is_closed(client)]
        time.sleep(0.05)


class Sizes(unittest.TestCase):
    def test_a_head_over_the_limit_is_refused(self):
        with HttpServer("--linger", "200ms") as server:
            for data in (b"GET /json HTTP/1.1\r\nX: " + b"a" * 20000, b"GET /" + b"a" * 20000, request("GET", "/json", "X: " + "a" * 20000)):
                reply = Reply(server.exchange(data))
                self.assertEqual((reply.status, reply.is_problem()), (431, True))

    def test_more_than_a_hundred_fields_are_refused(self):
        with HttpServer("--linger", "200ms") as server:
            fields = [f"X-{i}: 1" for i in range(98)]
            self.assertEqual(Reply(server.exchange(request("GET", "/json", "Connection: close", *fields))).status, 200)
            self.assertEqual(Reply(server.exchange(request("GET", "/json", "Connection: close", *fields, "X: 1"))).status, 431)

    def test_400_mb_of_headers_cost_no_memory(self):
        with HttpServer("--linger", "500ms") as server, server.connect() as client:
            client.sendall(b"GET /json HTTP/1.1\r\nX: ")
            with self.assertRaises(OSError):  # it is cut off long before the end
                for _ in range(400):
                    client.sendall(MEGABYTE)
                raise ConnectionResetError("all was taken and thrown away")
            self.assertLess(server.rss_mb("VmHWM"), 100 * MEMORY_FACTOR)
            self.assertTrue(server.is_serving())

    def test_a_refused_upload_of_600_mb_costs_no_memory_and_is_answered_at_once(self):
        for path, status in (("/deny", 401), ("/block", 413)):
            with HttpServer("--linger", "500ms") as server, server.connect() as client:
                client.sendall(request("POST", path, "Content-Length: 629145600"))
                begun = time.monotonic()
                replies = []
                reader = threading.Thread(target=lambda: replies.append(receive_reply(client)))
                reader.start()
                try:
                    for _ in range(600):
                        client.sendall(MEGABYTE)
                except OSError:
                    pass
                reader.join()
                self.assertEqual(replies[0].status, status)
                self.assertLess(time.monotonic() - begun, 15)
                self.assertLess(server.rss_mb("VmHWM"), 100 * MEMORY_FACTOR)
                self.assertTrue(server.is_serving())

    def test_a_body_over_the_route_s_limit_is_refused_before_it_is_read(self):
        with HttpServer("--linger", "200ms") as server:
            for head in ("Content-Length: 1048577", "Content-Length: 900000000"):
                self.assertEqual(Reply(server.exchange(request("POST", "/block", head))).status, 413)
            self.assertEqual(Reply(server.exchange(post("/block", MEGABYTE, "Connection: close"))).body, b"1048576")

    def test_chunk_extensions_and_trailers_are_bounded(self):
        with HttpServer("--linger", "200ms") as server:
            for path in ("/block", "/count"):
                for body in (b"5;" + b"a" * 100_000, b"0\r\nX: " + b"a" * 100_000):
                    data = request("POST", path, "Transfer-Encoding: chunked", body=body)
                    self.assertEqual(Reply(server.exchange(data)).status, 431)

    def test_bodies_in_memory_are_bounded_together(self):
        with HttpServer("--body-memory", "500KiB", "--linger", "200ms") as server, server.connect() as half_sent:
            too_much, enough = b"a" * 600_000, b"a" * 300_000
            reply = Reply(server.exchange(post("/block", too_much)))
            self.assertEqual((reply.status, reply.headers["retry-after"]), (503, "1"))
            half_sent.sendall(request("POST", "/block", "Content-Length: 300001", body=enough))
            for _ in range(100):  # each lets the loop read some of it
                self.assertTrue(server.is_serving())
            self.assertEqual(Reply(server.exchange(post("/block", enough))).status, 503)
            half_sent.sendall(b"a")
            self.assertEqual(receive_reply(half_sent).status, 200)
            wait_until(lambda: Reply(server.exchange(post("/block", enough, "Connection: close"))).status == 200,
                       "the memory is given back")


class Connections(unittest.TestCase):
    def test_2000_idle_connections_are_held_and_then_answered(self):
        with HttpServer() as server:
            files = server.open_files()
            clients = [server.connect() for _ in range(2000)]
            self.assertTrue(server.is_serving())
            for client in clients:
                client.sendall(request("GET", "/json"))
            self.assertEqual([receive_reply(client).status for client in clients], [200] * 2000)
            self.assertLess(server.rss_mb(), 100 * MEMORY_FACTOR)
            for client in clients:
                client.close()
            wait_until(lambda: server.open_files() <= files + 1, "the descriptors are given back")

    def test_a_connection_over_the_limit_is_told_so(self):
        with HttpServer("--max-connections", "50") as server:
            clients = [server.connect() for _ in range(50)]
            for client in clients:
                client.sendall(request("GET", "/json"))
                self.assertEqual(receive_reply(client).status, 200)
            with server.connect() as extra:
                extra.sendall(request("GET", "/json"))
                reply = receive_reply(extra)
            self.assertEqual((reply.status, reply.is_problem(), reply.headers["retry-after"]), (503, True, "1"))
            for client in clients[:10]:
                client.close()
            wait_until(lambda: Reply(server.get("/json").raw).status == 200, "there is room again")
            for client in clients:
                client.close()

    def test_more_requests_than_may_wait_are_told_to_retry(self):
        with HttpServer("--worker-threads", "1", "--max-queued-requests", "1") as server:
            clients = [server.connect() for _ in range(6)]
            for client in clients:
                client.sendall(request("GET", "/slow?ms=500"))
            replies = [receive_reply(client) for client in clients]
            for client in clients:
                client.close()
            refused = [reply for reply in replies if reply.status == 503]
            self.assertEqual(len(refused) + sum(reply.status == 200 for reply in replies), 6)
            self.assertGreaterEqual(len(refused), 3)
            self.assertTrue(all(reply.headers["retry-after"] == "1" and reply.is_problem() for reply in refused))


class SlowClients(unittest.TestCase):
    def test_an_idle_connection_is_closed_without_a_word(self):
        with HttpServer("--idle-timeout", "300ms") as server:
            self.assertEqual(server.exchange(b""), b"")
            self.assertEqual(server.exchange(request("GET", "/json")).count(b"HTTP/1.1"), 1)

    def test_a_head_that_stays_incomplete_is_answered_408(self):
        with HttpServer("--head-timeout", "300ms", "--linger", "200ms") as server:
            reply = Reply(server.exchange(b"GET /json HTTP/1.1\r\nHost: localhost\r\n"))
            self.assertEqual((reply.status, reply.is_problem(), reply.headers["connection"]), (408, True, "close"))

    def test_dripping_heads_are_cut_off_while_others_are_served(self):
        with HttpServer("--head-timeout", "1s", "--linger", "200ms") as server:
            clients = [server.connect() for _ in range(200)]
            for client in clients:
                client.sendall(b"GET /json HTTP/1.1\r\nHost: localhost\r\n")
            self.assertTrue(server.is_serving())
            drip_until_closed(clients, b"X: y\r\n", 15)
            self.assertTrue(server.is_serving())
            for client in clients:
                client.close()

    def test_dripping_bodies_are_cut_off_on_every_kind_of_route(self):
        with HttpServer("--read-timeout", "1s", "--linger", "200ms") as server:
            clients = [server.connect() for _ in range(50)]
            for i, client in enumerate(clients):
                client.sendall(request("POST", "/count" if i % 2 else "/block", "Content-Length: 100000"))
            self.assertTrue(server.is_serving())
            drip_until_closed(clients, b"a", 15)
            for client in clients:
                client.close()

    def test_a_body_that_stays_incomplete_is_answered_408(self):
        with HttpServer("--read-timeout", "300ms", "--linger", "200ms") as server:
            for path in ("/block", "/count"):
                reply = Reply(server.exchange(request("POST", path, "Content-Length: 10", body=b"ab")))
                self.assertEqual((reply.status, reply.is_problem()), (408, True), path)

    def test_a_hundred_half_sent_posts_hold_nobody_up(self):
        with HttpServer("--worker-threads", "4") as server:
            clients = [server.connect() for _ in range(100)]
            for client in clients:
                client.sendall(request("POST", "/block", "Content-Length: 10", body=b"ab"))
            for path in ("/json", "/json-pool"):
                times = []
                for _ in range(20):
                    begun = time.monotonic()
                    self.assertEqual(server.get(path).status, 200)
                    times.append(time.monotonic() - begun)
                print(f"{path} beside 100 half-sent POSTs: median {sorted(times)[10] * 1000:.1f} ms, worst {max(times) * 1000:.1f} ms")
                self.assertLess(sorted(times)[10], 1.0)
            for client in clients:
                client.sendall(b"cdefghij")
            self.assertEqual([receive_reply(client).body for client in clients], [b"10"] * 100)
            for client in clients:
                client.close()

    def test_busy_workers_and_streams_do_not_hold_up_inline_routes(self):
        with HttpServer("--worker-threads", "2", "--stream-threads", "2") as server:
            clients = [server.connect(receive_buffer=4096) for _ in range(12)]
            for client in clients[:4]:
                client.sendall(request("GET", "/gen"))
            wait_until(lambda: server.state()["working"] == 2, "all threads of streams are busy")
            for client in clients[4:]:
                client.sendall(request("GET", "/slow?ms=60000"))
            wait_until(lambda: server.state()["working"] == 4, "all threads are busy")
            self.assertTrue(server.is_serving())
            for client in clients:
                client.close()
            wait_until(lambda: server.state()["working"] == 0, "all have been cancelled")

    def test_stuck_downloads_do_not_hold_up_uploads(self):
        with HttpServer("--stream-threads", "2") as server:
            clients = [server.connect(receive_buffer=4096) for _ in range(4)]
            for client in clients:
                client.sendall(request("GET", "/gen"))
            wait_until(lambda: server.state()["working"] == 2, "all threads of downloads are busy")
            for _ in range(4):
                reply = Reply(server.exchange(request("POST", "/count", "Content-Length: 4", "Connection: close", body=b"abcd")))
                self.assertEqual(reply.status, 200)
            self.assertEqual(server.state()["working"], 2, "the downloads are still stuck")
            for client in clients:
                client.close()

    def test_readers_that_are_stuck_are_cut_off(self):
        with HttpServer("--write-timeout", "500ms") as server:
            clients = [server.connect(receive_buffer=4096) for _ in range(20)]
            for i, client in enumerate(clients):
                client.sendall(request("GET", "/gen" if i % 2 else "/sized"))
            wait_until(lambda: server.state()["working"] > 0, "the streams have begun")
            wait_until(lambda: server.state()["working"] == 0, "the streams have been given up", 15)
            self.assertLess(server.rss_mb("VmHWM"), 100 * MEMORY_FACTOR)
            for client in clients:
                client.close()


if __name__ == "__main__":
    unittest.main()
