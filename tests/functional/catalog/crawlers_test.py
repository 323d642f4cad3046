"""Crawlers of tarn-catalog, the real program: definitions by file and by REST, runs, dry runs, and kill -9 at work."""

import json
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from tarn_harness import BUILD, Program, wait_until

TOOL = BUILD / "tests" / "functional" / "catalog" / "store-tool"
CATALOG = BUILD / "services" / "catalog" / "tarn-catalog"
SHOP = {"database": "shop", "targets": ["raw/shop"]}


class CrawlersTest(unittest.TestCase):
    def setUp(self):
        self.home = Path(tempfile.mkdtemp(prefix="tarn_crawlers_"))
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        self.pipelines = self.home / "pipelines"
        self.pipelines.mkdir()
        self.catalog = Program("tarn-catalog", [CATALOG, "--home", self.home, "--pipelines", self.pipelines,
                                                "--log-format", "text"], self.home)
        self.addCleanup(self.catalog.kill)
        self.catalog.start()

    def commit(self, contents, bucket="raw"):
        arguments = []
        for number, (key, content) in enumerate(contents.items()):
            file = self.home / f"content-{number}"
            file.write_text(content or "", encoding="utf-8")
            arguments.append(f"{key}=" if content is None else f"{key}={file}")
        subprocess.run([TOOL, self.home / "lake", bucket, *arguments], check=True)

    def define_by_file(self, text, name="sales"):
        (self.pipelines / name).mkdir(exist_ok=True)
        (self.pipelines / name / "crawler.yaml").write_text(text, encoding="utf-8")

    def put(self, path, definition):
        return self.catalog.send("PUT", path, json.dumps(definition).encode(), headers={"Content-Type": "application/json"})

    def tables(self, database="shop"):
        answer = self.catalog.get(f"/v1/databases/{database}/tables")
        return {table["name"]: table for table in answer.json()["items"]} if answer.status == 200 else {}

    def runs(self, crawler):
        return self.catalog.items(f"/v1/crawlers/{crawler}/runs")

    def ended(self, crawl):
        def look():
            now = self.catalog.get(f"/v1/crawls/{crawl['id']}").expect(200).json()
            return now if now["state"] not in ("queued", "running") else None
        return wait_until(f"the crawl {crawl['id']} ends", look)

    def test_a_file_defines_a_crawler_and_says_where_it_is_wrong(self):
        self.commit({"shop/orders/day=2024-05-01/a.csv": "id\n1\n", "shop/old/x.csv": "id\n1\n"})
        self.define_by_file("database: shop\ntargets:\n  - {bucket: raw, prefix: shop, exclude: ['old/**']}\n")
        wait_until("the table is there", lambda: "orders" in self.tables())
        self.assertEqual({"orders"}, set(self.tables()))
        self.commit({"shop/orders/day=2024-05-02/a.csv": "id\n2\n"})
        wait_until("the new file is in", lambda: self.tables()["orders"]["rows"] == 2)

        self.define_by_file("database: shop\ntargets:\n  - {bucket: raw, prefix: shop, exclude: ['old/[']}\n")
        error = wait_until("the mistake is seen", lambda: self.catalog.get("/v1/crawlers/sales").json()["error"])
        self.assertIn("line 3, /targets/0/exclude/0", error["where"])
        self.assertIn("a bracket is not closed", error["detail"])
        self.commit({"shop/orders/day=2024-05-03/a.csv": "id\n3\n"})
        wait_until("the form before is in force", lambda: self.tables()["orders"]["rows"] == 3)
        self.put("/v1/crawlers/sales", SHOP).expect(409)
        self.catalog.send("DELETE", "/v1/crawlers/sales").expect(409)

        self.define_by_file("database: shop\ntargets: [raw/shop]\n")
        wait_until("what was excluded is in", lambda: "old" in self.tables())
        shutil.rmtree(self.pipelines / "sales")
        wait_until("the crawler is gone", lambda: self.catalog.get("/v1/crawlers/sales").status == 404)
        self.assertEqual({"orders", "old"}, set(self.tables()))

    def test_a_dry_run_writes_nothing_and_the_run_does_what_it_said(self):
        self.commit({"shop/orders/a.csv": "id\n1\n", "shop/users/a.csv": "name\nx\n", "shop/users/b.csv": "a,b\n1,2\n3,4,5\n"})
        plan = self.catalog.post("/v1/crawlers:plan", {"name": "shop", **SHOP}).expect(200).json()
        self.assertTrue(plan["dry_run"])
        self.assertEqual({"orders": "created", "users": "created"},
                         {table["table"]: table["outcome"] for table in plan["tables"]})
        self.assertEqual("line 3", plan["failed_files"][0]["where"])
        self.assertEqual({}, self.tables())
        self.assertEqual(["default"], [crawler["name"] for crawler in self.catalog.items("/v1/crawlers")])

        self.put("/v1/crawlers/shop", SHOP).expect(201)
        crawl = self.ended(wait_until("it runs", lambda: self.runs("shop"))[0])
        for count in ("tables_added", "files_added", "files_failed", "files_seen"):
            self.assertEqual(plan["counts"][count], crawl["counts"][count], count)
        self.assertEqual("definition", crawl["trigger"])
        again = self.catalog.post("/v1/crawlers/shop:plan").expect(200).json()
        self.assertEqual(0, again["counts"]["tables_changed"])

        self.commit({"shop/orders/a.csv": None}, "raw")
        self.catalog.post("/v1/crawlers/shop:pause").expect(200)
        self.commit({"shop/more/a.csv": "id\n1\n"})
        run = self.catalog.post("/v1/crawlers/shop/runs", {"recrawl": "everything"}).expect(202).json()
        self.assertEqual("everything", self.ended(run)["recrawl"])
        self.assertIn("more", self.tables())
        self.catalog.send("DELETE", "/v1/crawlers/shop").expect(204)

    def test_a_schedule_runs_a_crawler(self):
        self.commit({"shop/orders/a.csv": "id\n1\n"})
        self.put("/v1/crawlers/shop", {**SHOP, "on_event": False, "schedule": {"every": "1s"}}).expect(201)
        wait_until("it has run twice", lambda: len([r for r in self.runs("shop") if r["trigger"] == "schedule"]) >= 2)
        self.assertIn("orders", self.tables())
        self.assertIsNotNone(self.catalog.get("/v1/crawlers/shop").json()["next_run_at"])

    def test_a_killed_crawl_leaves_the_version_before_and_runs_again(self):
        self.commit({f"shop/orders/{number}.csv": f"id\n{number}\n" for number in range(300)})
        self.put("/v1/crawlers/shop", {**SHOP, "on_event": False}).expect(201)
        crawl = self.catalog.post("/v1/crawlers/shop/runs").expect(202).json()
        for _ in range(5):
            self.catalog.kill()
            self.catalog.start()
            rows = self.tables().get("orders", {"rows": 0})["rows"]
            self.assertIn(rows, (0, 300))
        self.assertEqual("succeeded", self.ended(crawl)["state"])
        self.assertEqual((300, 1), (self.tables()["orders"]["rows"], self.tables()["orders"]["version"]))
        self.assertEqual(1, len(self.runs("shop")))

    def test_events_during_a_crawl_are_not_lost(self):
        self.commit({f"shop/orders/{number}.csv": f"id\n{number}\n" for number in range(200)})
        self.put("/v1/crawlers/shop", SHOP).expect(201)
        for number in range(200, 230):
            self.commit({f"shop/orders/{number}.csv": f"id\n{number}\n"})
        wait_until("all files are in", lambda: self.tables().get("orders", {"file_count": 0})["file_count"] == 230)
        self.assertEqual(230, self.tables()["orders"]["rows"])

    def test_requests_that_are_wrong_say_where(self):
        post, get = self.catalog.post, self.catalog.get
        cases = [(get("/v1/crawlers/nobody"), 404, ""), (self.put("/v1/crawlers/A", SHOP), 400, "/name"),
                 (self.put("/v1/crawlers/default", SHOP), 409, ""), (self.catalog.send("DELETE", "/v1/crawlers/nobody"), 404, ""),
                 (self.put("/v1/crawlers/a", {**SHOP, "colour": 1}), 400, "/colour"),
                 (self.put("/v1/crawlers/a", {"database": "x"}), 400, "/targets"),
                 (self.put("/v1/crawlers/a", {**SHOP, "schedule": "cron(0 99 * * ? *)"}), 400, "/schedule"),
                 (post("/v1/crawlers/nobody/runs", {}), 404, ""), (post("/v1/crawlers/default/runs", {"x": 1}), 400, "/x"),
                 (post("/v1/crawlers/nobody:plan"), 404, ""), (post("/v1/crawlers:plan", SHOP), 400, "/name"),
                 (post("/v1/crawls/none:cancel"), 404, "")]
        for answer, status, where in cases:
            with self.subTest(answer=answer.body):
                self.assertEqual(status, answer.status, answer.body)
                if where:
                    self.assertIn(where, answer.json()["where"])


if __name__ == "__main__":
    unittest.main()
