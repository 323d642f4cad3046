"""One transform reads the table of another through the catalog: the real tarn-transform and tarn-catalog, with
tarn-extract beside them, which finds the files dropped into the lake."""

import json
import shutil
import tempfile
import unittest
from pathlib import Path

from tarn_harness import BUILD, Program, free_port, wait_until

ITEMS = """
name: items
input: {bucket: raw, prefix: items/, suffix: .json, format: json}
outputs:
  - {table: shop.items, model: items, mode: merge, key: [id], order_by: [seen desc]}
"""
ITEMS_SQL = """
SELECT (document->>'$.id') AS id, CAST((document->>'$.price') AS INTEGER) AS price, object_time AS seen FROM {{ input }}
"""
TOTALS = """
name: totals
FOLLOWS
outputs:
  - {table: shop.totals, model: totals, mode: replace, format: csv}
counts:
  items: SELECT count(*) FROM {{ table('shop.items') }}
  price: SELECT sum(price) FROM {{ table('shop.items') }}
"""
# What starts a run of totals.
BY_EVENTS = "input: {bucket: transformed, prefix: shop/items/, format: parquet}"
BY_UPSTREAM = "triggers: {events: false, upstream: [items]}"
COUNT_FILES = "  files: SELECT count(DISTINCT object_key) FROM {{ input }}\n"
TOTALS_SQL = "SELECT count(*) AS items, CAST(sum(price) AS BIGINT) AS price FROM {{ table('shop.items') }}\n"


class TablesTest:
    follows = None

    def setUp(self):
        self.home = Path(tempfile.mkdtemp(prefix="tarn_tables_"))
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        totals = TOTALS.replace("FOLLOWS", self.follows) + (COUNT_FILES if self.follows == BY_EVENTS else "")
        for name, text in {"items/transform.yaml": ITEMS, "items/models/items.sql": ITEMS_SQL,
                           "totals/transform.yaml": totals, "totals/models/totals.sql": TOTALS_SQL}.items():
            file = self.home / "pipelines" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        catalog_port = free_port()
        self.catalog = self.program("catalog", port=catalog_port)
        self.transform = self.program("transform", "--catalog-url", f"http://127.0.0.1:{catalog_port}")
        self.extract = self.program("extract", "--adopt-interval", "50ms", "--adopt-settle", "10ms")
        for program in (self.catalog, self.transform, self.extract):
            program.start()

    def program(self, name, *options, port=None):
        command = [BUILD / f"services/{name}/tarn-{name}", "--home", self.home, "--pipelines", self.home / "pipelines",
                   "--log-format", "text", *options]
        program = Program(f"tarn-{name}", command, self.home, port=port)
        self.addCleanup(program.kill)
        return program

    def tearDown(self):
        if any(error for _, error in getattr(self._outcome, "errors", ())):
            print(self.transform.log_tail(), self.catalog.log_tail(), sep="\n")

    def drop(self, number):
        """An item of that price, as another program would write it."""
        file = self.home / f"lake/raw/items/{number}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        hidden = file.with_name("." + file.name)
        hidden.write_text(json.dumps({"id": str(number), "price": number}))
        hidden.rename(file)

    def runs(self, transform, state):
        return self.transform.items(f"/v1/runs?transform={transform}&state={state}")

    def await_totals(self, items):
        """Waits until a run of totals has counted so many items, and returns it."""
        def counted():
            return next((run for run in self.runs("totals", "succeeded") if run["counts"]["items"] == items), None)
        return wait_until(f"totals count {items} items", counted)

    def published(self):
        rows = [file.read_text().splitlines() for file in (self.home / "lake/transformed/shop/totals").glob("*.csv")]
        self.assertEqual(len(rows), 1)
        return rows[0]

    def test_an_aggregate_is_right_after_every_run_of_what_it_reads(self):
        for number in range(1, 11):
            self.drop(number)
            run = self.await_totals(number)
            total = number * (number + 1) // 2
            self.assertEqual(run["counts"]["price"], total)
            self.assertEqual(self.published(), ["items,price", f"{number},{total}"])
            self.assertEqual([table["table"] for table in run["tables"]], ["shop.items"])
        # Each run saw what the run before it had published, and the one before that had not.
        counts = [run["counts"]["items"] for run in reversed(self.runs("totals", "succeeded"))]
        self.assertEqual(counts, list(range(1, 11)))
        versions = [run["tables"][0]["version"] for run in self.runs("totals", "succeeded")]
        self.assertEqual(len(set(versions)), 10)

    def test_a_run_waits_while_the_catalog_is_down_and_others_do_not(self):
        self.drop(1)
        self.await_totals(1)
        self.assertEqual(self.transform.get("/readyz").status, 200)
        self.catalog.kill()
        self.assertEqual(self.transform.get("/readyz").status, 503)
        self.drop(2)
        waiting = wait_until("a run waits", lambda: [run for run in self.runs("totals", "queued") if run["error"]])[0]
        self.assertIn("the catalog does not answer", waiting["error"]["detail"])
        self.assertEqual(waiting["attempt"], 1)
        wait_until("the run before has ended", lambda: len(self.runs("items", "succeeded")) == 2)
        self.assertEqual(self.published(), ["items,price", "1,1"])
        self.catalog.start()
        self.assertEqual(self.await_totals(2)["counts"]["price"], 3)
        self.assertEqual(self.transform.items("/v1/dead-letters"), [])

    def test_kills_of_all_of_them_lose_nothing(self):
        for number in range(1, 9):
            self.drop(number)
            for program in (self.transform, self.catalog)[number % 2:number % 3 + 1]:
                program.kill()
                program.start()
        self.assertEqual(self.await_totals(8)["counts"]["price"], 36)
        self.assertEqual(self.published(), ["items,price", "8,36"])


class TablesOfFilesThatCame(TablesTest, unittest.TestCase):
    follows = BY_EVENTS


class TablesOfAnUpstream(TablesTest, unittest.TestCase):
    follows = BY_UPSTREAM


if __name__ == "__main__":
    unittest.main()
