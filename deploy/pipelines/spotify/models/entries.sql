-- One row per entry of a playlist, whatever it is. A raw object is a page of entries ({"items": [...]}) or a whole
-- playlist, whose page stands under "items" or, in older answers, under "tracks"; newer answers carry both, with the
-- same entries. What an entry holds stands likewise under "item" or "track".
WITH pages AS (
  SELECT
    object_key,
    object_time AS extracted_at,
    CASE
      WHEN json_type(document, '$.items') = 'ARRAY' THEN (document->'$.items')
      WHEN json_type(document, '$.items.items') = 'ARRAY' THEN (document->'$.items.items')
      WHEN json_type(document, '$.tracks.items') = 'ARRAY' THEN (document->'$.tracks.items')
    END AS items,
    coalesce(
      TRY_CAST(document->>'$.offset' AS BIGINT),
      TRY_CAST(document->>'$.items.offset' AS BIGINT),
      TRY_CAST(document->>'$.tracks.offset' AS BIGINT),
      0) AS first_position
  FROM {{ input }}
),
numbered AS (
  SELECT
    object_key,
    extracted_at,
    first_position,
    unnest(CAST(items AS JSON[])) AS entry,
    generate_subscripts(CAST(items AS JSON[]), 1) AS position_on_page
  FROM pages
),
unwrapped AS (
  SELECT
    object_key,
    extracted_at,
    first_position + position_on_page AS playlist_position,
    entry,
    CASE
      WHEN json_type(entry, '$.item') = 'OBJECT' THEN (entry->'$.item')
      WHEN json_type(entry, '$.track') = 'OBJECT' THEN (entry->'$.track')
    END AS track
  FROM numbered
)
SELECT
  object_key,
  extracted_at,
  playlist_position,
  TRY_CAST((entry->>'$.added_at') AS TIMESTAMPTZ) AT TIME ZONE 'UTC' AS added_at,
  -- A track object carries the booleans "track" and "episode" of its own, so only its type tells what it is.
  CASE
    WHEN track IS NULL THEN 'null'
    WHEN (track->>'$.type') = 'episode' THEN 'episode'
    WHEN (entry->>'$.is_local') = 'true' OR (track->>'$.is_local') = 'true' THEN 'local'
    WHEN coalesce(track->>'$.id', '') = '' THEN 'unidentified'
    ELSE 'track'
  END AS kind,
  track
FROM unwrapped
