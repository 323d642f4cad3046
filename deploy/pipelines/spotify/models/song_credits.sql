-- One row per artist named on a track, in the order of the credits; artists without an id are left out.
WITH tracks AS (
  SELECT
    json_extract(track, ['$.id', '$.artists']) AS parts,
    added_at,
    extracted_at,
    playlist_position,
    object_key
  FROM {{ ref('entries') }}
  WHERE kind = 'track'
),
credits AS (
  SELECT
    (parts[1]->>'$') AS song_id,
    unnest(CAST(parts[2] AS JSON[])) AS artist,
    generate_subscripts(CAST(parts[2] AS JSON[]), 1)::INTEGER AS position,
    * EXCLUDE (parts)
  FROM tracks
  WHERE starts_with(parts[2], '[')
),
described AS (
  SELECT * EXCLUDE (artist), json_extract_string(artist, ['$.id', '$.name', '$.external_urls.spotify']) AS facts
  FROM credits
)
SELECT
  song_id,
  facts[1] AS artist_id,
  facts[2] AS artist_name,
  facts[3] AS external_url,
  position,
  added_at,
  extracted_at,
  playlist_position,
  object_key
FROM described
WHERE coalesce(facts[1], '') <> ''
