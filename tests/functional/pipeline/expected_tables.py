"""Computes what the Spotify tables must hold, straight from raw JSON files and without anything of Tarn.

    python3 expected_tables.py FOLDER_OR_FILE...

Folders are searched for *.json. A file is of the extraction that `run=<time>_...` in its path names, else of its
modification time. Prints counts and the ten most popular songs as JSON.

The rules, one row per key (album_id; artist_id; song_id; song_id and artist_id) over all extractions:
the row of the latest extraction wins, then the one added later to the playlist, then the one earlier in the playlist.
Entries that are null, local files, episodes or tracks without an id give no rows; they are counted.
"""

import json
import re
import sys
from datetime import date, datetime, timezone
from pathlib import Path

RUN_IN_PATH = re.compile(r"(?:^|/)run=(\d{8}T\d{6}Z)")
TABLES = ("albums", "artists", "songs", "song_artists")
REJECTED_KINDS = ("null", "local", "episode", "unidentified")


def extraction_time(path: Path):
    """The moment of the extraction that wrote the file, as sortable text."""
    match = RUN_IN_PATH.search(path.as_posix())
    if match:
        return datetime.strptime(match.group(1), "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc).timestamp()
    return path.stat().st_mtime


def raw_files(arguments):
    for argument in map(Path, arguments):
        files = argument.rglob("*.json") if argument.is_dir() else [argument]
        yield from (file for file in sorted(files) if file.name != "manifest.json")


def entries_of(document):
    """The playlist entries of a paging object or of a whole playlist, as (position, entry); else nothing."""
    paging = document
    if not isinstance(paging.get("items"), list):
        paging = next((document[name] for name in ("items", "tracks")
                       if isinstance(document.get(name), dict) and isinstance(document[name].get("items"), list)), None)
    if paging is None:
        return []
    offset = paging.get("offset") or 0
    return [(offset + index, entry) for index, entry in enumerate(paging["items"])]


def content_of(entry):
    """The track or episode object of an entry, in either shape; None if there is none."""
    for name in ("item", "track"):
        if isinstance(entry.get(name), dict):
            return entry[name]
    return None


def kind_of(entry):
    content = content_of(entry) if isinstance(entry, dict) else None
    if content is None:
        return "null"
    if entry.get("is_local") or content.get("is_local"):
        return "local"
    if content.get("type") == "episode" or content.get("episode") is True:
        return "episode"
    return "track" if content.get("id") else "unidentified"


def release_precision(album):
    by_length = {4: "year", 7: "month", 10: "day"}
    return album.get("release_date_precision") or by_length.get(len(album.get("release_date") or ""))


def release_date(album):
    """A release date of year, month or day precision as the first day it may mean; None if it is no date."""
    parts = {"year": 1, "month": 2, "day": 3}.get(release_precision(album))
    try:
        numbers = [int(part) for part in album.get("release_date").split("-")][:parts]
        return date(*(numbers + [1, 1])[:3]).isoformat()
    except (AttributeError, TypeError, ValueError):
        return None


def timestamp(text):
    return None if text is None else datetime.fromisoformat(text).strftime("%Y-%m-%d %H:%M:%S")


def url_of(thing):
    return (thing.get("external_urls") or {}).get("spotify")


def album_row(album):
    return {"album_id": album["id"], "name": album.get("name"),
            "release_date": release_date(album), "release_date_precision": release_precision(album),
            "total_tracks": album.get("total_tracks"), "url": url_of(album)}


def artist_row(artist):
    return {"artist_id": artist["id"], "artist_name": artist.get("name"), "external_url": url_of(artist)}


def song_row(track, added_at):
    artists = track.get("artists") or []
    return {"song_id": track["id"], "song_name": track.get("name"), "duration_ms": track.get("duration_ms"),
            "url": url_of(track), "popularity": track.get("popularity"), "song_added": timestamp(added_at),
            "album_id": (track.get("album") or {}).get("id"),
            "artist_id": artists[0].get("id") if artists else None}


class Tables:
    """Keeps, for every key of every table, the row that wins."""

    def __init__(self):
        self._rows = {table: {} for table in TABLES}
        self.rejected = dict.fromkeys(REJECTED_KINDS, 0)

    def add_document(self, document, extracted):
        for position, entry in entries_of(document):
            kind = kind_of(entry)
            if kind == "track":
                added_at = entry.get("added_at")
                self._add_track(content_of(entry), added_at, (extracted, added_at or "", -position))
            else:
                self.rejected[kind] += 1

    def _add_track(self, track, added_at, rank):
        self._offer("songs", track["id"], song_row(track, added_at), rank)
        album = track.get("album") or {}
        if album.get("id"):
            self._offer("albums", album["id"], album_row(album), rank)
        for number, artist in enumerate(track.get("artists") or [], start=1):
            if not artist.get("id"):
                continue
            self._offer("artists", artist["id"], artist_row(artist), rank + (-number,))
            self._offer("song_artists", (track["id"], artist["id"]),
                        {"song_id": track["id"], "artist_id": artist["id"], "position": number}, rank + (-number,))

    def _offer(self, table, key, row, rank):
        best = self._rows[table].get(key)
        if best is None or rank > best[0]:
            self._rows[table][key] = (rank, row)

    def rows(self, table):
        """The rows of a table in the order of its key."""
        return [row for _, (_, row) in sorted(self._rows[table].items())]

    def most_popular(self, count=10):
        """The songs of the highest popularity; equal ones by name, then by id."""
        songs = sorted(self.rows("songs"), key=lambda song: (-song["popularity"], song["song_name"], song["song_id"]))
        return [{"song_id": song["song_id"], "song_name": song["song_name"], "popularity": song["popularity"]}
                for song in songs[:count]]

    def summary(self):
        return {"counts": {table: len(self._rows[table]) for table in TABLES}, "rejected": self.rejected,
                "most_popular": self.most_popular()}


def tables_of(arguments):
    """The tables of raw files and folders."""
    tables = Tables()
    for file in raw_files(arguments):
        tables.add_document(json.loads(file.read_text(encoding="utf-8")), extraction_time(file))
    return tables


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    print(json.dumps(tables_of(sys.argv[1:]).summary(), indent=2, ensure_ascii=False))
