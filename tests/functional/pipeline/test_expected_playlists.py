"""The expected values of the playlist tables are computed right: small cases worked out by hand."""

import json
import tempfile
import unittest
from fractions import Fraction
from pathlib import Path

from expected_playlists import extractions_of, playlist_entries, playlist_history, top_artists

MONDAY, MONDAY_LATE, TUESDAY = "20260105T080000Z_a", "20260105T200000Z_b", "20260106T080000Z_c"


def entry(song, artists=("a1",), popularity=50):
    return {"added_at": "2026-01-01T00:00:00Z", "added_by": {"id": "someone"}, "track": {
        "type": "track", "id": song, "name": song.upper(), "uri": f"spotify:track:{song}", "popularity": popularity,
        "artists": [{"id": artist, "name": artist.upper()} for artist in artists]}}


class ExpectedPlaylists(unittest.TestCase):
    def setUp(self):
        self.raw = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="tarn_raw_")))

    def write(self, run, *entries, offset=0, total=None, manifest=None, folder="playlist_id=p"):
        path = self.raw / folder / f"run={run}"
        path.mkdir(parents=True, exist_ok=True)
        page = {"offset": offset, "total": len(entries) if total is None else total, "items": list(entries)}
        (path / f"page-{offset:05}.json").write_text(json.dumps(page), encoding="utf-8")
        if manifest is not None:
            (path / "manifest.json").write_text(json.dumps({"counts": {"records": manifest}}), encoding="utf-8")

    def songs_now(self):
        return [row["song_id"] for row in playlist_entries(extractions_of(self.raw))]

    def test_the_latest_extraction_replaces_all_of_the_one_before(self):
        self.write(MONDAY, entry("s1"), entry("s2"))
        self.write(TUESDAY, entry("s2"))
        self.assertEqual(["s2"], self.songs_now())
        self.assertEqual(3, len(playlist_history(extractions_of(self.raw))))

    def test_an_extraction_that_is_not_whole_does_not_count(self):
        self.write(MONDAY, entry("s1"))
        self.write(TUESDAY, entry("s2"), total=2)
        self.assertEqual(["s1"], self.songs_now())
        self.write(TUESDAY, entry("s3"), offset=1, total=2)
        self.assertEqual(["s1"], self.songs_now(), "two pages without a manifest may be of two states")
        self.write(TUESDAY, entry("s3"), offset=1, total=2, manifest=2)
        self.assertEqual(["s2", "s3"], self.songs_now())

    def test_the_last_reading_counts(self):
        self.write(MONDAY, entry("s1"))
        self.write(MONDAY, entry("s2"), folder="playlist_id=p/reading=2")
        self.assertEqual(["s2"], self.songs_now())

    def test_a_row_says_what_stands_at_a_place(self):
        self.write(MONDAY, {"track": None}, entry("s1"))
        none, song = playlist_entries(extractions_of(self.raw))
        self.assertEqual({"playlist_id": "p", "position": 2, "kind": "track", "song_id": "s1", "title": "S1",
                          "uri": "spotify:track:s1", "popularity": 50, "added_at": "2026-01-01 00:00:00",
                          "added_by": "someone", "run": MONDAY}, song)
        self.assertEqual((1, "null", None, None), (none["position"], none["kind"], none["song_id"], none["title"]))

    def test_artists_are_counted_by_day_and_ranked_by_entries_then_popularity(self):
        self.write(MONDAY, entry("s9", ["a9"]))
        self.write(MONDAY_LATE, entry("s1", ["a1", "a2"], 80), entry("s2", ["a2"], 41), entry("s3", ["a3"], 80))
        self.write(TUESDAY, entry("s1", ["a1", "a2"], 10))
        rows = [(row["day"], row["rank"], row["artist_id"], row["entries"], row["mean_popularity"])
                for row in top_artists(extractions_of(self.raw), self.raw)]
        self.assertEqual([("2026-01-05", 1, "a2", 2, Fraction(121, 2)), ("2026-01-05", 2, "a1", 1, 80),
                          ("2026-01-05", 2, "a3", 1, 80), ("2026-01-06", 1, "a1", 1, 10), ("2026-01-06", 1, "a2", 1, 10)], rows)


if __name__ == "__main__":
    unittest.main()
