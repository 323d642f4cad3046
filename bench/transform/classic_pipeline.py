#!/usr/bin/env python3
"""The transform step of the classic pipelines, as their Lambda function has it, over a folder: each JSON file is loaded,
loops make lists of dicts of it, pandas drops duplicates and makes dates, and CSV files are written. It has the fourth table
of the shipped transform too, and the tests for null that the tutorials leave out. Prints the seconds that it took, and
those of the processor, without loading Python and pandas.

    classic_pipeline.py FOLDER TO
"""

import json
import sys
import time
from pathlib import Path

import pandas as pd


def albums_of(data):
    album_list = []
    for row in data["items"]:
        if row["track"] is None:
            continue
        album = row["track"]["album"]
        album_list.append({"album_id": album["id"], "name": album["name"], "release_date": album["release_date"],
                           "release_date_precision": album["release_date_precision"],
                           "total_tracks": album["total_tracks"], "url": album["external_urls"]["spotify"]})
    return album_list


def artists_of(data):
    artist_list = []
    for row in data["items"]:
        if row["track"] is None:
            continue
        for artist in row["track"]["artists"]:
            artist_list.append({"artist_id": artist["id"], "artist_name": artist["name"],
                                "external_url": artist["external_urls"]["spotify"]})
    return artist_list


def songs_of(data):
    song_list = []
    for row in data["items"]:
        track = row["track"]
        if track is None:
            continue
        song_list.append({"song_id": track["id"], "song_name": track["name"], "duration_ms": track["duration_ms"],
                          "url": track["external_urls"]["spotify"], "popularity": track["popularity"],
                          "song_added": row["added_at"], "album_id": track["album"]["id"],
                          "artist_id": track["artists"][0]["id"]})
    return song_list


def song_artists_of(data):
    credit_list = []
    for row in data["items"]:
        if row["track"] is None:
            continue
        for position, artist in enumerate(row["track"]["artists"], 1):
            credit_list.append({"song_id": row["track"]["id"], "artist_id": artist["id"], "position": position})
    return credit_list


def main(folder, to):
    albums, artists, songs, song_artists = [], [], [], []
    for file in sorted(Path(folder).glob("*.json")):
        with open(file, encoding="utf-8") as content:
            data = json.load(content)
        albums += albums_of(data)
        artists += artists_of(data)
        songs += songs_of(data)
        song_artists += song_artists_of(data)

    album_df = pd.DataFrame.from_dict(albums).drop_duplicates(subset=["album_id"])
    artist_df = pd.DataFrame.from_dict(artists).drop_duplicates(subset=["artist_id"])
    song_df = pd.DataFrame.from_dict(songs).drop_duplicates(subset=["song_id"])
    credit_df = pd.DataFrame.from_dict(song_artists).drop_duplicates(subset=["song_id", "artist_id"])
    album_df["release_date"] = pd.to_datetime(album_df["release_date"])
    song_df["song_added"] = pd.to_datetime(song_df["song_added"])
    for name, frame in {"albums": album_df, "artists": artist_df, "songs": song_df, "song_artists": credit_df}.items():
        frame.to_csv(Path(to) / f"{name}.csv", index=False)


if __name__ == "__main__":
    begin, used = time.perf_counter(), time.process_time()
    main(*sys.argv[1:])
    print(json.dumps({"seconds": time.perf_counter() - begin, "processor_seconds": time.process_time() - used}))
