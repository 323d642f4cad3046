-- One row per play of the pages, readable or not.
WITH plays AS (
  SELECT
    object_key,
    object_time AS extracted_at,
    unnest(CAST(document->'$.items' AS JSON[])) AS play
  FROM {{ input }}
  WHERE json_type(document, '$.items') = 'ARRAY'
),
described AS (
  SELECT
    object_key,
    extracted_at,
    json_extract_string(play, [
      '$.played_at', '$.track.uri', '$.track.id', '$.track.name', '$.track.artists[0].id', '$.track.artists[0].name',
      '$.track.album.id', '$.track.duration_ms', '$.context.type', '$.context.uri'
    ]) AS facts
  FROM plays
)
SELECT
  TRY_CAST(facts[1] AS TIMESTAMPTZ) AT TIME ZONE 'UTC' AS played_at,
  coalesce(facts[2], 'spotify:track:' || nullif(facts[3], '')) AS uri,
  nullif(facts[3], '') AS song_id,
  facts[4] AS song_name,
  nullif(facts[5], '') AS artist_id,
  facts[6] AS artist_name,
  nullif(facts[7], '') AS album_id,
  TRY_CAST(facts[8] AS BIGINT) AS duration_ms,
  facts[9] AS context_type,
  facts[10] AS context_uri,
  extracted_at,
  object_key
FROM described
