-- What each extraction says of a playlist before it reads the entries.
WITH described AS (
  SELECT
    object_key,
    object_time AS extracted_at,
    json_extract_string(document, [
      '$.id', '$.name', '$.description', '$.owner.id', '$.owner.display_name', '$.public', '$.collaborative',
      '$.followers.total', '$.snapshot_id'
    ]) AS facts
  FROM {{ input('playlists') }}
)
SELECT
  facts[1] AS playlist_id,
  facts[2] AS name,
  facts[3] AS description,
  facts[4] AS owner_id,
  facts[5] AS owner_name,
  TRY_CAST(facts[6] AS BOOLEAN) AS public,
  TRY_CAST(facts[7] AS BOOLEAN) AS collaborative,
  TRY_CAST(facts[8] AS BIGINT) AS followers,
  facts[9] AS snapshot_id,
  extracted_at,
  object_key
FROM described
WHERE coalesce(facts[1], '') <> ''
