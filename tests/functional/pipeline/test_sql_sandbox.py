"""What SQL must not reach, tried on the running service."""

import unittest

from tarn_harness import TarnTestCase

REFUSED = {
    "a file by function": "SELECT * FROM read_csv('/etc/passwd')",
    "a file by name": "SELECT * FROM '/etc/passwd'",
    "a file by quoted name": 'SELECT * FROM "/etc/passwd"',
    "a text file": "SELECT * FROM read_text('/etc/passwd')",
    "a blob": "SELECT * FROM read_blob('/etc/*')",
    "a listing": "SELECT * FROM glob('/etc/*')",
    "a remote file": "SELECT * FROM read_parquet('https://example.com/a.parquet')",
    "a file inside an expression": "SELECT (SELECT count(*) FROM read_csv('/etc/passwd'))",
    "a file inside a CTE": "WITH t AS (SELECT * FROM read_json('/etc/passwd')) SELECT * FROM t",
    "writing by COPY": "COPY (SELECT 1) TO '/tmp/tarn_sandbox_test.csv'",
    "reading by COPY": "COPY t FROM '/etc/passwd'",
    "ATTACH": "ATTACH '/tmp/tarn_sandbox_test.db' AS other",
    "INSTALL": "INSTALL httpfs",
    "LOAD": "LOAD httpfs",
    "SET": "SET enable_external_access = true",
    "RESET": "RESET lock_configuration",
    "PRAGMA": "PRAGMA database_list",
    "CREATE": "CREATE TABLE t (a INTEGER)",
    "DROP": "DROP TABLE t",
    "INSERT": "INSERT INTO t VALUES (1)",
    "UPDATE": "UPDATE t SET a = 1",
    "DELETE": "DELETE FROM t",
    "EXPORT": "EXPORT DATABASE '/tmp/tarn_sandbox_test'",
    "CALL": "CALL pragma_version()",
    "settings": "SELECT * FROM duckdb_settings()",
    "secrets": "SELECT * FROM duckdb_secrets()",
    "the environment": "SELECT getenv('HOME')",
    "a table that is not cataloged": "SELECT * FROM nothing.at_all",
    "the engine's own catalog": "SELECT * FROM duckdb_tables()",
    "two statements": "SELECT 1; SELECT 2",
    "no statement": "",
    "no SQL": "this is not SQL",
    "an unknown column": "SELECT no_such_column",
}


class TheSandbox(TarnTestCase):
    def test_refuses_what_is_not_a_question_to_cataloged_tables(self):
        for subject, statement in REFUSED.items():
            with self.subTest(subject=subject):
                answer = self.tarn.query.send("POST", "/v1/sql", statement.encode())
                self.assertIn(answer.status, range(400, 500), answer.body[:300])
                self.assertTrue(answer.is_problem())
                self.assertGreater(len(answer.json()["detail"]), 10)
                self.assertNotIn("root:", answer.text())

    def test_still_answers_after_all_of_that(self):
        self.assertEqual([[2]], self.tarn.sql("SELECT 1 + 1"))

    def test_answers_in_the_format_asked_for(self):
        statement = b"SELECT 1 AS a, 'x,y' AS b"
        csv = self.tarn.query.send("POST", "/v1/sql", statement, {"Accept": "text/csv"}).expect(200)
        self.assertEqual('a,b\n1,"x,y"\n', csv.text().replace("\r\n", "\n"))
        lines = self.tarn.query.send("POST", "/v1/sql", statement, {"Accept": "application/x-ndjson"}).expect(200)
        self.assertEqual('{"a":1,"b":"x,y"}\n', lines.text())
        answer = self.tarn.query.send("POST", "/v1/sql", statement).expect(200).json()
        self.assertEqual(["a", "b"], [column["name"] for column in answer["columns"]])
        self.assertEqual([[1, "x,y"]], answer["rows"])

    def test_takes_a_statement_as_curl_sends_it(self):
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self.tarn.query.send("POST", "/v1/sql", b"SELECT 42", headers).expect(200)
        self.assertEqual([[42]], answer.json()["rows"])


if __name__ == "__main__":
    unittest.main()
