"""DDL, views and SHOW over the real catalog."""

import unittest

from http_answer import send
from tarn_harness import wait_until
from test_query_service import QueryServiceTest


class CatalogStatements(QueryServiceTest):
    def setUp(self):
        super().setUp()
        port_file = self.home / "s3.port"
        self.extract = self.program("extract", "--s3-port-file", port_file)
        self.s3_port = int(wait_until("the S3 door is open", lambda: port_file.exists() and port_file.read_text().strip()))
        self.catalog = self.program("catalog", port=self.catalog_port)

    def put(self, key, content):
        bucket = key.partition("/")[0]
        send("127.0.0.1", self.s3_port, "PUT", f"/{bucket}").expect(200, 409)
        send("127.0.0.1", self.s3_port, "PUT", f"/{key}", content.encode()).expect(200)

    def run_sql(self, sql, status=200, dialect="duckdb", database="shop"):
        target = f"/v1/sql?dialect={dialect}" + (f"&database={database}" if database else "")
        answer = self.query.post(target, sql.encode())
        self.assertEqual(status, answer.status, f"{sql}\n{answer.text()[:500]}")
        return answer.json()

    def rows(self, sql, **options):
        return self.run_sql(sql, **options)["rows"]

    def refused(self, sql, *words, status=422, **options):
        detail = self.run_sql(sql, status=status, **options)["detail"]
        for word in words:
            self.assertIn(word, detail)


