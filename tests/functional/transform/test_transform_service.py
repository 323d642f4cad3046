"""The real tarn-transform on a real lake. tarn-extract runs beside it because it finds the files dropped into the lake."""

import json
import shutil
import tempfile
import unittest
from pathlib import Path

from tarn_harness import BUILD, PIPELINES, Program, wait_until

ENDED = ("succeeded", "partially_succeeded", "failed", "cancelled", "unchanged")
FOLDER = "spotify/playlist_items/playlist_id=pl"


def track(track_id, name="A song"):
    return {"type": "track", "track": True, "episode": False, "id": track_id, "name": name, "duration_ms": 1000, "popularity": 5,
            "is_local": False, "external_urls": {"spotify": f"https://open.example/track/{track_id}"},
            "artists": [{"id": "ar1", "name": "An artist", "external_urls": {}}],
            "album": {"id": "al1", "name": "An album", "release_date": "1999", "release_date_precision": "year", "total_tracks": 3,
                      "external_urls": {}}}


def page(*tracks):
    return json.dumps({"items": [{"added_at": "2024-05-01T10:00:00Z", "is_local": False, "track": t} for t in tracks]})


class TransformServiceTest(unittest.TestCase):
    def setUp(self):
        self.home = Path(tempfile.mkdtemp(prefix="tarn_transform_"))
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        self.pipelines = self.home / "pipelines"
        shutil.copytree(PIPELINES / "spotify", self.pipelines / "spotify", ignore=shutil.ignore_patterns("source.yaml"))
        common = ["--home", self.home, "--pipelines", self.pipelines, "--log-format", "text"]
        self.transform = Program("tarn-transform", [BUILD / "services/transform/tarn-transform", *common], self.home)
        self.extract = Program("tarn-extract", [BUILD / "services/extract/tarn-extract", *common, "--adopt-interval", "50ms",
                                                "--adopt-settle", "10ms"], self.home)
        for program in (self.transform, self.extract):
            self.addCleanup(program.kill)
            program.start()

    def run(self, result=None):
        before = len(result.failures) + len(result.errors)
        super().run(result)
        if len(result.failures) + len(result.errors) > before:
            print(getattr(self, "last_log", ""), flush=True)

    def tearDown(self):
        self.last_log = self.transform.log_tail()

    def drop(self, name, text, run="20240501T000000Z"):
        """Writes a file into the lake as another program would: complete under a hidden name, then renamed."""
        file = self.home / "lake" / "raw" / FOLDER / f"run={run}_x" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        hidden = file.with_name("." + name)
        hidden.write_text(text)
        hidden.rename(file)

    def ended_runs(self):
        return [run for run in self.transform.items("/v1/runs") if run["state"] in ENDED]

    def await_objects(self, count):
        """Waits until runs over so many objects have ended, and returns them, the newest first."""
        def all_taken():
            runs = self.ended_runs()
            return runs if sum(run["counts"]["objects"] for run in runs) >= count else None
        return wait_until(f"runs over {count} objects end", all_taken)

    def published(self, table):
        return sorted(path.name for path in (self.home / "lake/transformed/spotify" / table).glob("*"))

    def test_a_dropped_page_becomes_rows_of_every_table(self):
        self.drop("page-00000.json", page(track("s1"), track("s2"), None))
        self.drop("playlist.json", "{}")
        run = self.await_objects(1)[0]
        self.assertEqual(run["state"], "succeeded", run)
        self.assertEqual(run["counts"]["entries"], 3)
        self.assertEqual(run["counts"]["null_entries"], 1)
        rows = {output["table"]: output["rows"] for output in run["outputs"]}
        self.assertEqual(rows, {"spotify.songs": 2, "spotify.albums": 1, "spotify.artists": 1, "spotify.song_artists": 2,
                                "spotify.playlist_history": 3, "spotify.playlist_extractions": 0})
        for table in ("songs", "albums", "artists", "song_artists", "playlist_history"):
            self.assertEqual(self.published(table), [f"part-{run['id']}.parquet"])

    def test_a_second_page_replaces_the_files_and_keeps_the_rows(self):
        self.drop("page-00000.json", page(track("s1")))
        self.await_objects(1)
        self.drop("page-00001.json", page(track("s1", "Renamed"), track("s2")))
        newest = self.await_objects(2)[0]
        self.assertEqual(newest["outputs"][0]["rows"], 2)
        self.assertEqual(self.published("songs"), [f"part-{newest['id']}.parquet"])

    def test_corrupt_json_is_named_with_its_byte_and_can_be_redriven(self):
        broken = page(track("s1"))[:-2] + "!"
        self.drop("page-00000.json", broken)
        run = self.await_objects(1)[0]
        self.assertEqual(run["state"], "failed")
        self.assertIn("page-00000.json", run["error"]["where"])
        self.assertIn(f"byte {len(broken) - 1}", run["error"]["where"])
        letter = self.transform.items("/v1/dead-letters")[0]
        self.assertEqual((letter["run_id"], letter["byte_offset"]), (run["id"], len(broken) - 1))
        redrive = self.transform.post(f"/v1/dead-letters/{letter['id']}:redrive").expect(202)
        self.assertEqual(redrive.headers["Location"], f"/v1/runs/{redrive.json()['id']}")
        self.await_objects(2)
        self.assertEqual(self.transform.get(redrive.headers["Location"]).json()["state"], "failed")

    def test_what_comes_while_it_is_dead_is_transformed_after_its_start(self):
        self.drop("page-00000.json", page(track("s1")))
        self.await_objects(1)
        self.transform.kill()
        self.drop("page-00001.json", page(track("s2")))
        self.transform.start()
        self.assertEqual(self.await_objects(2)[0]["outputs"][0]["rows"], 2)

    def test_a_kill_in_the_middle_changes_nothing_in_the_end(self):
        for number in range(6):
            self.drop(f"page-{number:05}.json", page(track(f"s{number}")), run=f"2024050{number + 1}T000000Z")
            self.transform.kill()
            self.transform.start()
        runs = self.await_objects(6)
        self.assertEqual({run["state"] for run in runs}, {"succeeded"})
        self.assertEqual(runs[0]["outputs"][0]["rows"], 6)
        self.assertEqual(len(self.published("songs")), 1)

    def test_a_changed_definition_is_taken_up(self):
        definition = self.pipelines / "spotify" / "transform.yaml"
        good = definition.read_text()
        definition.write_text(good + "\ncolour: red\n")
        def error():
            return self.transform.get("/v1/transforms/spotify").json()["load_error"]
        self.assertIn('unknown key "colour"', wait_until("the error shows", error)["detail"])
        definition.write_text(good)
        wait_until("the error goes", lambda: error() is None)

    def test_runs_by_hand_and_bad_requests(self):
        self.drop("page-00000.json", page(track("s1")))
        self.await_objects(1)
        runs = "/v1/transforms/spotify/runs"
        by_hand = self.transform.post(runs, {"prefix": FOLDER}, headers={"Idempotency-Key": "k"}).expect(202).json()
        again = self.transform.post(runs, {"prefix": FOLDER}, headers={"Idempotency-Key": "k"}).expect(202).json()
        self.assertEqual(by_hand["id"], again["id"])
        self.await_objects(2)
        detail = self.transform.get(f"/v1/runs/{by_hand['id']}").json()
        self.assertEqual([i["state"] for i in detail["inputs"]], ["published"])

        self.assertEqual(self.transform.post(runs, {"prefixes": "x"}).expect(400).json()["where"], "/prefixes")
        self.assertEqual(self.transform.post(runs, {"objects": [{"bucket": 1}]}).expect(400).json()["where"], "/objects/0/bucket")
        self.transform.post("/v1/transforms/none/runs", {"prefix": "x"}).expect(404)
        self.transform.send("POST", runs, b"{", headers={"Content-Type": "application/json"}).expect(400)
        self.transform.send("POST", runs, b"{}", headers={"Content-Type": "text/plain"}).expect(415)
        self.assertIn("GET", self.transform.send("DELETE", "/v1/runs").expect(405).headers["Allow"])
        self.assertEqual(self.transform.get("/v1/runs?colour=red").expect(400).json()["where"], "query:colour")
        self.transform.post("/v1/events", {"id": "1"}).expect(401)
        self.transform.get("/readyz").expect(200)
        self.assertIn("tarn_transform_runs_total", self.transform.get("/metrics").expect(200).text())


if __name__ == "__main__":
    missing = [name for name in ("transform", "extract") if not (BUILD / "services" / name / f"tarn-{name}").exists()]
    if missing:
        print(f"SKIPPED: tarn-{', tarn-'.join(missing)} not built in {BUILD}")
    else:
        unittest.main(verbosity=2)
