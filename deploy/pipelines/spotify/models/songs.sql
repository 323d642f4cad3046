-- One row per entry that is a track of the catalogue.
WITH tracks AS (
  SELECT
    json_extract_string(track, [
      '$.id', '$.name', '$.duration_ms', '$.external_urls.spotify', '$.popularity', '$.album.id', '$.artists[0].id'
    ]) AS facts,
    added_at,
    extracted_at,
    playlist_position,
    object_key
  FROM {{ ref('entries') }}
  WHERE kind = 'track'
)
SELECT
  facts[1] AS song_id,
  facts[2] AS song_name,
  TRY_CAST(facts[3] AS BIGINT) AS duration_ms,
  facts[4] AS url,
  TRY_CAST(facts[5] AS INTEGER) AS popularity,
  added_at AS song_added,
  nullif(facts[6], '') AS album_id,
  nullif(facts[7], '') AS artist_id,
  extracted_at,
  playlist_position,
  object_key
FROM tracks
