"""CREATE TABLE ... AS, INSERT INTO, UNLOAD and prepared statements over the real catalog, and kill -9 among them."""

import http.client
import random
import threading
import time
import unittest

from test_ddl import CatalogStatements
from tarn_harness import wait_until

KILLS = 3


class StatementsThatWrite(CatalogStatements):
    def test_publish_rows_that_the_next_statement_sees(self):
        self.run_sql("CREATE DATABASE shop")
        answer = self.rows("CREATE TABLE t WITH (partitioned_by = ARRAY['day']) AS SELECT range AS id, "
                           "range * 1.5 AS price, DATE '2026-01-01' + (range % 3)::INTEGER AS day FROM range(1000)")
        self.assertEqual([[1000]], answer)
        self.assertEqual([[1000, 3]], self.rows("SELECT count(*), count(DISTINCT day) FROM t"))
        self.assertEqual(3, len(self.rows("SHOW PARTITIONS t")))
        for dialect in ("duckdb", "athena"):
            stats = self.run_sql("SELECT count(*) FROM t WHERE day = DATE '2026-01-02'", dialect=dialect)["stats"]
            self.assertEqual([1, 3], [stats["files"], stats["files_total"]], dialect)
            plan = str(self.rows("EXPLAIN ANALYZE SELECT * FROM t WHERE id = 3", dialect=dialect))
            self.assertIn("TABLE_SCAN", plan)
            self.assertNotIn(str(self.home), plan)
        self.refused("CREATE TABLE t AS SELECT 1 AS a", "already", status=409)
        self.assertEqual([[0]], self.rows("CREATE TABLE IF NOT EXISTS t AS SELECT 1 AS a"))
        for number in range(3):
            self.assertEqual([[1]], self.rows(f"INSERT INTO t VALUES ({number}, 2, DATE '2026-01-09')"))
            self.assertEqual([[number + 1]], self.rows("SELECT count(*) FROM t WHERE day = '2026-01-09'"))
        self.assertEqual([[2]], self.rows("INSERT INTO t (day, id) SELECT DATE '2026-01-10', id FROM t WHERE id = 1"))
        self.refused("INSERT INTO t VALUES (1, 2)", "columns")
        self.refused("INSERT INTO t VALUES (1.5, 2, DATE '2026-01-01')", "CAST")
        self.refused("INSERT INTO missing VALUES (1)", "missing")
        for form in ("TEXTFILE", "JSON"):
            self.run_sql(f"CREATE TABLE as_{form.lower()} WITH (format = '{form}', write_compression = 'GZIP') AS "
                         "SELECT '007' AS code, 2.50 AS price, DATE '2026-01-01' AS day, CAST(NULL AS VARCHAR) AS nothing", dialect="duckdb")
            self.run_sql(f"INSERT INTO as_{form.lower()} VALUES ('a,\"b', -1, NULL, 'x')")
            self.assertEqual([["007", 2.5, "2026-01-01", None], ['a,"b', -1, None, "x"]],
                             self.rows(f"SELECT code, CAST(price AS DOUBLE), day, nothing FROM as_{form.lower()} ORDER BY code"))
        self.run_sql("CREATE TABLE athena AS SELECT 7 / 2 AS half, ARRAY[1, 2] AS list", dialect="athena")
        self.assertEqual([[3, [1, 2]]], self.rows("SELECT * FROM athena"))
        self.run_sql("CREATE TABLE typed WITH (format = 'JSON') AS SELECT 2.50::DECIMAL(10,2) AS price, 1.5::FLOAT AS f, MAP {'k': 1} AS m")
        self.assertEqual([["price", "decimal(10,2)", ""], ["f", "float", ""], ["m", "map<string,int>", ""]],
                         self.rows("DESCRIBE typed", dialect="athena"))
        self.assertEqual([["2.50", 1.5, [{"key": "k", "value": 1}]]], self.rows("SELECT * FROM typed"))
        self.refused("CREATE TABLE odd WITH (format = 'JSON') AS SELECT 'nan'::DOUBLE AS x", "column x")
        self.assertEqual([[0]], self.rows("CREATE TABLE none WITH (format = 'JSON') AS SELECT 1 AS a WHERE false"))
        self.assertEqual([], self.rows("SELECT * FROM none"))
        self.run_sql("CREATE TABLE empty AS SELECT id FROM t WITH NO DATA")
        self.assertEqual([[0]], self.rows("SELECT count(*) FROM empty"))

        self.put("exports/other/a.txt", "x")
        self.assertEqual([[3]], self.rows("UNLOAD (SELECT id FROM t WHERE day = '2026-01-09') TO 's3://exports/t/'"))
        self.refused("UNLOAD (SELECT id FROM t) TO 's3://exports/t/'", "empty place", status=409)
        self.refused("UNLOAD (SELECT id FROM t) TO 's3://nowhere/t/'", "no bucket")
        files = list((self.home / "lake" / "exports" / "t").glob("*.parquet"))
        self.assertEqual(1, len(files))

        self.run_sql("PREPARE one FROM SELECT count(*) FROM t WHERE id = ? AND day = ?")
        self.assertEqual([[1]], self.rows("EXECUTE one USING 2, '2026-01-09'"))
        self.run_sql("PREPARE add FROM INSERT INTO t SELECT CAST(? AS BIGINT), 1, DATE '2026-02-01'")
        self.assertEqual([[1]], self.rows("EXECUTE add USING 77"))
        self.run_sql("DEALLOCATE PREPARE one")
        self.refused("EXECUTE one USING 1, '2026-01-09'", "no prepared statement", status=404)

        done = self.wait_for(self.submit("CREATE TABLE kept AS SELECT 1 AS a", database="shop")["id"], "succeeded", "failed")
        self.assertEqual("succeeded", done["state"], done)
        self.assertEqual([[1]], self.rows("SELECT a FROM kept"))

    def test_leave_all_or_nothing_when_the_process_is_killed(self):
        self.run_sql("CREATE DATABASE shop")
        self.run_sql("CREATE TABLE sum AS SELECT 0 AS id")
        for number in range(KILLS):
            self.kill_while(f"CREATE TABLE t{number} WITH (partitioned_by = ARRAY['p']) AS "
                            "SELECT range AS id, range % 5 AS p FROM range(50000)")
            self.kill_while("INSERT INTO sum SELECT 1 FROM range(1000)")
        self.run_sql("MSCK REPAIR TABLE sum")
        self.assertEqual(0, self.rows("SELECT CAST(sum(id) % 1000 AS BIGINT) FROM sum")[0][0])
        for number in range(KILLS):
            self.assert_all_or_nothing(f"t{number}")

    def test_say_after_a_kill_what_was_written(self):
        self.run_sql("CREATE DATABASE shop")
        self.run_sql("CREATE TABLE sum AS SELECT 0 AS id")
        self.put("exports/other.txt", "x")
        for number, (statement, count, rows) in enumerate([
                ("INSERT INTO sum SELECT 1 FROM range(700)", "SELECT count(*) FROM sum", 701),
                ("CREATE TABLE made AS SELECT range AS id FROM range(700)", "SELECT count(*) FROM made", 700),
                ("UNLOAD (SELECT range AS id FROM range(700)) TO 's3://exports/all/'", "SELECT 700", 700)]):
            with self.subTest(statement):
                request = {"body": {"sql": statement, "database": "shop"}, "headers": {"Idempotency-Key": f"k{number}"}}
                first = self.query.post("/v1/queries", **request).expect(202).json()
                self.kill_once_written(first["id"])
                ended = self.wait_for(first["id"], "succeeded", "failed")
                self.assertEqual("succeeded", ended["state"], ended)
                answer = self.query.get(f"/v1/queries/{first['id']}/results").expect(200).json()
                self.assertEqual([[700]], answer["rows"])
                self.assertEqual(first["id"], self.query.post("/v1/queries", **request).expect(202).json()["id"])
                self.assertEqual([[rows]], self.rows(count))
                self.assertEqual(1, len(self.files_of(first["id"])))

    def test_write_once_however_often_a_key_is_sent(self):
        self.run_sql("CREATE DATABASE shop")
        self.run_sql("CREATE TABLE sum AS SELECT 0 AS id")
        insert = ("/v1/sql?database=shop", b"INSERT INTO sum SELECT 1 FROM range(7)")
        key = {"Idempotency-Key": "once"}
        known = self.files_of("")
        sender = threading.Thread(target=self.send_quietly, args=insert, kwargs={"headers": key})
        sender.start()
        wait_until("the rows are written", lambda: self.files_of("") - known)
        self.query.kill()
        sender.join()
        self.query.start()
        for _ in range(3):
            self.assertEqual([[7]], self.query.post(*insert, headers=key).expect(200).json()["rows"])
        self.assertEqual([[8]], self.rows("SELECT count(*) FROM sum"))
        self.query.post(insert[0], b"INSERT INTO sum VALUES (1)", headers=key).expect(422)
        create = ("/v1/sql?database=shop", b"CREATE TABLE made AS SELECT 1 AS id")
        for _ in range(2):
            self.query.post(*create, headers={"Idempotency-Key": "table"}).expect(200)
        # Rows are read anew, whatever the key.
        for expected in (8, 9):
            read = self.query.post("/v1/sql?database=shop", b"SELECT count(*) FROM sum", headers={"Idempotency-Key": "read"})
            self.assertEqual([[expected]], read.expect(200).json()["rows"])
            self.rows("INSERT INTO sum VALUES (1)")

    def files_of(self, statement):
        return {str(file) for bucket in ("tables", "exports") for file in (self.home / "lake" / bucket).rglob("*.parquet")
                if file.name.startswith(statement)}

    def kill_once_written(self, statement):
        wait_until(f"{statement} has written", lambda: self.files_of(statement))
        self.query.kill()
        self.query.start()

    def send_quietly(self, *request, **options):
        try:
            self.query.post(*request, **options)
        except (OSError, http.client.HTTPException):
            pass

    def kill_while(self, sql):
        thread = threading.Thread(target=self.send_quietly, args=("/v1/sql?database=shop", sql.encode()))
        thread.start()
        time.sleep(random.uniform(0, 0.4))
        self.query.kill()
        thread.join()
        self.query.start()

    def assert_all_or_nothing(self, table):
        def settled():
            tables = [row[0] for row in self.rows("SHOW TABLES")]
            files = list((self.home / "lake" / "tables" / "shop" / table).rglob("*.parquet"))
            if table not in tables:
                return "nothing" if not files else None
            return "everything" if self.rows(f"SELECT count(*) FROM {table}") == [[50000]] else None
        wait_until(f"{table} is there or not", settled)


if __name__ == "__main__":
    unittest.main()
