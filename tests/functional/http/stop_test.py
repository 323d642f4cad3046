"""What a stop does to the requests at hand."""

import threading
import time
import unittest

from http_server import HttpServer, Reply, receive_reply, request, wait_until


class Stop(unittest.TestCase):
    def test_requests_at_hand_are_finished_and_idle_connections_closed(self):
        with HttpServer("--drain", "20s") as server:
            idle = [server.connect() for _ in range(50)]
            clients = [server.connect() for _ in range(10)]
            for client in clients:
                client.sendall(request("GET", "/slow?ms=700"))
            wait_until(lambda: server.state()["working"] == 10, "all handlers work")
            begun = time.monotonic()
            server.terminate()
            replies = [receive_reply(client) for client in clients]
            self.assertEqual([(reply.status, reply.headers["connection"]) for reply in replies], [(200, "close")] * 10)
            self.assertEqual([client.recv(1) for client in idle], [b""] * 50)
            self.assertEqual(server.process.wait(15), 0)
            self.assertLess(time.monotonic() - begun, 10)
            with self.assertRaises(OSError):
                server.connect()
            for client in idle + clients:
                client.close()

    def test_what_does_not_finish_in_time_is_cancelled(self):
        with HttpServer("--drain", "500ms") as server:
            stuck = [server.connect(receive_buffer=4096) for _ in range(4)]
            stuck[0].sendall(request("GET", "/slow?ms=60000"))
            stuck[1].sendall(request("GET", "/gen"))
            stuck[2].sendall(request("POST", "/count", "Content-Length: 9", body=b"a"))
            wait_until(lambda: server.state()["working"] == 3, "all handlers work")
            stuck[3].sendall(request("POST", "/block", "Content-Length: 9", body=b"a"))
            begun = time.monotonic()
            server.terminate()
            self.assertEqual(server.process.wait(15), 0)
            self.assertLess(time.monotonic() - begun, 10)
            for client in stuck:
                client.close()

    def test_a_stop_under_load_loses_no_answer_that_has_begun(self):
        for io_threads in ("1", "3"):
            with HttpServer("--drain", "10s", "--io-threads", io_threads) as server:
                broken, answered, lock = [], [0], threading.Lock()

                def load():
                    while True:
                        try:
                            with server.connect() as client:
                                for i in range(100):
                                    client.sendall(request("GET", "/json" if i % 2 else "/json-pool"))
                                    data = client.recv(4096)
                                    if not data:
                                        break
                                    with lock:
                                        answered[0] += 1
                                        if Reply(data).status != 200 or not data.endswith(b"}"):
                                            broken.append(data)
                        except OSError:
                            return

                threads = [threading.Thread(target=load) for _ in range(8)]
                for thread in threads:
                    thread.start()
                wait_until(lambda: answered[0] > 500, "the load runs")
                server.terminate()
                for thread in threads:
                    thread.join()
                self.assertEqual(server.process.wait(15), 0)
                self.assertEqual(broken, [])


if __name__ == "__main__":
    unittest.main()
