"""Reads the four Spotify tables out of SQL, in the form that expected_tables.py computes them."""

from tarn_harness import wait_until

COLUMNS = {
    "albums": ("album_id", "name", "release_date", "release_date_precision", "total_tracks", "url"),
    "artists": ("artist_id", "artist_name", "external_url"),
    "songs": ("song_id", "song_name", "duration_ms", "url", "popularity", "song_added", "album_id", "artist_id"),
    "song_artists": ("song_id", "artist_id", "position"),
}
KEYS = {"albums": "album_id", "artists": "artist_id", "songs": "song_id", "song_artists": "song_id, artist_id"}

# The classic question to this pipeline.
MOST_POPULAR = """
    SELECT song_id, song_name, popularity FROM spotify.songs
    ORDER BY popularity DESC, song_name COLLATE "C", song_id LIMIT 10"""

# What stood in the playlists, extraction by extraction. Extractions are numbered, since each run has an id of its own.
HISTORY = """
    SELECT playlist_id, dense_rank() OVER (PARTITION BY playlist_id ORDER BY extracted_at, run, reading) AS extraction,
      position, kind, song_id, title, uri, popularity, added_at, added_by
    FROM spotify.playlist_history ORDER BY ALL"""
EXTRACTIONS = """
    SELECT playlist_id, row_number() OVER (PARTITION BY playlist_id ORDER BY extracted_at, run, reading) AS extraction, entries
    FROM spotify.playlist_extractions ORDER BY ALL"""


def read_table(tarn, table):
    """All rows in the order of the key, as dictionaries; None while the table is not cataloged, or while its files are
    being replaced (a 503 that asks to try again)."""
    columns = COLUMNS[table]
    statement = f"SELECT {', '.join(columns)} FROM spotify.{table} ORDER BY {KEYS[table]}"
    answer = tarn.query.send("POST", "/v1/sql", statement.encode())
    if answer.status in (404, 422, 503):
        return None
    return [dict(zip(columns, row)) for row in answer.expect(200).json()["rows"]]


def read_tables(tarn):
    return {table: read_table(tarn, table) for table in COLUMNS}


def read_history(tarn):
    """The playlists' history and its extractions, without what differs from one lake to another."""
    return {"playlist_history": tarn.sql(HISTORY), "playlist_extractions": tarn.sql(EXTRACTIONS)}


def await_tables(tarn, expected, deadline_seconds=60):
    """Waits until every table holds exactly the rows of `expected` (expected_tables.Tables); on failure tells how the
    last state differs."""
    wanted = {table: expected.rows(table) for table in COLUMNS}
    seen = {}

    def equal():
        seen.clear()
        seen.update(read_tables(tarn))
        return seen == wanted

    try:
        wait_until("the tables hold the expected rows", equal, deadline_seconds)
    except AssertionError as failure:
        raise AssertionError(f"{failure}\n{describe_differences(seen, wanted)}") from None


def describe_differences(seen, wanted):
    lines = []
    for table in COLUMNS:
        if seen.get(table) is None:
            lines.append(f"{table}: cannot be read")
            continue
        missing = [row for row in wanted[table] if row not in seen[table]]
        surplus = [row for row in seen[table] if row not in wanted[table]]
        if missing or surplus or len(seen[table]) != len(wanted[table]):
            lines.append(f"{table}: {len(seen[table])} rows, expected {len(wanted[table])}")
            lines += [f"  missing {row}" for row in missing[:3]] + [f"  surplus {row}" for row in surplus[:3]]
    return "\n".join(lines)
