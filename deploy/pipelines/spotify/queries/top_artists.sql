-- The artists with the most songs, and how popular those songs are on average.
-- @database spotify
SELECT
  a.artist_name,
  count(*) AS songs,
  round(avg(s.popularity), 1) AS average_popularity
FROM song_artists sa
JOIN songs s ON s.song_id = sa.song_id
JOIN artists a ON a.artist_id = sa.artist_id
GROUP BY a.artist_id, a.artist_name
ORDER BY songs DESC, average_popularity DESC NULLS LAST, a.artist_name
LIMIT 10
