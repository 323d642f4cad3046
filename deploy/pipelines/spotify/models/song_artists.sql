-- The bridge between songs and artists; position counts from 1 in the order of the credits.
SELECT
  song_id, artist_id, position,
  added_at, extracted_at, playlist_position, object_key
FROM {{ ref('song_credits') }}
