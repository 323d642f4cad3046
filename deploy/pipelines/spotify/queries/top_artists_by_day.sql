-- The five artists with the most entries in each playlist, day by day.
-- @database spotify
SELECT playlist_id, day, rank, artist_name, entries, mean_popularity
FROM top_artists
WHERE rank <= 5
ORDER BY playlist_id, day, rank, artist_name
