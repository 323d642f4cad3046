"""Computes what the playlist tables must hold, straight from the raw folder and without anything of Tarn.

    python3 expected_playlists.py RAW_PLAYLIST_ITEMS_FOLDER

An extraction of a playlist is a folder `playlist_id=<id>/[reading=<n>/]run=<time>_<run id>/`. It is whole if all entries
that its manifest counts are in its pages, or, without a manifest, if one page holds as many entries as its `total` says.
playlist_history has the entries of every extraction; playlist_entries those of each playlist's latest whole one; and
top_artists counts, for each day and each playlist's last whole extraction of it, the entries that name an artist.
"""

import json
import re
import sys
from datetime import datetime
from fractions import Fraction
from pathlib import Path

from expected_tables import content_of, entries_of, kind_of, tables_of, timestamp

FOLDER = re.compile(r"playlist_id=(?P<playlist>[^/]+)/(?:reading=(?P<reading>\d+)/)?run=(?P<run>(?P<time>\d{8}T\d{6}Z)_[^/]+)$")


class Extraction:
    """One reading of one playlist."""

    def __init__(self, folder):
        match = FOLDER.search(folder.as_posix())
        self.playlist_id = match["playlist"]
        self.run = match["run"]
        self.reading = int(match["reading"] or 1)
        self.time = datetime.strptime(match["time"], "%Y%m%dT%H%M%SZ")
        pages = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("page-*.json"))]
        self.entries = [found for page in pages for found in entries_of(page)]
        manifest = folder / "manifest.json"
        if manifest.exists():
            self.whole_count = json.loads(manifest.read_text(encoding="utf-8"))["counts"]["records"]
        else:
            self.whole_count = pages[0].get("total") if len(pages) == 1 else None

    @property
    def is_whole(self):
        return len(self.entries) == self.whole_count

    @property
    def age(self):
        return (self.time, self.run, self.reading)

    def rows(self):
        return [self._row(index + 1, entry) for index, entry in self.entries]

    def _row(self, position, entry):
        kind, content = kind_of(entry), (content_of(entry) if isinstance(entry, dict) else None) or {}
        entry = entry if isinstance(entry, dict) else {}
        return {"playlist_id": self.playlist_id, "position": position, "kind": kind,
                "song_id": content["id"] if kind == "track" else None, "title": content.get("name"),
                "uri": content.get("uri"), "popularity": content.get("popularity"),
                "added_at": timestamp(entry.get("added_at")), "added_by": (entry.get("added_by") or {}).get("id") or None,
                "run": self.run}


def extractions_of(folder):
    """The extractions below a folder that have pages."""
    return [Extraction(run) for run in sorted(Path(folder).rglob("run=*")) if any(run.glob("page-*.json"))]


def latest(extractions, key):
    """The last whole extraction for each value of `key`."""
    chosen = {}
    for extraction in sorted((one for one in extractions if one.is_whole), key=lambda one: one.age):
        chosen[key(extraction)] = extraction
    return [chosen[value] for value in sorted(chosen)]


def playlist_history(extractions):
    rows = [row | {"reading": extraction.reading} for extraction in extractions for row in extraction.rows()]
    return sorted(rows, key=lambda row: (row["playlist_id"], row["run"], row["reading"], row["position"]))


def playlist_entries(extractions):
    return [row for extraction in latest(extractions, lambda one: one.playlist_id) for row in extraction.rows()]


def top_artists(extractions, folder):
    """Artists by playlist, day and rank; mean_popularity is the exact fraction."""
    tables = tables_of([folder])
    names = {artist["artist_id"]: artist["artist_name"] for artist in tables.rows("artists")}
    credits = {}
    for credit in tables.rows("song_artists"):
        credits.setdefault(credit["song_id"], []).append(credit["artist_id"])
    rows = []
    for extraction in latest(extractions, lambda one: (one.playlist_id, one.time.date())):
        popularities = {}
        for row in extraction.rows():
            for artist in credits.get(row["song_id"], []):
                popularities.setdefault(artist, []).append(row["popularity"])
        rows += ranked(extraction, popularities, names)
    return rows


def ranked(extraction, popularities, names):
    found = []
    for artist, values in popularities.items():
        known = [value for value in values if value is not None]
        mean = Fraction(sum(known), len(known)) if known else None
        found.append((-len(values), -mean if mean is not None else 1, names[artist], artist, len(values), mean))
    found.sort(key=lambda one: one[:4])
    return [{"playlist_id": extraction.playlist_id, "day": extraction.time.date().isoformat(),
             "rank": 1 + sum(other[:2] < one[:2] for other in found), "artist_id": one[3], "artist_name": one[2],
             "entries": one[4], "mean_popularity": one[5]} for one in found]


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    everything = extractions_of(sys.argv[1])
    print(json.dumps({"playlist_entries": playlist_entries(everything), "top_artists": [
        row | {"mean_popularity": row["mean_popularity"] and float(row["mean_popularity"])}
        for row in top_artists(everything, sys.argv[1])]}, indent=2, ensure_ascii=False))
