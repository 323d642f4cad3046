"""The data of bench/transform: the same bytes each time, kept in a folder until the folder is removed."""

import json
import random
import subprocess
from pathlib import Path

MARKETS = [a + b for a in "ABCDEFGHIJKLMNOPQRS" for b in "ACEGIKMORU"][:185]
ARTISTS, ALBUMS, SONGS = 6_000, 12_000, 30_000
WORDS = ["Amber", "Birch", "Cinder", "Delta", "Ember", "Fjord", "Granite", "Harbour", "Indigo", "Juniper", "Nächte",
         "O'Clock", "The \"Quoted\" One", "夜の湖", "Comma, and More", "🔥", "Rivers", "Signals", "Trains", "Waves"]


def title(number):
    return f"{WORDS[number % len(WORDS)]} {WORDS[number // 20 % len(WORDS)]} {number}"


def links(kind, ident):
    return {"external_urls": {"spotify": f"https://open.spotify.com/{kind}/{ident}"},
            "href": f"https://api.spotify.com/v1/{kind}s/{ident}", "id": ident}


def artist(number):
    ident = f"R{number:021d}"
    return {**links("artist", ident), "name": title(number), "type": "artist", "uri": f"spotify:artist:{ident}"}


def album(number):
    ident = f"L{number:021d}"
    date, precision = [("1967", "year"), ("1967-01", "month"), (f"20{number % 25:02d}-03-{number % 28 + 1:02d}", "day")][min(number % 20, 2)]
    images = [{"height": size, "url": f"https://i.scdn.co/image/{ident}{size}", "width": size} for size in (640, 300, 64)]
    return {"album_type": "album", "artists": [artist(number % ARTISTS)], "available_markets": MARKETS, **links("album", ident),
            "images": images, "name": title(number), "release_date": date, "release_date_precision": precision,
            "total_tracks": number % 20 + 1, "type": "album", "uri": f"spotify:album:{ident}"}


def track(number):
    ident = f"S{number:021d}"
    return {"album": album(number * 7 % ALBUMS), "artists": [artist(number % ARTISTS), artist(number * 3 % ARTISTS)][:number % 3 + 1],
            "available_markets": MARKETS, "disc_number": 1, "duration_ms": 60_000 + number, "episode": False,
            "explicit": False, "external_ids": {"isrc": f"XX{number:010d}"}, **links("track", ident), "is_local": False,
            "name": title(number), "popularity": number % 101, "preview_url": None, "track": True,
            "track_number": number % 20 + 1, "type": "track", "uri": f"spotify:track:{ident}"}


def entry(chance, number):
    if number % 97 == 0:
        held = None
    else:
        held = track(chance.randrange(SONGS))
    return {"added_at": f"2026-01-{number % 28 + 1:02d}T{number % 24:02d}:00:00Z",
            "added_by": {**links("user", "tarn"), "type": "user", "uri": "spotify:user:tarn"}, "is_local": False,
            "primary_color": None, "track": held, "video_thumbnail": {"url": None}}


def make_pages(folder, count):
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(5)
    for page in range(count):
        items = [entry(chance, page * 100 + i) for i in range(100)]
        document = {"href": "https://api.spotify.com/v1/playlists/bench/items", "items": items, "limit": 100, "next": None,
                    "offset": page * 100, "previous": None, "total": count * 100}
        (folder / f"page-{page:05d}.json").write_text(json.dumps(document, indent=2, ensure_ascii=False), encoding="utf-8")


def rows():
    """Listens: listen_id, played_at, day, song_id, artist, country, ms_played, score."""
    chance = random.Random(7)
    names = [title(n) for n in range(ARTISTS)]
    number = 0
    while True:
        number += 1
        day = f"2026-01-{number % 28 + 1:02d}"
        song = chance.randrange(SONGS)
        yield {"listen_id": number, "played_at": f"{day} {number % 24:02d}:{number % 60:02d}:{song % 60:02d}", "day": day,
               "song_id": f"S{song:021d}", "artist": names[song % ARTISTS], "country": MARKETS[song % 40],
               "ms_played": song * 7 % 300000, "score": song % 1000 / 8}


def csv_line(row):
    artist = row["artist"].replace('"', '""')
    return ",".join(f'"{artist}"' if name == "artist" else str(value) for name, value in row.items()) + "\n"


def ndjson_line(row):
    return json.dumps(row, ensure_ascii=False) + "\n"


def make_lines(file, size_bytes, line, header=""):
    with open(file, "wb") as out:
        out.write(header.encode())
        for row in rows():
            out.write(line(row).encode())
            if out.tell() >= size_bytes:
                return


class Data:
    """Below `folder`. `bare` is the program that runs SQL."""

    def __init__(self, folder, bare):
        self._folder, self._bare = Path(folder), bare
        self._folder.mkdir(parents=True, exist_ok=True)

    def _made(self, name, make):
        made, unfinished = self._folder / name, self._folder / f"{name}_unfinished"
        if not made.exists():
            unfinished.mkdir(exist_ok=True)
            make(unfinished)
            unfinished.rename(made)
        return made

    def pages(self, size_bytes):
        """A folder of playlist pages of about 960 kB, 100 entries each, laid out as Spotify does."""
        count = -(-size_bytes // 960_000)
        return self._made(f"pages_{count}", lambda folder: make_pages(folder, count))

    def listens(self, kind, size_bytes):
        """A folder with one file: listens.csv, listens.ndjson or listens.parquet."""
        def make(folder):
            file = folder / f"listens.{kind}"
            if kind == "parquet":
                self._make_parquet(file, size_bytes)
            elif kind == "csv":
                make_lines(file, size_bytes, csv_line, ",".join(next(rows())) + "\n")
            else:
                make_lines(file, size_bytes, ndjson_line)
        return self._made(f"listens_{kind}_{size_bytes // 1_000_000}", make)

    def _make_parquet(self, file, size_bytes):
        source = self.listens("csv", size_bytes) / "listens.csv"
        statements = file.with_suffix(".sql")
        # What is packed well needs many rows to be large: a column that cannot be packed stands for them.
        statements.write_text(f"""COPY (SELECT *, sha256(listen_id::VARCHAR) AS token FROM read_csv('{source}'))
                              TO '{file}' (FORMAT parquet, COMPRESSION uncompressed, ROW_GROUP_SIZE 122880)""")
        subprocess.run([self._bare, statements, file.with_suffix(".spill"), str(1 << 30), "2"], check=True, capture_output=True)
        statements.unlink()
