#!/usr/bin/env python3
"""Makes the data of bench/transform: the same bytes each time.

    make_data.py pages FOLDER [--pages 500]      playlist pages of about 900 kB, 100 entries each, laid out as Spotify does
    make_data.py csv FILE [--megabytes 700]      listens: listen_id, played_at, day, song_id, artist, country, ms_played, score
"""

import argparse
import json
import random
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


def make_csv(file, megabytes):
    chance = random.Random(7)
    countries = MARKETS[:40]
    names = [title(n).replace('"', '""') for n in range(ARTISTS)]
    with open(file, "w", encoding="utf-8", newline="") as out:
        out.write("listen_id,played_at,day,song_id,artist,country,ms_played,score\n")
        number, written = 0, 0
        while written < megabytes * 1_000_000:
            lines = []
            for _ in range(10_000):
                number += 1
                day = number % 28 + 1
                song = chance.randrange(SONGS)
                lines.append(f'{number},2026-01-{day:02d} {number % 24:02d}:{number % 60:02d}:{song % 60:02d},2026-01-{day:02d},'
                             f'S{song:021d},"{names[song % ARTISTS]}",{countries[song % 40]},{song * 7 % 300000},{song % 1000 / 8}\n')
            text = "".join(lines)
            out.write(text)
            written += len(text.encode())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["pages", "csv"])
    parser.add_argument("target", type=Path)
    parser.add_argument("--pages", type=int, default=500)
    parser.add_argument("--megabytes", type=int, default=700)
    options = parser.parse_args()
    if options.what == "pages":
        make_pages(options.target, options.pages)
    else:
        make_csv(options.target, options.megabytes)


if __name__ == "__main__":
    main()
