"""tarn-catalog, the real program, over a real object store that other processes write to."""

import json
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from tarn_harness import BUILD, Program, wait_until

TOOL = BUILD / "tests" / "functional" / "catalog" / "store-tool"
CATALOG = BUILD / "services" / "catalog" / "tarn-catalog"


class CatalogTestCase(unittest.TestCase):
    def setUp(self):
        self.home = Path(tempfile.mkdtemp(prefix="tarn_catalog_"))
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        self.lake = self.home / "lake"
        self.catalog = Program("tarn-catalog", [CATALOG, "--home", self.home, "--log-format", "text"], self.home)
        self.addCleanup(self.catalog.kill)
        self.catalog.start()

    def commit(self, contents):
        """Commits {key: text or None}, where None deletes."""
        arguments = []
        for number, (key, content) in enumerate(contents.items()):
            if content is None:
                arguments.append(f"{key}=")
                continue
            file = self.home / f"content-{number}"
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
            arguments.append(f"{key}={file}")
        subprocess.run([TOOL, self.lake, "transformed", *arguments], check=True)

    def crawl(self, body=None):
        """Crawls on request and returns the finished crawl."""
        answer = self.catalog.post("/v1/crawls", body or {}).expect(202)
        location = answer.headers["Location"]

        def ended():
            crawl = self.catalog.get(location).expect(200).json()
            return crawl if crawl["state"] not in ("queued", "running") else None
        return wait_until(f"{location} ends", ended)

    def table(self, name, database="spotify"):
        return self.catalog.get(f"/v1/databases/{database}/tables/{name}").expect(200).json()


