-- Every extraction of a playlist, and whether it is there as a whole: the playlist was read from its first entry to its
-- last, and all that was read has come to the history. One of which pages are still on their way, or wait among the dead
-- letters, is not, so that nobody sees half a playlist; it becomes one when the last page has come.
WITH counted AS (
  SELECT playlist_id, run, reading, any_value(extracted_at) AS extracted_at, count(*) AS entries
  FROM {{ table('spotify.playlist_history') }}
  GROUP BY ALL
)
SELECT
  playlist_id,
  run,
  reading,
  coalesce(counted.extracted_at, read.extracted_at) AS extracted_at,
  coalesce(read.entries = coalesce(counted.entries, 0), false) AS is_whole
FROM counted
FULL JOIN {{ table('spotify.playlist_extractions') }} AS read USING (playlist_id, run, reading)
