-- One row per entry that is a track of the catalogue.
SELECT
  track.id AS song_id,
  track.name AS song_name,
  TRY_CAST(track.duration_ms AS BIGINT) AS duration_ms,
  track.external_urls.spotify AS url,
  TRY_CAST(track.popularity AS INTEGER) AS popularity,
  added_at AS song_added,
  nullif(track.album.id, '') AS album_id,
  nullif(track.artists[1].id, '') AS artist_id,
  extracted_at,
  playlist_position,
  object_key
FROM {{ ref('entries') }}
WHERE kind = 'track'
