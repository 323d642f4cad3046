"""The real tarn-query over the real catalog. tarn-extract runs beside them because it finds files dropped into the lake."""

import http.client
import re
import shutil
import socket
import tempfile
import threading
import unittest
from pathlib import Path

from tarn_harness import BUILD, Program, free_port, wait_until

# Counts for longer than any test waits.
ENDLESS = "SELECT count(*) FROM range(100000000000) a(i), range(1000) b(j) WHERE i % 7 = j % 3"
ROWS = "SELECT i, repeat('x', 100) FROM range(100000000000) t(i)"


class QueryServiceTest(unittest.TestCase):
    options = ()

    def setUp(self):
        self.home = Path(tempfile.mkdtemp(prefix="tarn_query_"))
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        (self.home / "pipelines").mkdir()
        self.catalog_port = free_port()
        self.query = self.program("query", "--catalog-url", f"http://127.0.0.1:{self.catalog_port}", *self.options)

    def program(self, name, *options, port=None):
        command = [BUILD / "services" / name / f"tarn-{name}", "--home", self.home, "--pipelines", self.home / "pipelines",
                   "--log-format", "text", *options]
        program = Program(f"tarn-{name}", command, self.home, port=port)
        self.addCleanup(program.kill)
        program.start()
        return program

    def submit(self, sql, **members):
        return self.query.post("/v1/queries", {"sql": sql, **members}).expect(202).json()

    def wait_for(self, query_id, *states):
        def reached():
            query = self.query.get(f"/v1/queries/{query_id}").expect(200).json()
            return query if query["state"] in states else None
        return wait_until(f"query {query_id} is {states}", reached)


class Tables(QueryServiceTest):
    def setUp(self):
        super().setUp()
        self.extract = self.program("extract", "--adopt-interval", "50ms", "--adopt-settle", "10ms")
        self.catalog = self.program("catalog", port=self.catalog_port)

    def drop(self, key, content):
        file = self.home / "lake" / "transformed" / key
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")

    def rows(self, sql, database=None):
        target = "/v1/sql" + (f"?database={database}" if database else "")
        answer = self.query.post(target, sql.encode())
        return answer.json()["rows"] if answer.status == 200 else answer.json()["detail"]

    def test_reads_files_that_were_dropped_into_the_lake(self):
        self.drop("shop/items/country=DE/a.csv", 'id,name,price\n1,"nuts, bolts",1.5\n2,"3"" pipe",20\n')
        self.drop("shop/items/country=FR/b.csv", "id,name,price,stock\n3,vis,,7\n")
        expected = [[1, "nuts, bolts", 1.5, "DE", None], [2, '3" pipe', 20.0, "DE", None], [3, "vis", None, "FR", 7]]
        statement = "SELECT id, name, price, country, stock FROM items ORDER BY id"
        wait_until("both files are in the table", lambda: self.rows(statement, "shop") == expected)
        self.assertEqual([["items"]], self.rows("SHOW TABLES FROM shop"))
        self.assertEqual([["shop"]], self.rows("SHOW DATABASES"))
        self.assertEqual([{"database": "shop", "tables": ["items"]}], self.query.get("/v1/tables").expect(200).json()["items"])
        problem = self.query.post("/v1/sql", b"SELECT *\nFROM shop.item").expect(422).json()
        self.assertIn("items", problem["detail"])
        self.assertEqual("line 2, column 6", problem["where"])

    def test_answers_503_while_the_catalog_is_away(self):
        self.catalog.stop()
        problem = self.query.post("/v1/sql", b"SELECT * FROM shop.items").expect(503)
        self.assertTrue(problem.is_problem())
        self.query.get("/readyz").expect(503)
        self.query.get("/healthz").expect(200)
        self.assertEqual([[1]], self.rows("SELECT 1"))


