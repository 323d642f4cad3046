-- One row per entry of a playlist and extraction, whatever it holds.
WITH described AS (
  SELECT *, json_extract_string(track, ['$.id', '$.name', '$.uri', '$.popularity']) AS facts
  FROM {{ ref('entries') }}
  WHERE playlist_id IS NOT NULL
)
SELECT
  playlist_id,
  run,
  reading,
  playlist_position AS position,
  kind,
  CASE WHEN kind = 'track' THEN facts[1] END AS song_id,
  facts[2] AS title,
  facts[3] AS uri,
  TRY_CAST(facts[4] AS INTEGER) AS popularity,
  added_at,
  added_by,
  extracted_at,
  object_key
FROM described
