"""Writes the made-up playlists of data/: the same bytes each time. Run it from anywhere, without arguments."""

import hashlib
import json
import pathlib
import random

FOLDER = pathlib.Path(__file__).parent / "data"
OWNER = {"display_name": "Tarn", "external_urls": {"spotify": "https://open.spotify.com/user/tarn"},
         "href": "https://api.spotify.com/v1/users/tarn", "id": "tarn", "type": "user", "uri": "spotify:user:tarn"}
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
FIRST = ["Amber", "Birch", "Cinder", "Delta", "Ember", "Fjord", "Granite", "Harbour", "Indigo", "Juniper", "Kelp",
         "Lantern", "Meadow", "Northern", "Opal", "Pebble", "Quiet", "Ridge", "Silver", "Thistle"]
SECOND = ["Bridges", "Choir", "Drift", "Echo", "Foxes", "Gardens", "Hours", "Islands", "Jackdaws", "Kites", "Ladders",
          "Mirrors", "Nights", "Orchards", "Pilots", "Rivers", "Signals", "Trains", "Umbrellas", "Waves"]
AWKWARD_SONGS = ['Salt, Smoke & Sky', 'The "Quoted" One', "It's 4 O'Clock", "Comma, \"Quote\", and\nNewline", "Ünïcödé Høpe",
                 "夜の湖", "🔥 Heat 🔥", "Tab\there", "Back\\slash", "NULL", "007", "true", "  spaces  ", "<b>bold</b>",
                 "a;b;c", "100%"]
AWKWARD_ARTISTS = ['Hollow, Kate & The Pines', 'DJ "Zero"', "Émilie Lac", "ひかり", "O'Rook"]


def identifier(kind, name):
    number = int.from_bytes(hashlib.sha256(f"{kind}:{name}".encode()).digest(), "big")
    digits = ""
    for _ in range(22):
        number, digit = divmod(number, 62)
        digits += ALPHABET[digit]
    return digits


def links(kind, ident):
    return {"external_urls": {"spotify": f"https://open.spotify.com/{kind}/{ident}"},
            "href": f"https://api.spotify.com/v1/{kind}s/{ident}", "id": ident, "type": kind,
            "uri": f"spotify:{kind}:{ident}"}


def make_artist(name):
    return {**links("artist", identifier("artist", name)), "name": name}


def make_album(key, name, artists, date, precision, total):
    ident = identifier("album", key)
    return {**links("album", ident), "album_type": "single" if total == 1 else "album", "artists": artists,
            "available_markets": ["DE", "GB", "US"], "name": name, "release_date": date,
            "release_date_precision": precision, "total_tracks": total,
            "images": [{"height": 64, "url": f"https://images.example/{ident}", "width": 64}]}


def make_track(name, album, artists, duration_ms, popularity, number=1):
    ident = identifier("track", f"{album['id']}:{name}")
    # Inside a playlist a track itself has the booleans `track` and `episode`.
    return {**links("track", ident), "album": album, "artists": artists, "available_markets": ["DE", "GB", "US"],
            "disc_number": 1, "duration_ms": duration_ms, "episode": False, "explicit": False,
            "external_ids": {"isrc": "XX" + ident[:10].upper()}, "is_local": False, "name": name,
            "popularity": popularity, "preview_url": None, "track": True, "track_number": number}


def entry(track, added_at, is_local=False):
    return {"added_at": added_at, "added_by": {**OWNER}, "is_local": is_local, "primary_color": None, "track": track,
            "video_thumbnail": {"url": None}}


def local_track(name, artist):
    return {"album": {"album_type": None, "artists": [], "available_markets": [], "external_urls": {}, "href": None,
                      "id": None, "images": [], "name": "Home recordings", "release_date": None,
                      "release_date_precision": None, "type": "album", "uri": None},
            "artists": [{"external_urls": {}, "href": None, "id": None, "name": artist, "type": "artist", "uri": None}],
            "available_markets": [], "disc_number": 0, "duration_ms": 61000, "explicit": False, "external_ids": {},
            "external_urls": {}, "href": None, "id": None, "is_local": True, "name": name, "popularity": 0,
            "preview_url": None, "track_number": 0, "type": "track", "uri": "spotify:local:x:y:z:61"}


