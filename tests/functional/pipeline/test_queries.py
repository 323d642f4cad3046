"""The kept queries of deploy/pipelines/spotify/queries answer what an independent script reads from the raw JSON."""

import unittest

from expected_playlists import extractions_of, top_artists
from expected_tables import tables_of
from spotify_tables import await_tables
from tarn_harness import PIPELINES, TarnTestCase, wait_until

RAW = "raw/spotify/playlist_items"


class KeptQueries(TarnTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for snapshot in ("top_songs_2026-01.json", "top_songs_2026-02.json"):
            cls.tarn.stand_in.serve_snapshot(snapshot)
            cls.tarn.await_next_second()  # extractions are told apart by theirs
            cls.tarn.extract_playlist(body={"page_size": 7})
        cls.tarn.await_quiet()
        cls.expected = tables_of([cls.tarn.lake / RAW])
        await_tables(cls.tarn, cls.expected)
        cls.extractions = extractions_of(cls.tarn.lake / RAW)
        assert len(cls.extractions) > len({one.playlist_id for one in cls.extractions}), "some are read twice"

    def ask(self, query):
        statement = (PIPELINES / "spotify" / "queries" / f"{query}.sql").read_text(encoding="utf-8")
        answer = self.tarn.query.send("POST", "/v1/sql?database=spotify", statement.encode()).expect(200).json()
        return [dict(zip([column["name"] for column in answer["columns"]], row)) for row in answer["rows"]]

    def test_all_of_them_answer(self):
        for query in sorted((PIPELINES / "spotify" / "queries").glob("*.sql")):
            with self.subTest(query=query.name):
                self.assertTrue(self.ask(query.stem))

    def test_top_artists_by_day_are_those_of_the_raw_json(self):
        wanted = [(row["playlist_id"], row["day"], row["rank"], row["artist_name"], row["entries"])
                  for row in top_artists(self.extractions, self.tarn.lake / RAW) if row["rank"] <= 5]
        wait_until("the artists are counted", lambda: sorted(wanted) == [
            (row["playlist_id"], row["day"], row["rank"], row["artist_name"], row["entries"])
            for row in self.ask("top_artists_by_day")])

    def test_song_history_has_every_place_of_a_song_in_time(self):
        places = {}
        for one in sorted(self.extractions, key=lambda one: one.age):
            for row in one.rows():
                if row["kind"] == "track":
                    places.setdefault((row["playlist_id"], row["song_id"]), []).append((row["position"], row["popularity"]))
        wanted = [[playlist, song, position, before[index - 1][0] - position if index else None, popularity]
                  for (playlist, song), before in sorted(places.items()) for index, (position, popularity) in enumerate(before)]
        columns = ("playlist_id", "song_id", "position", "moved", "popularity")
        self.assertEqual(wanted[:100], [[row[name] for name in columns] for row in self.ask("song_history")])
        self.assertTrue(any(row["moved"] for row in self.ask("song_history")))

    def test_top_songs_are_the_most_popular_ones(self):
        wanted = [(song["song_name"], song["popularity"]) for song in self.expected.most_popular()]
        self.assertEqual(wanted, [(row["song_name"], row["popularity"]) for row in self.ask("top_songs")])


if __name__ == "__main__":
    unittest.main()
