-- How many songs come from albums of each year.
-- @database spotify
SELECT
  year(al.release_date) AS release_year,
  count(*) AS songs,
  round(avg(s.duration_ms) / 60000, 2) AS average_minutes
FROM songs s
JOIN albums al ON al.album_id = s.album_id
GROUP BY release_year
ORDER BY release_year DESC NULLS LAST
