"""The whole pipeline on the synthetic playlists: what the stand-in serves is what SQL answers, row by row."""

import unittest

from expected_tables import tables_of
from spotify_tables import MOST_POPULAR, await_tables
from tarn_harness import Tarn, TarnTestCase, wait_until


class SyntheticPlaylists(TarnTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.run_resource = cls.tarn.extract_playlist()
        cls.expected = tables_of([cls.tarn.lake / "raw" / "spotify" / "playlist_items"])
        await_tables(cls.tarn, cls.expected)

    def test_the_data_has_every_kind_of_entry(self):
        for kind in ("null", "local", "episode"):
            self.assertGreater(self.expected.rejected[kind], 0, kind)
        self.assertGreater(len(self.expected.rows("songs")), 20)

    def test_the_run_reports_what_it_did(self):
        counts = self.run_resource["counts"]
        self.assertEqual(1, self.run_resource["progress"])
        self.assertEqual(self.expected.rejected["null"], counts["null_entries"])
        self.assertEqual(self.expected.rejected["local"], counts["local_tracks"])
        self.assertEqual(self.expected.rejected["episode"], counts["episodes"])
        self.assertGreaterEqual(self.run_resource["duration_ms"], 0)

    def test_the_most_popular_songs_are_those_of_the_raw_json(self):
        expected = [list(song.values()) for song in self.expected.most_popular()]
        self.assertEqual(expected, self.tarn.sql(MOST_POPULAR))

    def test_columns_have_the_types_of_the_classic_tables(self):
        table = self.tarn.catalog.get("/v1/databases/spotify/tables/songs").expect(200).json()
        self.assertEqual({"song_id": "VARCHAR", "song_name": "VARCHAR", "duration_ms": "BIGINT", "url": "VARCHAR",
                          "popularity": "INTEGER", "song_added": "TIMESTAMP", "album_id": "VARCHAR",
                          "artist_id": "VARCHAR"}, {column["name"]: column["type"] for column in table["columns"]})

    def test_a_second_extraction_of_the_same_playlists_changes_nothing(self):
        self.assertEqual("unchanged", self.tarn.await_run(self.tarn.start_run())["state"])
        self.tarn.forget_cursor()
        self.tarn.extract_playlist()
        self.tarn.await_quiet()
        await_tables(self.tarn, tables_of([self.tarn.lake / "raw" / "spotify" / "playlist_items"]), deadline_seconds=1)
        for table in ("songs", "albums", "artists", "song_artists"):
            rows = self.tarn.sql(f"SELECT count(*) FROM spotify.{table}")
            self.assertEqual([[len(self.expected.rows(table))]], rows, table)


class EveryShapeOfTheApi(unittest.TestCase):
    def test_gives_the_same_tables(self):
        for shape in ("items", "both"):
            with self.subTest(shape=shape), Tarn(stand_in_options=["--shape", shape]) as tarn:
                tarn.extract_playlist()
                expected = tables_of([tarn.lake / "raw" / "spotify" / "playlist_items"])
                self.assertGreater(len(expected.rows("songs")), 20)
                await_tables(tarn, expected)


class ATroubledApi(TarnTestCase):
    def test_delays_a_run_but_loses_nothing(self):
        stand_in = self.tarn.stand_in
        for fault in ({"status": 429, "retry_after": 1, "count": 2}, {"status": 429, "skip": 1},
                      {"status": 503, "count": 2, "path_contains": "/albums"}, {"status": 401, "path_contains": "/artists"},
                      {"malformed": True, "path_contains": "/no_such_path"}):
            stand_in.post("/control/faults", fault).expect(204)
        self.tarn.forget_cursor()
        self.tarn.extract_playlist()
        await_tables(self.tarn, tables_of([self.tarn.lake / "raw" / "spotify" / "playlist_items"]))

    def test_names_a_playlist_that_is_not_there(self):
        run = self.tarn.await_run(self.tarn.start_run(body={"playlists": ["thereisnosuchlist"]}))
        self.assertEqual("failed", run["state"])
        self.assertIn("thereisnosuchlist", run["error"]["detail"] + str(run["error"]["where"]))

    def test_shows_its_progress_while_it_waits(self):
        self.tarn.stand_in.slow_down(300)
        self.addCleanup(self.tarn.stand_in.forget_faults)
        self.tarn.forget_cursor()
        run_id = self.tarn.start_run()

        def halfway():
            run = self.tarn.extract.get(f"/v1/runs/{run_id}").expect(200).json()
            return run["state"] == "running" and 0 < run["progress"] < 1
        wait_until("the run is under way", halfway)
        self.assertEqual("succeeded", self.tarn.await_run(run_id)["state"])


if __name__ == "__main__":
    unittest.main()