class StatementsThatChangeTheCatalog(CatalogStatements):
    def test_a_table_from_its_declaration_to_its_end(self):
        self.put("landing/sales/day=2026-01-01/a.csv", "id;price\n1;2.50\n2;10\n")
        self.run_sql("CREATE DATABASE shop COMMENT 'What the shop sells'", database=None)
        self.refused("CREATE SCHEMA shop", "already", status=409)
        self.run_sql("CREATE SCHEMA IF NOT EXISTS shop")
        create = """CREATE EXTERNAL TABLE IF NOT EXISTS `shop`.`sales` (`id` bigint COMMENT 'the order', price decimal(10,2))
            COMMENT 'One row per sale' PARTITIONED BY (day date)
            ROW FORMAT DELIMITED FIELDS TERMINATED BY ';' LINES TERMINATED BY '\\n'
            LOCATION 's3://landing/sales/' TBLPROPERTIES ('skip.header.line.count'='1', 'source'='till')"""
        self.run_sql(create)
        self.run_sql(create)
        self.refused(create.replace("IF NOT EXISTS ", ""), "already", status=409)
        self.assertEqual([["12.50"]], self.rows("SELECT sum(price) FROM sales WHERE day = DATE '2026-01-01'"))
        self.assertEqual([["day=2026-01-01"]], self.rows("SHOW PARTITIONS sales"))
        self.assertEqual([["id"], ["price"], ["day"]], self.rows("SHOW COLUMNS IN sales"))
        described = self.rows("DESCRIBE sales", dialect="athena")
        self.assertEqual(["id", "bigint", "the order"], described[0])
        self.assertEqual(["price", "decimal(10,2)"], described[1][:2])
        self.assertIn(["source", "till"], self.rows("SHOW TBLPROPERTIES sales"))
        self.assertIn("CREATE EXTERNAL TABLE", self.rows("SHOW CREATE TABLE sales")[0][0])

        self.put("landing/sales/day=2026-01-02/b.csv", "id;price\n3;1\n")
        self.run_sql("MSCK REPAIR TABLE sales")
        self.assertEqual([[3]], self.rows("SELECT count(*) FROM sales"))
        self.put("landing/sales/day=2026-01-03/c.csv", "id;price\n4;1\n")
        self.run_sql("ALTER TABLE sales ADD IF NOT EXISTS PARTITION (day = '2026-01-03') PARTITION (day = '2026-01-02')")
        self.assertEqual([[4]], self.rows("SELECT count(*) FROM sales"))
        self.refused("ALTER TABLE sales ADD PARTITION (day = '2026-01-09')", "no files")
        self.refused("ALTER TABLE sales ADD PARTITION (day = '2026-01-03') LOCATION 's3://other/place/'", "below the table")
        self.refused("ALTER TABLE sales DROP PARTITION (day = '2026-01-03')", "delete")

        self.run_sql("ALTER TABLE sales ADD COLUMNS (note string)")
        self.assertEqual([["id"], ["price"], ["note"], ["day"]], self.rows("SHOW COLUMNS IN sales"))
        self.assertEqual([[4, 0]], self.rows("SELECT count(*), count(note) FROM sales"))
        self.run_sql("ALTER TABLE sales RENAME COLUMN note TO remark")
        self.assertEqual([[0]], self.rows("SELECT count(remark) FROM sales"))
        self.run_sql("ALTER TABLE sales SET TBLPROPERTIES ('owner' = 'ada')")
        self.assertEqual([["owner", "ada"]], self.rows("SHOW TBLPROPERTIES sales ('owner')"))
        self.refused("ALTER TABLE sales RENAME TO other", "cannot be renamed")
        self.refused("DROP VIEW sales", "is a table")
        self.refused("DROP DATABASE shop", "tables or views", status=409)
        self.run_sql("DROP TABLE sales")
        self.refused("DROP TABLE sales", "no table sales")
        self.run_sql("DROP TABLE IF EXISTS sales")
        self.run_sql("DROP DATABASE shop", database=None)

    def test_views(self):
        self.put("transformed/shop/orders/a.csv", "id,amount\n1,5\n2,7\n")
        wait_until("the table is crawled", lambda: self.query.post("/v1/sql", b"FROM shop.orders").status == 200)
        self.run_sql("CREATE VIEW big AS SELECT * FROM orders WHERE amount > 5")
        self.refused("CREATE VIEW big AS SELECT 1", "OR REPLACE", status=409)
        self.refused("CREATE VIEW orders AS SELECT 1 AS a", "table", status=409)
        self.refused("CREATE VIEW bad AS SELECT missing FROM orders", "the view shop.bad", "missing")
        self.refused("CREATE OR REPLACE VIEW big AS SELECT * FROM bigger", "bigger")
        self.refused("CREATE VIEW shop.elsewhere AS SELECT * FROM orders", "own database", database="other")
        self.run_sql("CREATE VIEW total AS SELECT sum(amount) AS s, 7 / 2 AS half FROM big", dialect="athena")
        self.refused("CREATE OR REPLACE VIEW big AS SELECT * FROM total", "reads itself")
        self.assertEqual([["big"], ["total"]], self.rows("SHOW VIEWS"))
        self.assertEqual([["total"]], self.rows("SHOW VIEWS IN shop LIKE 'to%'", database=None))
        self.assertEqual([["big"], ["orders"], ["total"]], self.rows("SHOW TABLES"))
        self.assertEqual([["orders"]], self.rows("SHOW TABLES FROM shop 'or*'", database=None))
        self.refused("SHOW TABLES FROM nowhere", "nowhere")
        self.refused("MSCK REPAIR TABLE big", "is a view")
        self.run_sql("CREATE VIEW kinds AS SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = 'shop'")
        self.assertEqual([["big", "VIEW"], ["orders", "BASE TABLE"]],
                         self.rows("SELECT * FROM kinds WHERE table_name IN ('orders', 'big') ORDER BY 1"))
        for statement in ("CREATE VIEW nowhere.v AS SELECT 1 AS a", "CREATE TABLE nowhere.t AS SELECT 1 AS a",
                          "CREATE EXTERNAL TABLE nowhere.t (a int) LOCATION 's3://transformed/x/'"):
            self.refused(statement, "no database nowhere")
        self.assertEqual([["shop"]], self.rows("SHOW DATABASES"))
        self.assertEqual([[3]], self.rows("SELECT half FROM total"))
        self.assertEqual([["7"]], [[str(row[0])] for row in self.rows("SELECT s FROM total")])
        answer = self.run_sql("SELECT * FROM big")
        self.assertEqual({"shop.big", "shop.orders"}, {table["table"] for table in answer["stats"]["snapshot"]})
        self.assertEqual([["s"], ["half"]], self.rows("SHOW COLUMNS FROM total"))
        self.assertIn("SELECT sum(amount)", self.rows("SHOW CREATE VIEW total")[0][0])
        self.refused("DROP TABLE big", "is a view")
        self.run_sql("DROP VIEW total")
        self.run_sql("DROP VIEW IF EXISTS total")
        self.refused("SELECT * FROM total", "no table total")


if __name__ == "__main__":
    unittest.main()
