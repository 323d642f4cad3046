-- Albums as Spotify describes them one by one. A document is an answer for several ({"albums": [...]}, in which null
-- stands for an id that Spotify does not know) or for one.
WITH documents AS (
  SELECT object_key, object_time, document, json_extract(document, ['$.albums', '$.type']) AS parts
  FROM {{ input('albums') }}
),
things AS (
  SELECT
    object_key,
    object_time AS extracted_at,
    unnest(CASE
      WHEN starts_with(parts[1], '[') THEN CAST(parts[1] AS JSON[])
      WHEN parts[2] = '"album"' THEN [document]
    END) AS thing
  FROM documents
),
described AS (
  SELECT
    object_key,
    extracted_at,
    json_extract_string(thing, [
      '$.id', '$.name', '$.album_type', '$.label', '$.genres', '$.popularity', '$.external_ids.upc'
    ]) AS facts
  FROM things
)
SELECT
  facts[1] AS album_id,
  facts[2] AS name,
  facts[3] AS album_type,
  facts[4] AS label,
  TRY_CAST(TRY_CAST(facts[5] AS JSON) AS VARCHAR[]) AS genres,
  TRY_CAST(facts[6] AS INTEGER) AS popularity,
  facts[7] AS upc,
  extracted_at,
  object_key
FROM described
WHERE coalesce(facts[1], '') <> ''
