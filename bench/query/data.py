"""Ten million plays with their songs, artists and listeners, made by DuckDB: the same rows each time."""

import datetime
import shutil

PLAYS = 10_000_000
SONGS, ARTISTS, USERS = 200_000, 20_000, 100_000
FILES_PER_MONTH = 2
START = datetime.datetime(2025, 1, 1)
YEAR_SECONDS = 365 * 86_400
PARTITIONS = 100_000

ARTIST_SQL = f"""
SELECT i::INTEGER AS artist_id, 'Artist ' || i AS name,
  ['DE', 'FR', 'US', 'GB', 'BR', 'JP', 'SE', 'MX', 'IN', 'NG'][1 + (hash(i) % 10)::INTEGER] AS country,
  ['pop', 'rock', 'hip hop', 'jazz', 'techno', 'folk', 'classical', 'metal', 'soul', 'latin', 'reggae', 'blues']
    [1 + (hash(i + 7) % 12)::INTEGER] AS genre
FROM range({ARTISTS}) t(i) ORDER BY i"""

SONG_SQL = f"""
SELECT i::INTEGER AS song_id, 'Song ' || i || ' of ' || ['love', 'rain', 'night', 'sun', 'road'][1 + (hash(i) % 5)::INTEGER] AS title,
  ({ARTISTS} * pow((hash(i + 11) % 1000003) / 1000003, 2))::INTEGER % {ARTISTS} AS artist_id,
  (90000 + hash(i + 13) % 300000)::INTEGER AS duration_ms, DATE '1990-01-01' + (hash(i + 17) % 12700)::INTEGER AS released,
  hash(i + 19) % 8 = 0 AS explicit,
  list_transform(range(1 + (hash(i + 23) % 4)::BIGINT), k -> 'tag' || ((hash(i) + k * 37) % 200)) AS tags
FROM range({SONGS}) t(i) ORDER BY i"""

USER_SQL = f"""
SELECT i::INTEGER AS user_id, ['DE', 'FR', 'US', 'GB', 'BR', 'JP', 'SE', 'MX'][1 + (hash(i + 29) % 8)::INTEGER] AS country,
  (1950 + hash(i + 31) % 60)::INTEGER AS birth_year, ['free', 'single', 'family'][1 + (hash(i + 37) % 3)::INTEGER] AS plan
FROM range({USERS}) t(i) ORDER BY i"""

PLAY_SQL = f"""
SELECT i AS play_id, TIMESTAMP '2025-01-01' + to_microseconds((i * {YEAR_SECONDS * 1_000_000 / PLAYS})::BIGINT) AS played_at,
  ({USERS} * pow((hash(i + 41) % 1000003) / 1000003, 2))::INTEGER % {USERS} AS user_id,
  ({SONGS} * pow((hash(i + 43) % 1000003) / 1000003, 3))::INTEGER % {SONGS} AS song_id,
  (hash(i + 47) % 300000)::INTEGER AS ms_played, hash(i + 53) % 5 = 0 AS skipped,
  ['ios', 'android', 'web', 'desktop', 'tv'][1 + (hash(i + 59) % 5)::INTEGER] AS platform,
  CASE WHEN hash(i + 61) % 3 = 0 THEN NULL ELSE 'playlist ' || hash(i + 67) % 5000 END AS context,
  (hash(i + 71) % 1000) / 1000 AS volume
FROM range({{begin}}, {{end}}) t(i)"""


def month_bounds():
    """(month, first play, end) for each month; plays are spread evenly over the year."""
    for number in range(1, 13):
        first = datetime.datetime(2025, number, 1)
        after = datetime.datetime(2025 + number // 12, number % 12 + 1, 1)

        def play_at(time):
            seconds = int((time - START).total_seconds())
            return -(-seconds * PLAYS // YEAR_SECONDS)
        yield f"{first:%Y-%m}", play_at(first), min(play_at(after), PLAYS)


def copy(bare, sql, file):
    file.parent.mkdir(parents=True, exist_ok=True)
    bare.run(f"COPY ({sql}) TO '{file}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)")


def make(bare, folder):
    """Writes <folder>/<table>/..., unless they are there."""
    if (folder / "complete").exists():
        return
    shutil.rmtree(folder, ignore_errors=True)
    copy(bare, ARTIST_SQL, folder / "artists" / "artists.parquet")
    copy(bare, SONG_SQL, folder / "songs" / "songs.parquet")
    copy(bare, USER_SQL, folder / "users" / "users.parquet")
    for month, begin, end in month_bounds():
        for part in range(FILES_PER_MONTH):
            cut = [begin + (end - begin) * number // FILES_PER_MONTH for number in (part, part + 1)]
            copy(bare, PLAY_SQL.format(begin=cut[0], end=cut[1]), folder / "plays" / f"month={month}" / f"{part}.parquet")
    (folder / "complete").touch()


def make_partitions(bare, folder):
    """A table of one small file in each of 100,000 partitions."""
    if (folder / "complete").exists():
        return
    shutil.rmtree(folder, ignore_errors=True)
    one = folder / "one.parquet"
    copy(bare, "SELECT i AS value, 'row ' || i AS name FROM range(10) t(i)", one)
    for number in range(PARTITIONS):
        partition = folder / "readings" / f"sensor={number}"
        partition.mkdir(parents=True)
        shutil.copyfile(one, partition / "0.parquet")
    one.unlink()
    (folder / "complete").touch()
