"""Inputs that a source may deliver beside the playlists: each fills its table, and costs nothing while it does not come."""

import json
import unittest

from tarn_harness import TarnTestCase, wait_until

FEATURES = {"audio_features": [None, {"id": "s1", "type": "audio_features", "danceability": 0.735, "energy": 0.578, "key": 5,
                                      "loudness": -11.84, "mode": 0, "tempo": 98.002, "duration_ms": 255349, "time_signature": 4}]}


def documents(folder, name):
    """What stands in the list `name` of all pages below a folder, without the nulls."""
    for file in sorted(folder.rglob("page-*.json")):
        yield from (thing for thing in json.loads(file.read_text(encoding="utf-8"))[name] if thing)


class Details(TarnTestCase):
    tarn_options = {"service_options": {"extract": ["--adopt-interval", "200ms", "--adopt-settle", "100ms"]}}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tarn.extract_playlist()
        cls.tarn.await_quiet()
        cls.raw = cls.tarn.lake / "raw" / "spotify"

    def rows(self, sql):
        answer = self.tarn.query.send("POST", "/v1/sql", sql.encode())
        return None if answer.status in (404, 422, 503) else answer.expect(200).json()["rows"]

    def test_albums_and_artists_are_those_of_the_raw_answers(self):
        albums = {thing["id"]: thing for thing in documents(self.raw / "albums", "albums")}
        artists = {thing["id"]: thing for thing in documents(self.raw / "artists", "artists")}
        self.assertTrue(albums and artists)
        self.assertEqual([[key, albums[key]["name"], albums[key].get("label")] for key in sorted(albums)],
                         self.rows("SELECT album_id, name, label FROM spotify.album_details ORDER BY album_id"))
        self.assertEqual([[key, artists[key]["name"], artists[key].get("genres"), (artists[key].get("followers") or {}).get("total")]
                          for key in sorted(artists)],
                         self.rows("SELECT artist_id, artist_name, genres, followers FROM spotify.artist_details ORDER BY artist_id"))

    def test_playlists_have_their_names(self):
        states = [json.loads(file.read_text(encoding="utf-8")) for file in (self.raw / "playlist_items").rglob("playlist.json")]
        self.assertEqual(sorted([one["id"], one["name"], one["snapshot_id"]] for one in states),
                         self.rows("SELECT playlist_id, name, snapshot_id FROM spotify.playlists ORDER BY playlist_id"))

    def test_audio_features_that_are_dropped_as_a_file_become_rows(self):
        folder = self.raw / "audio_features"
        folder.mkdir()
        temporary = self.tarn.home / "dropped"
        temporary.write_text(json.dumps(FEATURES), encoding="utf-8")
        temporary.rename(folder / "batch.json")
        wait_until("the song has features", lambda: self.rows(
            "SELECT song_id, danceability, key, mode, tempo, duration_ms FROM spotify.audio_features")
            == [["s1", 0.735, 5, 0, 98.002, 255349]])


if __name__ == "__main__":
    unittest.main()
