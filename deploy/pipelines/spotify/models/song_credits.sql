-- One row per artist named on a track, in the order of the credits; artists without an id are left out.
WITH credits AS (
  SELECT
    track.id AS song_id,
    unnest(track.artists) AS artist,
    generate_subscripts(track.artists, 1)::INTEGER AS position,
    added_at,
    extracted_at,
    playlist_position,
    object_key
  FROM {{ ref('entries') }}
  WHERE kind = 'track'
)
SELECT
  song_id,
  artist.id AS artist_id,
  artist.name AS artist_name,
  artist.external_urls.spotify AS external_url,
  position,
  added_at,
  extracted_at,
  playlist_position,
  object_key
FROM credits
WHERE coalesce(artist.id, '') <> ''
