"""What the user played, every play once, however often and with whatever overlap the source reads them; and what the
user saved, which is a playlist among the others."""

import json
import shutil
import tempfile
import unittest
from datetime import datetime, timezone
from pathlib import Path

from expected_tables import tables_of
from tarn_harness import PIPELINES, Tarn, wait_until

COLUMNS = ("played_at", "uri", "song_id", "song_name", "artist_id", "artist_name", "album_id", "duration_ms", "context_type",
           "context_uri")


def pipelines_of_a_user(folder):
    """A copy of the pipelines whose source reads what the user played and saved, and nothing else."""
    shutil.copytree(PIPELINES, folder, dirs_exist_ok=True)
    source = folder / "spotify" / "source.yaml"
    lines = [line for line in source.read_text(encoding="utf-8").splitlines() if not line.strip().startswith(("playlists:", "#"))]
    source.write_text("\n".join(lines + ["  refresh_token: stand-in-refresh", "  recently_played: true", "  saved_tracks: true", ""]), encoding="utf-8")
    return folder


def moment(text):
    """As SQL shows it: the fraction of a second only if there is one."""
    time = datetime.fromisoformat(text).astimezone(timezone.utc).replace(tzinfo=None)
    shown = time.isoformat(sep=" ", timespec="milliseconds")
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def row_of(play):
    track, context = play["track"], play.get("context") or {}
    artist = (track.get("artists") or [{}])[0]
    return {"played_at": moment(play["played_at"]), "uri": track.get("uri") or f"spotify:track:{track['id']}",
            "song_id": track.get("id"), "song_name": track.get("name"), "artist_id": artist.get("id"),
            "artist_name": artist.get("name"), "album_id": (track.get("album") or {}).get("id"),
            "duration_ms": track.get("duration_ms"), "context_type": context.get("type"), "context_uri": context.get("uri")}


def expected_plays(lake):
    rows = {}
    for file in sorted((lake / "raw" / "spotify" / "recently_played").rglob("page-*.json")):
        for play in json.loads(file.read_text(encoding="utf-8"))["items"]:
            row = row_of(play)
            rows[row["played_at"], row["uri"]] = row
    return [rows[key] for key in sorted(rows)]


class Plays(unittest.TestCase):
    def setUp(self):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="tarn_plays_")))
        self.tarn = self.enterContext(Tarn(pipelines=pipelines_of_a_user(folder), stand_in_options=["--user", "tarn"]))

    def play(self, count):
        self.tarn.stand_in.post("/control/plays", {"count": count}).expect(204)
        self.tarn.await_next_second()
        self.tarn.extract_playlist()
        self.tarn.await_quiet()

    def test_are_kept_once_each(self):
        self.play(30)
        self.play(5)
        self.tarn.forget_cursor()
        self.play(3)  # reads again what was read before
        expected = expected_plays(self.tarn.lake)
        self.assertEqual(38, len(expected))
        statement = f"SELECT {', '.join(COLUMNS)} FROM spotify.plays ORDER BY played_at, uri"
        wait_until("the table has all plays", lambda: len(self.tarn.sql(statement)) == 38)
        self.assertEqual(expected, [dict(zip(COLUMNS, row)) for row in self.tarn.sql(statement)])

    def test_saved_tracks_are_a_playlist(self):
        self.tarn.stand_in.post("/control/saved_tracks", {"count": 60}).expect(204)
        self.tarn.extract_playlist(body={"page_size": 25})
        self.tarn.await_quiet()
        songs = tables_of([file for file in (self.tarn.lake / "raw/spotify/saved_tracks").rglob("page-*.json")]).rows("songs")
        self.assertEqual(60, len(songs))
        wait_until("the songs are there", lambda: [[song["song_id"]] for song in songs]
                   == self.tarn.sql("SELECT song_id FROM spotify.songs ORDER BY song_id"))
        self.assertEqual([["saved_tracks", 60]], self.tarn.sql("SELECT playlist_id, count(*) FROM spotify.playlist_history GROUP BY ALL"))
        self.assertEqual([["saved_tracks", 60]], self.tarn.sql("SELECT playlist_id, entries FROM spotify.playlist_extractions"))


if __name__ == "__main__":
    unittest.main()
