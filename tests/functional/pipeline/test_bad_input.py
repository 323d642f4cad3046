"""Input that is broken: it is reported with its place, and everything beside it goes on."""

import json
import unittest

from expected_tables import tables_of
from spotify_tables import await_tables
from tarn_harness import STAND_IN_DATA, TarnTestCase, wait_until

RAW = "spotify/playlist_items"


class BrokenInput(TarnTestCase):
    # Foreign files are looked for more often than by default, so that the tests need not wait.
    tarn_options = {"service_options": {"extract": ["--adopt-interval", "200ms", "--adopt-settle", "100ms"]}}

    def drop(self, bucket, key, content):
        """Puts a file into a bucket as another program would: complete at once."""
        path = self.tarn.lake / bucket / key
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self.tarn.home / "dropped"
        temporary.write_bytes(content)
        temporary.rename(path)

    def run_with_input(self, key):
        """The transform's run that took this object, once it has ended."""
        def ended():
            for run in self.tarn.transform.get("/v1/runs?limit=50").expect(200).json()["items"]:
                run = self.tarn.transform.get(f"/v1/runs/{run['id']}").expect(200).json()
                if any(thing["key"] == key for thing in run["inputs"]):
                    return run if run["state"] not in ("queued", "running") else None
            return None
        return wait_until(f"a run took {key}", ended)

    def test_a_corrupt_page_is_named_with_the_byte_while_good_pages_publish(self):
        playlist = json.loads((STAND_IN_DATA / "top_songs_2026-01.json").read_text())
        good = json.dumps(playlist.get("tracks") or playlist["items"]).encode()
        broken = good[:len(good) // 2]
        folder = f"{RAW}/playlist_id=broken/run=20260101T000000Z_01JGFJJZ000000000000000000"
        self.drop("raw", f"{folder}/page-00000.json", good)
        self.drop("raw", f"{folder}/page-00001.json", broken)
        self.drop("raw", f"{folder}/page-00002.json", b"\xff\xfe not JSON at all")
        await_tables(self.tarn, tables_of([self.tarn.lake / "raw" / f"{folder}/page-00000.json"]))

        for page, byte in (("page-00001.json", len(broken)), ("page-00002.json", 0)):
            run = self.run_with_input(f"{folder}/{page}")
            self.assertIn(run["state"], ("partially_succeeded", "failed"))
            self.assertIn("page-0000", json.dumps(run["error"]))
            letters = [letter for letter in self.tarn.transform.items("/v1/dead-letters")
                       if letter["key"] == f"{folder}/{page}"]
            self.assertEqual(1, len(letters))
            self.assertIn(f"byte {byte}", json.dumps(letters[0]), page)

    def test_a_truncated_parquet_file_and_an_odd_csv_file_are_reported_and_the_good_ones_are_read(self):
        self.drop("transformed", "shop/orders/good.csv", b"id,amount\n1,2.50\n2,3.75\n")
        self.drop("transformed", "shop/orders/noise.csv", bytes(range(256)) * 64)
        self.drop("transformed", "shop/receipts/truncated.parquet", b"PAR1" + bytes(200))
        self.drop("transformed", "shop/visits/day=2026-01-01/a.csv", b"who,when\nann,2026-01-01 10:00:00\n")
        self.drop("transformed", "shop/visits/day=2026-01-02/cut.csv", b'who,when\n"ann,2026-01-01')

        wait_until("the good order file is cataloged",
                   lambda: self.tarn.catalog.get("/v1/databases/shop/tables/orders").status == 200)
        for table, file in (("orders", "noise.csv"), ("receipts", "truncated.parquet")):
            failed = wait_until(f"{file} is reported", lambda table=table: self.failed_files(table))
            self.assertEqual([f"shop/{table}/{file}"], [entry["key"] for entry in failed])
            self.assertGreater(len(failed[0]["detail"]), 10, failed)
        self.assertEqual([[1, 2.5], [2, 3.75]], self.tarn.sql("SELECT id, amount FROM shop.orders ORDER BY id"))
        self.assertEqual([["ann"]], self.tarn.sql("SELECT who FROM shop.visits WHERE day = DATE '2026-01-01'"))
        for service in self.tarn.services.values():
            service.get("/readyz").expect(200)

    def failed_files(self, table):
        answer = self.tarn.catalog.get(f"/v1/databases/shop/tables/{table}/failed-files")
        return answer.json()["items"] if answer.status == 200 else []


if __name__ == "__main__":
    unittest.main()
