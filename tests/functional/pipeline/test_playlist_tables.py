"""What the playlists hold now and their artists by day: what an independent script reads from the raw pages."""

import json
import unittest

from expected_playlists import extractions_of, playlist_entries, top_artists
from tarn_harness import TarnTestCase, wait_until

ENTRY_COLUMNS = ("playlist_id", "position", "kind", "song_id", "title", "uri", "popularity", "added_at", "added_by", "run")
ARTIST_COLUMNS = ("playlist_id", "day", "rank", "artist_id", "artist_name", "entries", "mean_popularity")


def track(song, artist, popularity):
    return {"type": "track", "id": song, "name": f"Song {song}", "uri": f"spotify:track:{song}", "popularity": popularity,
            "artists": [{"id": artist, "name": f"Artist {artist}"}]}


def page(*tracks, offset=0, total=None):
    items = [{"added_at": "2026-01-01T00:00:00Z", "track": one} for one in tracks]
    return json.dumps({"offset": offset, "total": len(items) if total is None else total, "items": items})


def manifest(records):
    return json.dumps({"counts": {"records": records}, "objects": []})


class PlaylistTables(TarnTestCase):
    # Foreign files are looked for more often than by default, so that the tests need not wait.
    tarn_options = {"service_options": {"extract": ["--adopt-interval", "200ms", "--adopt-settle", "100ms"]}}

    @property
    def raw(self):
        return self.tarn.lake / "raw" / "spotify" / "playlist_items"

    def rows(self, table, columns, order):
        answer = self.tarn.query.send("POST", "/v1/sql", f"SELECT {', '.join(columns)} FROM spotify.{table} ORDER BY {order}".encode())
        if answer.status in (404, 422, 503):
            return None
        return [dict(zip(columns, row)) for row in answer.expect(200).json()["rows"]]

    def entries(self):
        return self.rows("playlist_entries", ENTRY_COLUMNS, "playlist_id, position")

    def artists(self):
        return self.rows("top_artists", ARTIST_COLUMNS, "playlist_id, day, rank, artist_name, artist_id")

    def await_expected(self):
        """Waits until the tables are what the raw pages say."""
        extractions = extractions_of(self.raw)
        wanted = playlist_entries(extractions)
        wait_until("playlist_entries is as expected", lambda: self.entries() == wanted)
        artists = top_artists(extractions, self.raw)
        means = [row.pop("mean_popularity") for row in artists]

        def as_expected():
            found = self.artists() or []
            found_means = [row.pop("mean_popularity") for row in found]
            return found == artists and all(
                one == other or abs(one - other) <= 0.0051 for one, other in zip(found_means, means))
        wait_until("top_artists is as expected", as_expected)

    def extract(self, **body):
        self.tarn.await_next_second()
        self.tarn.extract_playlist(body=body)

    def drop(self, run, name, content, playlist="dropped"):
        path = self.raw / f"playlist_id={playlist}" / f"run={run}" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self.tarn.home / "dropped"
        temporary.write_text(content, encoding="utf-8")
        temporary.rename(path)

    def places(self, playlist):
        return [(row["position"], row["song_id"]) for row in self.entries() or [] if row["playlist_id"] == playlist]

    def test_are_those_of_the_latest_extraction(self):
        for snapshot in ("top_songs_2026-01.json", "top_songs_2026-02.json"):
            self.tarn.stand_in.serve_snapshot(snapshot)
            self.extract(page_size=7)
            self.await_expected()

    def test_an_entry_that_left_its_playlist_disappears(self):
        for count in (23, 9, 0, 4):
            self.tarn.stand_in.post("/control/generated", {"id": "shrinking", "entries": count}).expect(204)
            self.extract(playlists=["shrinking"], page_size=5)
            self.await_expected()
            self.assertEqual(count, len(self.places("shrinking")))

    def test_show_an_extraction_when_its_last_page_has_come(self):
        first, second = "20260101T100000Z_a", "20260102T100000Z_b"
        self.drop(first, "page-00000.json", page(track("s1", "a1", 10), track("s2", "a2", 20)), playlist="slow")
        wait_until("the first extraction shows", lambda: self.places("slow") == [(1, "s1"), (2, "s2")])
        self.drop(second, "page-00001.json", page(track("s1", "a1", 30), offset=1, total=2), playlist="slow")
        self.drop(second, "manifest.json", manifest(2), playlist="slow")
        self.tarn.await_quiet()
        self.assertEqual([(1, "s1"), (2, "s2")], self.places("slow"))
        self.drop(second, "page-00000.json", page(track("s3", "a3", 40), offset=0, total=2), playlist="slow")
        wait_until("the second extraction shows", lambda: self.places("slow") == [(1, "s3"), (2, "s1")])
        self.await_expected()

    def test_artists_are_ranked_by_day(self):
        for run, tracks in (("20260201T080000Z_a", (track("d1", "b1", 50), track("d2", "b2", 60), track("d3", "b1", 90))),
                            ("20260201T200000Z_b", (track("d2", "b2", 60), track("d4", "b3", 60))),
                            ("20260203T080000Z_c", (track("d4", "b3", 10), track("d2", "b2", 61)))):
            self.drop(run, "page-00000.json", page(*tracks), playlist="days")
        ranks = [("2026-02-01", 1, "b2"), ("2026-02-01", 1, "b3"), ("2026-02-03", 1, "b2"), ("2026-02-03", 2, "b3")]
        wait_until("the ranks are as expected", lambda: ranks == [
            (row["day"], row["rank"], row["artist_id"]) for row in self.artists() or [] if row["playlist_id"] == "days"])
        self.await_expected()


if __name__ == "__main__":
    unittest.main()
