-- Artists as Spotify describes them one by one. A document is an answer for several ({"artists": [...]}, in which null
-- stands for an id that Spotify does not know) or for one.
WITH documents AS (
  SELECT object_key, object_time, document, json_extract(document, ['$.artists', '$.type']) AS parts
  FROM {{ input('artists') }}
),
things AS (
  SELECT
    object_key,
    object_time AS extracted_at,
    unnest(CASE
      WHEN starts_with(parts[1], '[') THEN CAST(parts[1] AS JSON[])
      WHEN parts[2] = '"artist"' THEN [document]
    END) AS thing
  FROM documents
),
described AS (
  SELECT
    object_key,
    extracted_at,
    json_extract_string(thing, [
      '$.id', '$.name', '$.genres', '$.followers.total', '$.popularity'
    ]) AS facts
  FROM things
)
SELECT
  facts[1] AS artist_id,
  facts[2] AS artist_name,
  TRY_CAST(TRY_CAST(facts[3] AS JSON) AS VARCHAR[]) AS genres,
  TRY_CAST(facts[4] AS BIGINT) AS followers,
  TRY_CAST(facts[5] AS INTEGER) AS popularity,
  extracted_at,
  object_key
FROM described
WHERE coalesce(facts[1], '') <> ''
