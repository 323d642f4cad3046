"""Extraction with the real programs: tarn-extract against the Spotify stand-in."""

import json
import shutil
import tempfile
import unittest
from pathlib import Path

from tarn_harness import BUILD, PIPELINES, STAND_IN_DATA, Program, SpotifyStandIn, wait_until

TOP_SONGS, LATE_NIGHT, ODDITIES = "37i9dQZEVXbMDoHDwVN2tF", "TarnLateNight000000001", "TarnOddities0000000001"
ALL = {"playlists": [TOP_SONGS, LATE_NIGHT, ODDITIES], "page_size": 20}
JSON = {"Content-Type": "application/json"}


class ExtractTest(unittest.TestCase):
    def setUp(self):
        self.home = Path(tempfile.mkdtemp(prefix="tarn_extract_"))
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        self.pipelines = self.home / "pipelines"
        (self.pipelines / "spotify").mkdir(parents=True)
        shutil.copy(PIPELINES / "spotify" / "source.yaml", self.pipelines / "spotify" / "source.yaml")
        self.stand_in = SpotifyStandIn(self.home)
        self.stand_in.start()
        self.addCleanup(self.stand_in.kill)
        self.extract = self.service("one")

    def service(self, name, environment=None):
        """tarn-extract on a home of its own, started."""
        home = self.home / name
        home.mkdir()
        variables = {"SPOTIFY_API_URL": self.stand_in.url + "/v1", "SPOTIFY_TOKEN_URL": self.stand_in.url + "/api/token",
                     "SPOTIFY_CLIENT_ID": "stand-in", "SPOTIFY_CLIENT_SECRET": "stand-in"}
        command = [BUILD / "services" / "extract" / "tarn-extract", "--home", home, "--pipelines", self.pipelines,
                   "--log-format", "text", "--reload-interval", "50ms", "--adopt-interval", "100ms", "--adopt-settle", "100ms"]
        program = Program("tarn-extract", command, home, variables if environment is None else environment)
        program.home = home
        program.start()
        self.addCleanup(program.kill)
        self.addCleanup(lambda: None if self._outcome.success else print(program.log_tail(), flush=True))
        return program

    def start_run(self, service, body):
        return service.post("/v1/sources/spotify/runs", body).expect(202).json()["id"]

    def await_end(self, service, run_id):
        def ended():
            run = service.get(f"/v1/runs/{run_id}").expect(200).json()
            return run if run["state"] not in ("queued", "running") else None
        return wait_until(f"run {run_id} ends", ended)

    def run_to_end(self, service, body):
        return self.await_end(service, self.start_run(service, body))

    def raw_objects(self, service):
        """The raw pages by key without the run's part, read as the plain files that they are."""
        found = {}
        raw = service.home / "lake" / "raw"
        for file in sorted(raw.rglob("page-*.json")):
            parts = [part for part in file.relative_to(raw).parts if not part.startswith("run=")]
            key = "/".join(parts)
            self.assertNotIn(key, found)
            found[key] = file.read_bytes()
        return found

    def api_requests(self):
        return [target for target in self.stand_in.get("/control/requests").expect(200).json()["items"]
                if target.startswith("/v1/")]

    def fault(self, **fault):
        self.stand_in.post("/control/faults", fault).expect(204)

    def test_a_run_stores_all_pages_with_their_albums_and_artists(self):
        run = self.run_to_end(self.extract, ALL)
        self.assertEqual(run["state"], "succeeded", run)
        self.assertEqual(run["progress"], 1)
        self.assertIsNone(run["error"])

        entries, albums, artists, tracks = 0, set(), set(), 0
        kinds = {"null": 0, "local": 0, "episode": 0}
        for name in ("top_songs_2026-01.json", "late_night.json", "oddities.json"):
            for entry in json.loads((STAND_IN_DATA / name).read_text())["tracks"]["items"]:
                entries += 1
                track = entry and entry["track"]
                if not track:
                    kinds["null"] += 1
                elif track["type"] == "episode":
                    kinds["episode"] += 1
                elif track["is_local"]:
                    kinds["local"] += 1
                else:
                    tracks += 1
                    albums.add(track["album"]["id"])
                    artists.update(artist["id"] for artist in track["artists"])
        counts = run["counts"]
        self.assertEqual((counts["null_entries"], counts["local_tracks"], counts["episodes"]), tuple(kinds.values()))
        self.assertEqual(counts["records"], entries + len(albums) + len(artists))

        objects = self.raw_objects(self.extract)
        stored = {"albums": [], "artists": []}
        for key, body in objects.items():
            kind = key.split("/")[1]
            if kind in stored:
                stored[kind] += [thing["id"] for thing in json.loads(body)[kind]]
        self.assertEqual((len(stored["albums"]), set(stored["albums"])), (len(albums), albums))
        self.assertEqual((len(stored["artists"]), set(stored["artists"])), (len(artists), artists))

        listed = self.extract.items(f"/v1/runs/{run['id']}/objects")
        pages = [o for o in listed if not o["manifest"] and not o["key"].endswith("/playlist.json")]
        self.assertEqual(len(pages), len(objects))
        self.assertEqual(len([o for o in listed if o["manifest"]]), 5)
        for thing in listed:
            self.assertEqual((self.extract.home / "lake" / "raw" / thing["key"]).stat().st_size, thing["size_bytes"])

    def test_a_run_goes_on_after_kill_9_with_the_same_objects(self):
        self.run_to_end(self.extract, ALL)
        expected = self.raw_objects(self.extract)
        straight = len(self.api_requests())

        # The request that is under way when the process dies: an early page, one late in a playlist, a batch.
        for number, target in enumerate(("offset=20", "TarnLateNight000000001/tracks?limit=20&offset=40", "/albums?ids=", "/artists?ids=")):
            with self.subTest(target):
                service = self.service(f"killed_{number}")
                before = len(self.api_requests())
                self.fault(path_contains=target, delay_ms=600_000)
                run_id = self.start_run(service, ALL)
                wait_until(f"a request with {target}", lambda: any(target in seen for seen in self.api_requests()[before:]))
                service.kill()
                self.assertLess(len(self.raw_objects(service)), len(expected))
                service.start()
                run = self.await_end(service, run_id)
                self.assertEqual(run["state"], "succeeded", run)
                self.assertEqual(self.raw_objects(service), expected)
                # Only what had no answer yet is asked for again (and the endpoint, once more, if it was not yet remembered).
                self.assertLessEqual(len(self.api_requests()) - before, straight + 2)
                folders = {key.rsplit("/", 1)[0] for key in (o["key"] for o in service.items(f"/v1/runs/{run_id}/objects"))}
                self.assertEqual(len(folders), 5)
                self.assertEqual({folder.rsplit("_", 1)[1] for folder in folders}, {run_id})

    def test_rate_limits_are_waited_for(self):
        self.fault(path_contains="/tracks", status=429, retry_after=1, count=1)
        self.fault(path_contains="/albums", status=429, count=1)
        self.fault(path_contains="/artists", status=503, count=2)
        run = self.run_to_end(self.extract, {})
        self.assertEqual(run["state"], "succeeded", run)
        self.assertEqual(run["counts"]["retries"], 4)
        self.assertGreaterEqual(run["duration_ms"], 1000)

    def test_a_run_told_to_wait_for_long_is_queued_again(self):
        self.fault(path_contains="/tracks", status=429, retry_after=86400)
        run_id = self.start_run(self.extract, {})
        run = wait_until("the run is put off", lambda: next(
            (r for r in self.extract.items("/v1/runs?state=queued") if r["id"] == run_id and r["not_before"]), None))
        self.assertIn("86400", run["error"]["detail"])
        cancelled = self.extract.post(f"/v1/runs/{run_id}:cancel").expect(202).json()
        self.assertEqual(cancelled["state"], "cancelled")
        self.extract.post(f"/v1/runs/{run_id}:cancel").expect(409)

    def test_a_run_can_be_cancelled_at_work_and_a_stop_does_not_wait_for_it(self):
        self.fault(path_contains="offset=20", delay_ms=600_000, count=2)
        run_id = self.start_run(self.extract, ALL)
        wait_until("a slow page", lambda: any("offset=20" in target for target in self.api_requests()))
        self.extract.post(f"/v1/runs/{run_id}:cancel").expect(202)
        self.assertEqual(self.await_end(self.extract, run_id)["state"], "cancelled")

        seen = len(self.api_requests())
        run_id = self.start_run(self.extract, ALL)
        wait_until("a slow page", lambda: any("offset=20" in target for target in self.api_requests()[seen:]))
        self.assertEqual(self.extract.stop(), 0)
        self.extract.start()
        self.assertEqual(self.await_end(self.extract, run_id)["state"], "succeeded")

    def test_requests_are_checked(self):
        cases = [({"playlistz": ["a"]}, 400, "/playlistz"), ({"playlists": "a"}, 400, "/playlists"),
                 ({"client_secret": "x"}, 400, "/client_secret"), ([], 400, "/"), ({"page_size": 1000}, 400, "/page_size")]
        for body, status, where in cases:
            problem = self.extract.post("/v1/sources/spotify/runs", body).expect(status).json()
            self.assertEqual(problem["where"], where, problem)
        self.extract.post("/v1/sources/spotify/runs", b'{"a":', headers=JSON).expect(400)
        self.extract.post("/v1/sources/spotify/runs", b"<x/>", headers={"Content-Type": "text/xml"}).expect(415)
        self.extract.post("/v1/sources/nonesuch/runs", {}).expect(404)
        self.extract.get("/v1/runs/nonesuch").expect(404)
        self.extract.get("/v1/runs?state=weird").expect(400)
        self.extract.get("/v1/runs?unknown=1").expect(400)
        self.extract.send("DELETE", "/v1/sources/spotify").expect(405)
        self.assertEqual(self.extract.items("/v1/runs"), [])

    def test_an_idempotency_key_starts_one_run(self):
        headers = {"Idempotency-Key": "once"}
        first = self.extract.post("/v1/sources/spotify/runs", {}, headers=headers).expect(202).json()
        again = self.extract.post("/v1/sources/spotify/runs", {}, headers=headers).expect(202).json()
        self.assertEqual(first["id"], again["id"])
        self.extract.post("/v1/sources/spotify/runs", ALL, headers=headers).expect(422)
        self.await_end(self.extract, first["id"])
        self.assertEqual(len(self.extract.items("/v1/runs")), 1)

    def test_missing_credentials_are_shown_and_fail_the_run_only(self):
        service = self.service("poor", environment={})
        source = service.get("/v1/sources/spotify").expect(200).json()
        self.assertIn("SPOTIFY_CLIENT_ID", source["error"]["detail"])
        service.get("/readyz").expect(200)
        run = self.run_to_end(service, {})
        self.assertEqual(run["state"], "failed")
        self.assertIn("SPOTIFY_CLIENT_ID", run["error"]["detail"])

    def test_a_broken_file_leaves_the_last_good_definition_in_force(self):
        file = self.pipelines / "spotify" / "source.yaml"
        good = file.read_text()
        source = self.extract.get("/v1/sources/spotify").expect(200).json()
        self.assertIsNone(source["error"])
        self.assertEqual(source["options"]["client_secret"], "***")
        file.write_text(good + "\nnonsense: true\n")
        broken = wait_until("the error shows", lambda: next(
            (s for s in self.extract.items("/v1/sources") if s["error"]), None))
        self.assertEqual(broken["error"]["where"], "/nonsense")
        self.assertEqual(self.run_to_end(self.extract, {})["state"], "succeeded")
        file.write_text(good)
        wait_until("the error is gone", lambda: not self.extract.items("/v1/sources")[0]["error"])

    def test_files_of_other_programs_are_announced(self):
        folder = self.extract.home / "lake" / "raw" / "dropped"
        folder.mkdir(parents=True)
        (folder / "a b.json").write_text("{}")
        event = wait_until("the event of the file", lambda: next(
            (e for e in self.extract.get("/v1/events?bucket=raw&prefix=dropped/").expect(200).json()["items"]), None))
        self.assertEqual(event["object"]["key"], "dropped/a b.json")


if __name__ == "__main__":
    unittest.main(verbosity=2)
