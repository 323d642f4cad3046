"""kill -9 of the extract service at 50 moments of a run over 100 pages: every run ends complete, nothing is stored twice, and
hardly anything is asked for twice."""

import json
import os
import random
import tempfile
import time
import unittest
from pathlib import Path

from spotify_source import write_spotify_source
from tarn_harness import BUILD, Program, SpotifyStandIn, wait_until

ROUNDS = int(os.environ.get("TARN_KILL_ROUNDS", "50"))
PLAYLIST = "TarnKilled00000000001"
ENTRIES, PAGE_SIZE = 10_000, 100
PAGES = ENTRIES // PAGE_SIZE
LATENCY_MS = 3  # so that there is a middle to be killed in


def id_of(entry):
    return (entry.get("item") or entry["track"])["id"]


class KilledInARun(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="tarn_kill_")))
        cls.stand_in = SpotifyStandIn(cls.home, options=["--generate-playlist", f"{PLAYLIST}:{ENTRIES}",
                                                         "--latency", f"{LATENCY_MS}ms"])
        cls.stand_in.start()
        cls.addClassCleanup(cls.stand_in.kill)
        write_spotify_source(cls.home / "pipelines", cls.stand_in.url, PLAYLIST, PAGE_SIZE)
        cls.extract = Program("tarn-extract", [BUILD / "services" / "extract" / "tarn-extract", "--home", cls.home,
                                               "--pipelines", cls.home / "pipelines", "--log-format", "text"], cls.home)
        cls.extract.start()
        cls.addClassCleanup(cls.extract.kill)
        cls.expected_ids = cls.ids_served()

    @classmethod
    def ids_served(cls):
        """The ids of the playlist's entries as the stand-in serves them, in order."""
        token = cls.stand_in.send("POST", "/api/token", b"grant_type=client_credentials&client_id=stand-in&client_secret=stand-in",
                                  headers={"Content-Type": "application/x-www-form-urlencoded"}).expect(200).json()
        headers = {"Authorization": "Bearer " + token["access_token"]}
        pages = (cls.stand_in.get(f"/v1/playlists/{PLAYLIST}/items?limit={PAGE_SIZE}&offset={offset}", headers=headers)
                 for offset in range(0, ENTRIES, PAGE_SIZE))
        return [id_of(entry) for page in pages for entry in page.expect(200).json()["items"]]

    def page_requests(self):
        counts = self.stand_in.get("/control/counts").expect(200).json()
        return sum(count for path, count in counts.items() if path.endswith(("/items", "/tracks")))

    def await_end(self, run_id):
        def ended():
            run = self.extract.get(f"/v1/runs/{run_id}").expect(200).json()
            return run if run["state"] not in ("queued", "running") else None
        return wait_until(f"run {run_id} ends", ended)

    def test_ends_complete_and_asks_for_nothing_twice(self):
        seed = random.SystemRandom().randrange(1 << 32)
        chance = random.Random(seed)
        extra = 0
        for number in range(ROUNDS):
            with self.subTest(round=number, seed=seed):
                extra += self.run_killed_once(chance)
        share = extra / (ROUNDS * PAGES)
        print(f"{ROUNDS} kills: {extra} requests beyond the {ROUNDS * PAGES} pages ({share:.2%})")
        self.assertLess(share, 0.02)

    def run_killed_once(self, chance):
        """Returns how many pages were asked for more than once."""
        self.extract.send("DELETE", "/v1/sources/spotify/cursor").expect(204)
        before = self.page_requests()
        run_id = self.extract.post("/v1/sources/spotify/runs", {}).expect(202).json()["id"]
        asked, extra_seconds = chance.randrange(PAGES), chance.random() * LATENCY_MS * 2 / 1000
        wait_until("the run is in its middle", lambda: self.page_requests() - before >= asked)
        moment = time.monotonic() + extra_seconds
        wait_until("the moment has come", lambda: time.monotonic() >= moment)
        self.extract.kill()
        self.extract.start()
        run = self.await_end(run_id)
        self.assertEqual(run["state"], "succeeded", run)
        self.check_objects(run_id)
        return self.page_requests() - before - PAGES

    def check_objects(self, run_id):
        """Every page once, every entry once and in order, in the store as in the run's own list."""
        listed = {item["key"]: item for item in self.extract.items(f"/v1/runs/{run_id}/objects")}
        stored = {str(path.relative_to(self.home / "lake" / "raw")): path
                  for path in (self.home / "lake" / "raw").rglob(f"*_{run_id}/*") if path.is_file()}
        self.assertEqual(listed.keys(), stored.keys())
        pages = sorted(key for key in stored if "/page-" in key)
        self.assertEqual(len(pages), PAGES)
        manifests = [json.loads(stored[key].read_text()) for key in stored if key.endswith("/manifest.json")]
        self.assertIn(ENTRIES, [manifest["counts"]["records"] for manifest in manifests])
        ids = [id_of(entry) for key in pages for entry in json.loads(stored[key].read_text())["items"]]
        self.assertEqual(len(ids), ENTRIES)
        self.assertEqual(ids, self.expected_ids)


if __name__ == "__main__":
    unittest.main(verbosity=2)
