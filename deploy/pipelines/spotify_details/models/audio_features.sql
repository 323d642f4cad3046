-- What Spotify measured of songs. A document is an answer for several ({"audio_features": [...]}, in which null
-- stands for an id that Spotify does not know) or for one.
WITH documents AS (
  SELECT object_key, object_time, document, json_extract(document, ['$.audio_features', '$.type']) AS parts
  FROM {{ input('audio_features') }}
),
things AS (
  SELECT
    object_key,
    object_time AS extracted_at,
    unnest(CASE
      WHEN starts_with(parts[1], '[') THEN CAST(parts[1] AS JSON[])
      WHEN parts[2] = '"audio_features"' THEN [document]
    END) AS thing
  FROM documents
),
described AS (
  SELECT
    object_key,
    extracted_at,
    json_extract_string(thing, [
      '$.id', '$.danceability', '$.energy', '$.key', '$.loudness', '$.mode', '$.speechiness',
      '$.acousticness', '$.instrumentalness', '$.liveness', '$.valence', '$.tempo', '$.duration_ms',
      '$.time_signature'
    ]) AS facts
  FROM things
)
SELECT
  facts[1] AS song_id,
  TRY_CAST(facts[2] AS DOUBLE) AS danceability,
  TRY_CAST(facts[3] AS DOUBLE) AS energy,
  TRY_CAST(facts[4] AS INTEGER) AS key,
  TRY_CAST(facts[5] AS DOUBLE) AS loudness,
  TRY_CAST(facts[6] AS INTEGER) AS mode,
  TRY_CAST(facts[7] AS DOUBLE) AS speechiness,
  TRY_CAST(facts[8] AS DOUBLE) AS acousticness,
  TRY_CAST(facts[9] AS DOUBLE) AS instrumentalness,
  TRY_CAST(facts[10] AS DOUBLE) AS liveness,
  TRY_CAST(facts[11] AS DOUBLE) AS valence,
  TRY_CAST(facts[12] AS DOUBLE) AS tempo,
  TRY_CAST(facts[13] AS BIGINT) AS duration_ms,
  TRY_CAST(facts[14] AS INTEGER) AS time_signature,
  extracted_at,
  object_key
FROM described
WHERE coalesce(facts[1], '') <> ''