class CatalogTest(CatalogTestCase):
    def test_a_new_file_becomes_a_table_without_anyone_asking(self):
        self.commit({"spotify/songs/a.csv": "id,name\n1,x\n2,\"y, z\"\n"})

        def known():
            answer = self.catalog.get("/v1/databases/spotify/tables/songs")
            return answer.json() if answer.status == 200 else None
        table = wait_until("the table is there", known)
        self.assertEqual([(column["name"], column["type"]) for column in table["columns"]],
                         [("id", "BIGINT"), ("name", "VARCHAR")])
        self.assertEqual((table["rows"], table["file_count"], table["version"]), (2, 1, 1))
        self.assertEqual([database["name"] for database in self.catalog.items("/v1/databases")], ["spotify"])

    def test_a_requested_crawl_reports_what_it_did_and_what_it_could_not_read(self):
        self.commit({"spotify/songs/good.csv": "a,b\n1,2\n", "spotify/songs/ragged.csv": "a,b\n1,2\n3,4,5\n",
                           "spotify/plays/year=2024/a.csv": "n\n1\n", "spotify/songs/cut.parquet": b"PAR1 and no more"})
        crawl = self.crawl()
        self.assertIn(crawl["state"], ("partially_succeeded", "unchanged"))
        self.assertEqual(crawl["progress"], 1)
        table = self.table("songs")
        self.assertEqual(table["rows"], 1)
        failures = {file["key"]: file for file in table["failed_files"]}
        self.assertEqual(failures["spotify/songs/ragged.csv"]["where"], "line 3")
        self.assertEqual(failures["spotify/songs/cut.parquet"]["code"], "unprocessable")
        self.assertNotIn(str(self.home), json.dumps(table))
        plays = self.table("plays")
        self.assertEqual(plays["partition_keys"], ["year"])
        self.assertEqual(self.catalog.items("/v1/databases/spotify/tables/plays/partitions")[0]["values"], {"year": "2024"})
        self.assertTrue(self.catalog.items("/v1/crawls"))

    def test_resolve_gives_the_files_of_the_current_version(self):
        self.commit({"spotify/songs/a.csv": "id\n1\n", "spotify/songs/b.csv": "id\n2\n"})
        self.crawl()
        self.commit({"spotify/songs/a.csv": None, "spotify/songs/c.csv": "id\n3\n"})
        self.crawl()
        names = {"names": [{"database": "SPOTIFY", "table": "Songs"}, {"database": "no", "table": "no"}]}
        songs, nothing = self.catalog.post("/v1/tables:resolve", names).expect(200).json()["tables"]
        files = [file["key"] for group in songs["groups"] for file in group["files"]]
        self.assertEqual(files, ["spotify/songs/b.csv", "spotify/songs/c.csv"])
        self.assertFalse(nothing["found"])
        binary = self.catalog.post("/v1/tables:resolve", b"\x0a\x10\x0a\x07spotify\x12\x05songs",
                                   headers={"Content-Type": "application/x-protobuf"}).expect(200)
        self.assertEqual(binary.headers.get_content_type(), "application/x-protobuf")
        self.assertIn(b"spotify/songs/c.csv", binary.body)

    def test_versions_are_compared_read_again_and_brought_back(self):
        self.commit({"spotify/songs/a.csv": "id,name\n1,x\n"})
        wait_until("the table is there", lambda: self.catalog.get("/v1/databases/spotify/tables/songs").status == 200)
        self.commit({"spotify/songs/b.csv": "id,name,score\n2,y,0.5\n"})
        wait_until("the second file is in it", lambda: self.table("songs")["version"] == 2)
        songs = "/v1/databases/spotify/tables/songs"
        diff = self.catalog.get(f"{songs}/versions/1/diff/2").expect(200).json()
        self.assertEqual(diff["words"], ['column "score" DOUBLE was added', "1 file was added"])
        former = self.catalog.get(f"{songs}?version=1").expect(200).json()
        self.assertEqual((len(former["columns"]), former["rows"], former["readable"]), (2, 1, True))

        answer = self.catalog.post(f"{songs}:rollback", {"version": 1}).expect(200).json()
        self.assertEqual((answer["outcome"], answer["version"], answer["files_removed"]), ("changed", 3, 1))
        self.assertEqual(self.table("songs")["file_count"], 1)
        # What was taken out stays out, until the object is another one.
        self.commit({"spotify/songs/c.csv": "id,name\n3,z\n"})
        wait_until("the third file is in it", lambda: self.table("songs")["version"] == 4)
        self.assertEqual([file["key"] for file in self.catalog.items(f"{songs}/files")],
                         ["spotify/songs/a.csv", "spotify/songs/c.csv"])
        self.commit({"spotify/songs/b.csv": "id,name\n4,y\n", "spotify/songs/a.csv": None})
        wait_until("the new content is in it", lambda: self.table("songs")["version"] == 5)
        self.assertEqual(self.table("songs")["rows"], 2)

        # The object store has replaced what the first version had.
        self.assertFalse(self.catalog.get(f"{songs}?version=1").json()["readable"])
        self.assertIn("spotify/songs/a.csv", self.catalog.post(f"{songs}:rollback", {"version": 1}).expect(409).text())
        self.assertIn("cannot be read any more", self.catalog.get(f"{songs}/snapshot?version=1").expect(404).text())
        self.assertIn("keeps the versions 1 to 5", self.catalog.get(f"{songs}?version=9").expect(404).text())

    def test_nothing_is_lost_or_doubled_when_it_is_killed_at_work(self):
        for number in range(12):
            self.commit({f"spotify/songs/{number}.csv": f"id\n{number}\n", "spotify/latest/a.csv": f"id\n{number}\n"})
            if number % 3 == 0:
                self.catalog.kill()
                self.catalog.start()
        self.catalog.kill()
        self.catalog.start()
        wait_until("the table is there", lambda: self.catalog.get("/v1/databases/spotify/tables/songs").status == 200)
        wait_until("all files are in the table", lambda: self.table("songs")["file_count"] == 12)
        self.assertEqual(self.table("songs")["rows"], 12)
        wait_until("the last content is cataloged", lambda: self.crawl()["state"] == "unchanged")
        self.assertEqual(self.table("latest")["rows"], 1)

    def test_requests_that_are_wrong_get_a_problem_that_says_where(self):
        get, post = self.catalog.get, self.catalog.post
        cases = [(get("/v1/databases/nobody"), 404, ""), (get("/v1/databases/a/tables/b"), 404, ""),
                 (get("/v1/crawls/none"), 404, ""), (get("/v1/databases?limit=0"), 400, "query:limit"),
                 (get("/v1/databases?page_token=%21"), 400, "query:page_token"), (get("/v1/databases?x=1"), 400, "query:x"),
                 (post("/v1/crawls", {"bucket": "raw"}), 400, "/bucket"), (post("/v1/crawls", {"x": 1}), 400, "/x"),
                 (post("/v1/crawls", {"prefix": 1}), 400, "/prefix"), (post("/v1/crawls", []), 400, ""),
                 (post("/v1/tables:resolve", {"names": [{"database": 1, "table": "b"}]}), 400, "/names/0/database"),
                 (post("/v1/tables:resolve", b"x", headers={"Content-Type": "text/plain"}), 415, ""),
                 (post("/v1/events", {}), 401, ""), (self.catalog.send("DELETE", "/v1/crawls"), 405, "")]
        for answer, status, where in cases:
            with self.subTest(answer.request, body=answer.body):
                self.assertEqual(answer.status, status)
                self.assertTrue(answer.is_problem())
                if where:
                    self.assertEqual(answer.json()["where"], where)

    def test_a_repeated_idempotency_key_plans_one_crawl(self):
        answers = [self.catalog.post("/v1/crawls", {}, headers={"Idempotency-Key": "once"}).expect(202) for _ in range(2)]
        self.assertEqual(answers[0].json()["id"], answers[1].json()["id"])

    def test_metrics_and_readiness_tell_its_state(self):
        self.commit({"spotify/songs/a.csv": "id\n1\n"})
        self.crawl()
        metrics = self.catalog.get("/metrics").expect(200).text()
        self.assertIn("tarn_catalog_tables 1", metrics)
        self.assertIn("tarn_catalog_files 1", metrics)
        self.assertIn('tarn_catalog_crawls_total{state=', metrics)
        self.assertEqual(self.catalog.get("/readyz").expect(200).json()["status"], "ready")

    def test_it_ends_cleanly_when_asked(self):
        self.assertEqual(self.catalog.stop(), 0)


class WrongAnswerTest(CatalogTestCase):
    """The published table whose tracks lasted 2,556 minutes, because quoted commas were split."""

    def test_its_columns_are_typed_right(self):
        data = Path(os.environ.get("TARN_DATA", Path(__file__).resolve().parents[4] / "shared" / "data"))
        file = data / "spotify" / "athena_wrong_answer" / "s3_processed_sample.csv"
        if not file.exists():
            self.skipTest(f"no {file}")
        self.commit({"spotify/processed/sample.csv": file.read_bytes()})
        self.crawl()
        types = {column["name"]: column["type"] for column in self.table("processed")["columns"]}
        self.assertEqual(types, {"artist": "VARCHAR", "artist_id": "VARCHAR", "album_name": "VARCHAR", "album_id": "VARCHAR",
                                 "track_name": "VARCHAR", "track_id": "VARCHAR", "duration_ms": "BIGINT", "explicit": "BOOLEAN"})


if __name__ == "__main__":
    unittest.main()