def episode(name):
    ident = identifier("episode", name)
    return {**links("episode", ident), "available_markets": ["DE"], "description": "A talk, with a comma.",
            "duration_ms": 1800000, "episode": True, "explicit": False, "images": [], "languages": ["en"], "name": name,
            "release_date": "2025-11-27", "release_date_precision": "day",
            "show": {**links("show", identifier("show", "Tarn Talk")), "name": "Tarn Talk"}, "track": False}


def playlist(ident, name, snapshot, entries):
    return {"collaborative": False, "description": "Made up.", **links("playlist", ident), "followers": {"href": None, "total": 0},
            "images": [], "name": name, "owner": OWNER, "primary_color": None, "public": True, "snapshot_id": snapshot,
            "tracks": {"href": f"https://api.spotify.com/v1/playlists/{ident}/tracks?offset=0&limit=100", "items": entries,
                       "limit": 100, "next": None, "offset": 0, "previous": None, "total": len(entries)}}


def make_tracks():
    rng = random.Random(7)
    artists = [make_artist(name) for name in AWKWARD_ARTISTS + [f"{a} {b}" for a, b in zip(FIRST, SECOND)]]
    tracks = []
    for i in range(90):
        owner = artists[i % len(artists)]
        guests = rng.sample([a for a in artists if a is not owner], k=[0, 0, 1, 2][i % 4])
        name = AWKWARD_SONGS[i] if i < len(AWKWARD_SONGS) else f"{rng.choice(FIRST)} {rng.choice(SECOND)}"
        precision = ["day", "day", "day", "month", "year"][i % 5]
        year, month, day = 1960 + (i * 7) % 66, 1 + i % 12, 1 + i % 28
        date = {"day": f"{year}-{month:02}-{day:02}", "month": f"{year}-{month:02}", "year": f"{year}"}[precision]
        # Every tenth album is called the same and is another album all the same; every third has two of the tracks.
        album_name = "Greatest Hits" if i % 10 == 0 else f"{name} (Album)" if i % 3 else f"{owner['name']}, Vol. {i}"
        album = tracks[-1]["album"] if i % 3 == 2 else make_album(f"{i}", album_name, [owner], date, precision, 1 + i % 14)
        popularity = [97, 95, 95, 95, 90][i] if i < 5 else max(1, 90 - i)
        tracks.append(make_track(name, album, [owner] + guests, 120_000 + rng.randrange(200_000), popularity, 1 + i % 3))
    return tracks


def at(day, hour):
    return f"2026-01-{day:02}T{hour:02}:{(day * 7 + hour) % 60:02}:00Z"


def main():
    tracks = make_tracks()
    top = [entry(t, at(1 + i % 9, i % 24)) for i, t in enumerate(tracks[:56])]
    top.insert(7, entry(None, at(3, 3)))                                   # the track is gone
    top.insert(13, entry(local_track("Kitchen Take", "Somebody"), at(4, 4), is_local=True))
    top.insert(21, entry(episode("On Lakes"), at(5, 5)))
    top.insert(30, entry(tracks[2], at(9, 23)))                            # the same track twice
    late = [entry(t, at(10 + i % 9, i % 24)) for i, t in enumerate(tracks[40:90])]  # 16 of them in the first one, too
    late.insert(0, None)                                                   # a null entry
    late.insert(25, entry(episode("On Rivers"), at(12, 12)))
    odd = [None, entry(None, at(2, 2)), entry(local_track("Hum", "Nobody"), at(2, 3), is_local=True),
           entry(episode("On Rain"), at(2, 4)), entry(tracks[0], at(2, 5)), entry(tracks[0], at(2, 6))]

    later = [json.loads(json.dumps(e)) for e in top[5:45]]                 # the first one, a month on
    for e in later:
        if e["track"] and e["track"].get("id") and e["track"]["type"] == "track":
            e["track"]["popularity"] = max(0, e["track"]["popularity"] - 3)
        e["added_at"] = e["added_at"].replace("2026-01", "2026-02")
    later += [entry(t, "2026-02-20T10:00:00Z") for t in tracks[80:90]]

    FOLDER.mkdir(exist_ok=True)
    for file_name, content in {
        "late_night.json": playlist("TarnLateNight000000001", "Late Night", "s1", late),
        "oddities.json": playlist("TarnOddities0000000001", "Oddities", "s1", odd),
        "top_songs_2026-01.json": playlist("37i9dQZEVXbMDoHDwVN2tF", "Top Songs", "s1", top),
        "top_songs_2026-02.json": playlist("37i9dQZEVXbMDoHDwVN2tF", "Top Songs", "s2", later),
    }.items():
        (FOLDER / file_name).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
