-- The artists of the tracks.
SELECT
  artist_id, artist_name, external_url,
  added_at, extracted_at, playlist_position, position, object_key
FROM {{ ref('song_credits') }}
