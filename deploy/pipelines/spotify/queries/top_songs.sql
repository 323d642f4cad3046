-- The ten most popular songs with their artists in the order of the credits.
-- @database spotify
SELECT
  s.song_name,
  string_agg(a.artist_name, ', ' ORDER BY sa.position) AS artists,
  s.popularity,
  s.url
FROM songs s
LEFT JOIN song_artists sa ON sa.song_id = s.song_id
LEFT JOIN artists a ON a.artist_id = sa.artist_id
GROUP BY s.song_id, s.song_name, s.popularity, s.url
ORDER BY s.popularity DESC NULLS LAST, s.song_name, s.song_id
LIMIT 10
