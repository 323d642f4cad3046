-- One row per entry of a playlist, whatever it is. A raw object is a page of entries ({"items": [...]}) or a whole
-- playlist, whose page stands under "items" or, in older answers, under "tracks"; newer answers carry both, with the
-- same entries. What an entry holds stands likewise under "item" or "track".
WITH taken AS (
  SELECT object_key, document FROM {{ input('playlist_items') }}
  UNION ALL
  SELECT object_key, document FROM {{ input('saved_tracks') }}
),
documents AS (
  -- All at once, as each call reads the whole document.
  SELECT
    object_key,
    json_extract(document, [
      '$.items', '$.items.items', '$.tracks.items', '$.offset', '$.items.offset', '$.tracks.offset'
    ]) AS parts
  FROM taken
),
pages AS (
  SELECT
    object_key,
    CASE
      WHEN starts_with(parts[1], '[') THEN parts[1]
      WHEN starts_with(parts[2], '[') THEN parts[2]
      WHEN starts_with(parts[3], '[') THEN parts[3]
    END AS items,
    coalesce(
      TRY_CAST(parts[4]->>'$' AS BIGINT), TRY_CAST(parts[5]->>'$' AS BIGINT), TRY_CAST(parts[6]->>'$' AS BIGINT),
      0) AS first_position
  FROM documents
),
numbered AS (
  SELECT
    object_key,
    first_position,
    unnest(CAST(items AS JSON[])) AS entry,
    generate_subscripts(CAST(items AS JSON[]), 1) AS position_on_page
  FROM pages
),
taken_apart AS (
  SELECT
    object_key,
    first_position + position_on_page AS playlist_position,
    json_extract(entry, ['$.item', '$.track', '$.added_at', '$.added_by.id', '$.is_local']) AS parts
  FROM numbered
),
held AS (
  SELECT
    object_key,
    playlist_position,
    TRY_CAST((parts[3]->>'$') AS TIMESTAMPTZ) AT TIME ZONE 'UTC' AS added_at,
    nullif(parts[4]->>'$', '') AS added_by,
    coalesce(parts[5] = 'true', false) AS entry_is_local,
    CASE WHEN starts_with(parts[1], '{') THEN parts[1] WHEN starts_with(parts[2], '{') THEN parts[2] END AS track
  FROM taken_apart
),
described AS (
  SELECT *, json_extract_string(track, ['$.type', '$.is_local', '$.id']) AS facts FROM held
)
SELECT
  object_key,
  extracted_at,
  playlist_id,
  run,
  reading,
  playlist_position,
  added_at,
  added_by,
  -- A track object carries the booleans "track" and "episode" of its own, so only its type tells what it is.
  CASE
    WHEN track IS NULL THEN 'null'
    WHEN facts[1] = 'episode' THEN 'episode'
    WHEN entry_is_local OR facts[2] = 'true' THEN 'local'
    WHEN coalesce(facts[3], '') = '' THEN 'unidentified'
    ELSE 'track'
  END AS kind,
  track
FROM described
JOIN {{ ref('objects') }} USING (object_key)
