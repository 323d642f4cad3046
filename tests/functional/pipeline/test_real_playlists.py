"""The pipeline on real responses of Spotify's API: row by row what an independent script reads from the raw JSON.

The responses are not part of the repository. They are looked for in TARN_REAL_DATA, else in ../shared/data beside the
checkout; without them these tests are skipped (exit status 77, which ctest shows as skipped).
"""

import json
import os
import shutil
import sys
import unittest
from pathlib import Path

from expected_playlists import extractions_of, playlist_history
from expected_tables import tables_of
from spotify_tables import MOST_POPULAR, await_tables
from tarn_harness import REPOSITORY, Tarn

REAL_DATA = Path(os.environ.get("TARN_REAL_DATA", REPOSITORY.parent / "shared" / "data")) / "spotify"


class RealResponses(unittest.TestCase):
    def assert_equals_raw_json(self, tarn, expected):
        await_tables(tarn, expected)
        answer = [list(song.values()) for song in expected.most_popular()]
        self.assertEqual(answer, tarn.sql(MOST_POPULAR))

    def test_two_snapshots_of_a_playlist_give_each_song_once_as_of_the_later_one(self):
        snapshots = sorted(file.name for file in (REAL_DATA / "playlists").glob("*.json"))
        with Tarn(spotify_data=REAL_DATA / "playlists") as tarn:
            for snapshot in snapshots:
                tarn.stand_in.serve_snapshot(snapshot)
                # Pages of 20, so that a playlist has several, and each extraction is of a second of its own.
                tarn.await_next_second()
                tarn.extract_playlist(body={"page_size": 20})
            from_responses = tables_of([REAL_DATA / "playlists" / snapshot for snapshot in snapshots])
            from_lake = tables_of([tarn.lake / "raw" / "spotify" / "playlist_items"])
            self.assertEqual(json.dumps(from_lake.summary()), json.dumps(from_responses.summary()))
            self.assertEqual({"albums": 46, "artists": 59, "songs": 72, "song_artists": 96},
                             from_responses.summary()["counts"])
            self.assert_equals_raw_json(tarn, from_lake)
            self.assert_history_is_whole(tarn)

    def assert_history_is_whole(self, tarn):
        tarn.await_quiet()
        extractions = extractions_of(tarn.lake / "raw" / "spotify" / "playlist_items")
        self.assertEqual([50, 50], [len(one.entries) for one in extractions])
        wanted = playlist_history(extractions)
        rows = tarn.sql(f"SELECT {', '.join(wanted[0])} FROM spotify.playlist_history ORDER BY playlist_id, run, reading, position")
        self.assertEqual(wanted, [dict(zip(wanted[0], row)) for row in rows])
        self.assertEqual([[50], [50]], tarn.sql("SELECT entries FROM spotify.playlist_extractions"))

    def test_responses_of_every_shape_that_are_dropped_as_files_are_read(self):
        with Tarn() as tarn:
            folder = tarn.lake / "raw" / "spotify" / "playlist_items" / "playlist_id=dropped"
            folder.mkdir(parents=True)
            for shape in sorted((REAL_DATA / "shapes").glob("playlist_*.json")):
                shutil.copyfile(shape, folder / shape.name)
            expected = tables_of([folder])
            self.assertEqual({"null": 0, "local": 1, "episode": 1, "unidentified": 0}, expected.rejected)
            self.assertEqual(4, expected.summary()["counts"]["songs"])
            self.assert_equals_raw_json(tarn, expected)


if __name__ == "__main__":
    if not REAL_DATA.is_dir():
        print(f"SKIPPED: no real Spotify responses in {REAL_DATA}; set TARN_REAL_DATA to a folder that holds spotify/")
        sys.exit(77)
    unittest.main()
