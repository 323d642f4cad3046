-- One row per artist named on a track, in the order of the credits; artists without an id are left out.
WITH credits AS (
  SELECT
    (track->>'$.id') AS song_id,
    unnest(CAST(track->'$.artists' AS JSON[])) AS artist,
    generate_subscripts(CAST(track->'$.artists' AS JSON[]), 1)::INTEGER AS position,
    added_at,
    extracted_at,
    playlist_position,
    object_key
  FROM {{ ref('entries') }}
  WHERE kind = 'track' AND json_type(track, '$.artists') = 'ARRAY'
)
SELECT
  song_id,
  (artist->>'$.id') AS artist_id,
  (artist->>'$.name') AS artist_name,
  (artist->>'$.external_urls.spotify') AS external_url,
  position,
  added_at,
  extracted_at,
  playlist_position,
  object_key
FROM credits
WHERE coalesce(artist->>'$.id', '') <> ''
