"""The transforms that are measured, as folders."""

import re
import shutil
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
SPOTIFY_PREFIX = "spotify/playlist_items/playlist_id=p/run=20260101T000000Z_x/"
BY_HAND = "triggers: {events: false}\nbatch: {max_objects: 10000, max_bytes: 10GB}\n"

LISTENS = """name: listens
input:
  bucket: raw
  prefix: listens/
  format: FORMAT
outputs:
  - table: bench.listens
    model: listens
    mode: append
    PARTITIONS
"""
ROWS = "SELECT * EXCLUDE (object_key, object_version, object_time) FROM {{ input }}\n"
MEMBERS = """SELECT
  (document->>'$.listen_id')::BIGINT AS listen_id, (document->>'$.played_at')::TIMESTAMP AS played_at,
  (document->>'$.day')::DATE AS day, (document->>'$.song_id') AS song_id, (document->>'$.artist') AS artist,
  (document->>'$.country') AS country, (document->>'$.ms_played')::BIGINT AS ms_played,
  (document->>'$.score')::DOUBLE AS score
FROM {{ input }}
"""


def without_section(yaml, key):
    """The text of a mapping without one of its top-level keys."""
    return re.sub(rf"^{key}:\n(?:(?:[ #].*)?\n)*", "", yaml, flags=re.MULTILINE)


def shipped_spotify(folder):
    """deploy/pipelines/spotify, in one run by hand."""
    shutil.copytree(REPOSITORY / "deploy/pipelines/spotify", folder / "spotify")
    file = folder / "spotify/transform.yaml"
    yaml = without_section(without_section(file.read_text(encoding="utf-8"), "batch"), "tests")
    file.write_text(yaml + BY_HAND, encoding="utf-8")


def four_tables(folder):
    """The same for songs, albums, artists and song_artists alone, without rules and counts."""
    shipped_spotify(folder)
    file = folder / "spotify/transform.yaml"
    yaml = without_section(file.read_text(encoding="utf-8"), "counts")
    yaml = re.sub(r"^    quality:\n(?:(?:     .*)?\n)*", "", yaml, flags=re.MULTILINE)
    yaml = re.sub(r"^  - table: spotify\.playlist_\w+\n(?:(?:   .*)?\n)*", "", yaml, flags=re.MULTILINE)
    file.write_text(yaml, encoding="utf-8")
    for model in (folder / "spotify/models").glob("playlist_*.sql"):
        model.unlink()


def listens(folder, input_format, partitioned):
    """Every row of the input to Parquet."""
    (folder / "listens/models").mkdir(parents=True)
    yaml = LISTENS.replace("FORMAT", input_format).replace("PARTITIONS", "partition_by: [day]" if partitioned else "")
    (folder / "listens/transform.yaml").write_text(yaml + BY_HAND)
    (folder / "listens/models/listens.sql").write_text(MEMBERS if input_format == "ndjson" else ROWS)
