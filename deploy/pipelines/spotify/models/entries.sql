-- One row per entry of a playlist, whatever it is, with what is known of its raw object; an object without entries has one
-- row of the kind 'none'. All models are made of these rows, so that each document is read once.
--
-- A raw object is a page of entries ({"items": [...]}) or a whole playlist, whose page stands under "items" or, in older
-- answers, under "tracks"; newer answers carry both, with the same entries. The tracks that a user saved come as the
-- entries of a playlist do.
--
-- An extraction reads each playlist once and is known by the part run=<time>_<run id> of the key. A playlist that
-- changed while it was read is read again, below reading=2 or reading=3. Without such a part, as in a file that
-- somebody dropped, an object is an extraction of its own, named after the time of the file.
WITH taken AS (
  SELECT object_key, object_time, document, false AS is_saved FROM {{ input('playlist_items') }}
  UNION ALL
  SELECT object_key, object_time, document, true AS is_saved FROM {{ input('saved_tracks') }}
),
pages AS (
  SELECT
    *,
    from_json(
      document,
      '{"id": "VARCHAR", "total": "VARCHAR", "offset": "VARCHAR", "counts": {"records": "VARCHAR"},
        "items": ' || {{ param('entries') }} || '}') AS page
  FROM taken
),
playlists AS (
  SELECT
    * EXCLUDE (document),
    CASE
      WHEN page.items IS NULL
      THEN from_json(
        document,
        '{"items": {"total": "VARCHAR", "offset": "VARCHAR", "items": ' || {{ param('entries') }} || '},
          "tracks": {"total": "VARCHAR", "offset": "VARCHAR", "items": ' || {{ param('entries') }} || '}}')
    END AS playlist
  FROM pages
),
objects AS (
  SELECT
    object_key,
    object_time AS extracted_at,
    coalesce(
      nullif(page.id, ''),
      nullif(regexp_extract(object_key, '/playlist_id=([^/]+)/', 1), ''),
      CASE WHEN is_saved THEN 'saved_tracks' END) AS playlist_id,
    coalesce(
      nullif(regexp_extract(object_key, '/run=([^/]+)/', 1), ''),
      strftime(object_time, '%Y%m%dT%H%M%S.%fZ')) AS run,
    coalesce(TRY_CAST(regexp_extract(object_key, '/reading=(\d+)/', 1) AS INTEGER), 1) AS reading,
    coalesce(
      TRY_CAST(page.total AS BIGINT),
      TRY_CAST(playlist.items.total AS BIGINT),
      TRY_CAST(playlist.tracks.total AS BIGINT)) AS total,
    CASE WHEN object_key LIKE '%/manifest.json' THEN TRY_CAST(page.counts.records AS BIGINT) END
      AS entries_in_manifest,
    coalesce(
      TRY_CAST(page."offset" AS BIGINT),
      TRY_CAST(playlist.items."offset" AS BIGINT),
      TRY_CAST(playlist.tracks."offset" AS BIGINT),
      0) AS first_position,
    coalesce(page.items, playlist.items.items, playlist.tracks.items) AS items
  FROM playlists
),
taken_apart AS (
  SELECT
    * EXCLUDE (first_position, items),
    CASE WHEN len(items) > 0 THEN first_position END AS first_position,
    generate_subscripts(CASE WHEN len(items) > 0 THEN items ELSE [NULL] END, 1) AS number,
    unnest(CASE WHEN len(items) > 0 THEN items ELSE [NULL] END) AS entry
  FROM objects
),
held AS (
  SELECT
    * EXCLUDE (first_position, number, entry),
    first_position + number AS playlist_position,
    TRY_CAST(entry.added_at AS TIMESTAMPTZ) AT TIME ZONE 'UTC' AS added_at,
    nullif(entry.added_by.id, '') AS added_by,
    coalesce(entry.is_local = 'true', false) AS entry_is_local,
    -- What is no object comes as one without members.
    CASE
      WHEN coalesce(entry.item.id, entry.item.type, entry.item.name, entry.item.uri) IS NOT NULL THEN entry.item
      WHEN coalesce(entry.track.id, entry.track.type, entry.track.name, entry.track.uri) IS NOT NULL THEN entry.track
    END AS track
  FROM taken_apart
)
SELECT
  * EXCLUDE (entry_is_local),
  -- A track object carries the booleans "track" and "episode" of its own, so only its type tells what it is.
  CASE
    WHEN playlist_position IS NULL THEN 'none'
    WHEN track IS NULL THEN 'null'
    WHEN track.type = 'episode' THEN 'episode'
    WHEN entry_is_local OR track.is_local = 'true' THEN 'local'
    WHEN coalesce(track.id, '') = '' THEN 'unidentified'
    ELSE 'track'
  END AS kind
FROM held