class Statements(QueryServiceTest):
    def test_refuses_what_is_no_query_and_goes_on(self):
        for sql in ("COPY (SELECT 1) TO '/tmp/x.csv'", "SELECT * FROM read_csv('/etc/passwd')", "ATTACH 'x.db'", "INSTALL httpfs",
                    "SET threads = 1", "SELECT getenv('HOME')", "SELECT " + "(" * 100_000, "SELECT 1; SELECT 2"):
            answer = self.query.post("/v1/sql", sql.encode()).expect(422)
            self.assertTrue(answer.is_problem(), sql[:60])
        self.query.post("/v1/sql", b"SELECT '" + b"x" * (1 << 20) + b"'").expect(413)
        self.query.post("/v1/sql", b"x" * (8 << 20)).expect(413)
        self.query.post("/v1/sql", b"SELECT '\xff'").expect(400)
        self.query.post("/v1/sql", {"sql": "SELECT 1", "colour": 1}).expect(400)
        self.assertEqual([[1]], self.query.post("/v1/sql", b"SELECT 1").expect(200).json()["rows"])

    def test_streams_rows_before_the_statement_ends_and_stops_it_when_the_client_leaves(self):
        connection = socket.create_connection(("127.0.0.1", self.query.port), timeout=60)
        body = ROWS.encode()
        connection.sendall(b"POST /v1/sql HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/csv\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        received = b""
        while len(received) < 1_000_000:
            piece = connection.recv(65536)
            self.assertTrue(piece, received[:1000])
            received += piece
        self.assertTrue(received.startswith(b"HTTP/1.1 200"))
        connection.close()
        ended = 'tarn_query_statements_total{kind="sql",outcome="cancelled"} 1'
        wait_until("the statement was stopped", lambda: ended in self.query.get("/metrics").text())

    def test_breaks_the_response_when_it_fails_after_the_first_rows(self):
        sql = b"SELECT CASE WHEN i = 9000000 THEN 'x' ELSE '1' END::INTEGER FROM range(10000000) t(i)"
        with self.assertRaises((http.client.IncompleteRead, ConnectionError)):
            self.query.post("/v1/sql", sql)

    def test_keeps_a_result_and_serves_it_in_pages(self):
        query = self.submit("SELECT i, 'row ' || i AS name FROM range(2500) t(i)")
        self.assertEqual("queued", query["state"])
        ended = self.wait_for(query["id"], "succeeded")
        self.assertEqual(2500, ended["rows"])
        self.assertEqual(1, ended["progress"])
        seen, token = [], None
        while True:
            target = f"/v1/queries/{query['id']}/results?limit=999" + (f"&page_token={token}" if token else "")
            page = self.query.get(target).expect(200).json()
            seen += page["rows"]
            token = page.get("next_page_token")
            if not token:
                break
        self.assertEqual([[i, f"row {i}"] for i in range(2500)], seen)
        self.query.get(f"/v1/queries/{query['id']}/results?page_token=3").expect(400)
        self.query.get("/v1/queries/nobody").expect(404)

    def test_gives_rows_in_the_format_asked_for(self):
        def rows(name, **headers):
            return self.query.post(f"/v1/sql?format={name}", b"SELECT 1 AS a, 'x,y' AS b", headers=headers).expect(200)
        self.assertEqual('a,b\r\n1,"x,y"\r\n', rows("csv", Accept="application/json").text())
        self.assertEqual('{"a":1,"b":"x,y"}\n', rows("ndjson").text())
        self.assertEqual([" a | b", "---+-----", " 1 | x,y"], rows("text").text().splitlines()[:3])
        parquet = rows("parquet")
        self.assertEqual(b"PAR1", parquet.body[:4])
        self.assertEqual(str(len(parquet.body)), parquet.headers["Content-Length"])
        self.assertEqual(b"\xff\xff\xff\xff\0\0\0\0", rows("arrow").body[-8:])
        self.query.post("/v1/sql?format=xlsx", b"SELECT 1").expect(400)

    def test_refuses_bad_parameters_and_numbers(self):
        for body, status in (({"sql": "SELECT ?"}, 422), ({"sql": "SELECT ?", "parameters": [{}]}, 400),
                             ({"sql": "SELECT (?)::DATE", "parameters": ["never"]}, 422), ({"sql": "SELECT 1", "parameters": [1]}, 422),
                             ({"sql": "SELECT 1", "timeout_ms": 0}, 400), ({"sql": "SELECT 1", "workgroup": "nobody"}, 400),
                             ({"sql": ""}, 422), ({"sql": "SELECT 1; SELECT 2"}, 422)):
            self.assertTrue(self.query.post("/v1/sql", body).expect(status).is_problem(), body)
            if status == 400:
                self.query.post("/v1/queries", body).expect(400)
        self.query.post("/v1/sql?timeout_ms=soon", b"SELECT 1").expect(400)
        for target in ("state=lost", "since=yesterday", "limit=0", "page_token=!"):
            self.query.get(f"/v1/queries?{target}").expect(400)

    def test_has_workgroups_with_limits_of_their_own(self):
        small = {"name": "small", "max_running": 1, "max_queued": 1, "max_waiting": 0, "result_expiry_ms": 60000}
        self.query.post("/v1/workgroups", small).expect(201)
        self.query.post("/v1/workgroups", small).expect(409)
        running = self.submit(ENDLESS, workgroup="small")
        self.wait_for(running["id"], "running")
        refused = self.query.post("/v1/sql?workgroup=small", b"SELECT 1").expect(429)
        self.assertTrue(refused.headers["Retry-After"])
        self.query.post("/v1/sql", b"SELECT 1").expect(200)
        waiting = self.submit("SELECT 1", workgroup="small")
        self.query.post("/v1/queries", {"sql": "SELECT 2", "workgroup": "small"}).expect(429)
        shown = self.query.get("/v1/workgroups/small").expect(200).json()
        self.assertEqual((1, 1), (shown["running"], shown["queued"]))
        self.query.send("DELETE", "/v1/workgroups/small").expect(409)
        self.query.send("DELETE", f"/v1/queries/{running['id']}").expect(202, 204)
        self.wait_for(waiting["id"], "succeeded")
        found = self.query.get("/v1/queries?workgroup=small&search=select%201").expect(200).json()["items"]
        self.assertEqual([waiting["id"]], [query["id"] for query in found])

    def test_answers_a_repeated_key_with_the_first_query(self):
        headers = {"Idempotency-Key": "once"}
        first = self.query.post("/v1/queries", {"sql": "SELECT 1"}, headers=headers).expect(202).json()
        again = self.query.post("/v1/queries", {"sql": "SELECT 1"}, headers=headers).expect(202).json()
        self.assertEqual(first["id"], again["id"])
        self.query.post("/v1/queries", {"sql": "SELECT 2"}, headers=headers).expect(422)

    def test_cancels_a_running_query(self):
        query = self.submit(ENDLESS)
        self.wait_for(query["id"], "running")
        self.query.get(f"/v1/queries/{query['id']}/results").expect(409)
        self.query.send("DELETE", f"/v1/queries/{query['id']}").expect(202, 204)
        self.wait_for(query["id"], "cancelled")
        self.query.send("DELETE", f"/v1/queries/{query['id']}").expect(409)

    def test_says_what_became_of_a_query_that_a_crash_interrupted(self):
        kept = self.submit("SELECT 42")
        self.wait_for(kept["id"], "succeeded")
        running = self.submit(ENDLESS)
        self.wait_for(running["id"], "running")
        self.query.kill()
        self.query.start()
        failed = self.wait_for(running["id"], "failed")
        self.assertEqual("unavailable", failed["error"]["code"])
        self.assertIn("submit it again", failed["error"]["detail"])
        self.assertEqual([[42]], self.query.get(f"/v1/queries/{kept['id']}/results").expect(200).json()["rows"])

    def test_takes_a_query_up_again_after_an_orderly_stop(self):
        query = self.submit(ENDLESS)
        self.wait_for(query["id"], "running")
        self.assertEqual(0, self.query.stop())
        self.query.start()
        self.wait_for(query["id"], "running")

    def test_serves_the_console(self):
        page = self.query.get("/").expect(200)
        self.assertEqual("text/html", page.headers.get_content_type())
        self.assertIn("default-src 'none'", page.headers["Content-Security-Policy"])


class Limits(QueryServiceTest):
    options = ("--max-running-statements", "1", "--max-waiting-statements", "0", "--statement-timeout", "10s",
               "--engine-memory", "64MiB", "--engine-temp", "16MiB", "--max-result-rows", "1000", "--process-memory", "1GiB")

    def test_refuses_what_finds_no_place(self):
        query = self.submit(ENDLESS)
        self.wait_for(query["id"], "running")
        problem = self.query.post("/v1/sql", b"SELECT 1").expect(429)
        self.assertTrue(problem.is_problem())
        self.wait_for(query["id"], "failed")
        wait_until("its place is free", lambda: self.query.post("/v1/sql", b"SELECT 1").status == 200)

    def test_ends_what_takes_too_long(self):
        self.assertIn("10s", self.query.post("/v1/sql", ENDLESS.encode()).expect(504).json()["detail"])

    def answer_once_free(self, sql):
        """The only place may be held for a moment after the answer to the statement before."""
        answers = []

        def is_answered():
            answers.append(self.query.post("/v1/sql", sql))
            return answers[-1].status != 429

        wait_until("the next statement finds a place", is_answered)
        return answers[-1]

    def test_goes_on_after_statements_that_would_never_end(self):
        for sql in ("WITH RECURSIVE t(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM t) SELECT count(*) FROM t",
                    "SELECT count(*) FROM range(1000000000000000) t(i) WHERE i % 3 = 1",
                    "SELECT max(i * j) FROM range(1000000) a(i), range(1000000) b(j)"):
            self.query.post("/v1/sql?timeout_ms=500", sql.encode()).expect(429, 504)
            self.assertEqual([[1]], self.answer_once_free(b"SELECT 1").expect(200).json()["rows"])
        self.answer_once_free(b"SELECT " + b"(" * 5000 + b"1" + b")" * 5000).expect(200, 422)
        self.query.post("/v1/sql", b"SELECT '" + b"x" * (10 << 20) + b"'").expect(413)
        self.assertEqual([[1]], self.answer_once_free(b"SELECT 1").expect(200).json()["rows"])

    def test_ends_what_takes_too_much_memory(self):
        self.query.post("/v1/sql", b"SELECT list(i) FROM range(100000000) t(i)").expect(429)
        self.answer_once_free(b"SELECT 1").expect(200)

    def test_ends_what_takes_memory_that_the_engine_does_not_count(self):
        for sql in ("SELECT length(repeat('x', 3000000000))", "SELECT sum(length(repeat('x', 1000000 + i::INT))) FROM range(100000) t(i)",
                    "SELECT len(range(500000000))"):
            problem = self.query.post("/v1/sql", sql.encode()).expect(429, 504).json()
            self.assertNotIn("SET ", problem["detail"])
            self.answer_once_free(b"SELECT 1").expect(200)
        peak = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{self.query.pid}/status").read_text())
        self.assertLess(int(peak.group(1)), 1 << 20)

    def test_ends_results_that_are_too_large(self):
        query = self.wait_for(self.submit("SELECT * FROM range(1001)")["id"], "failed")
        self.assertEqual("resource_exhausted", query["error"]["code"])

    def test_lets_many_ask_at_once(self):
        statuses = []
        threads = [threading.Thread(target=lambda: statuses.append(self.query.post("/v1/sql", b"SELECT 1").status)) for _ in range(30)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(30, len(statuses))
        self.assertLessEqual(set(statuses), {200, 429})
        self.assertIn(200, statuses)


if __name__ == "__main__":
    unittest.main()
