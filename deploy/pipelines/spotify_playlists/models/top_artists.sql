-- The artists of each playlist on each day on which it was read, as of the last whole extraction of that day (in UTC):
-- on how many entries they are named, and how popular these were then. An artist counts on every track that names them,
-- not only where they stand first. A playlist that does not change is not read again, so days without a row are as the
-- last day before them that has some.
WITH last_of_day AS (
  SELECT playlist_id, run, reading, CAST(extracted_at AS DATE) AS day
  FROM {{ ref('extractions') }}
  WHERE is_whole
  QUALIFY row_number() OVER (PARTITION BY playlist_id, day ORDER BY extracted_at DESC, run DESC, reading DESC) = 1
),
counted AS (
  SELECT
    playlist_id,
    day,
    credits.artist_id,
    count(*) AS entries,
    round(avg(history.popularity), 2) AS mean_popularity
  FROM {{ table('spotify.playlist_history') }} AS history
  JOIN last_of_day USING (playlist_id, run, reading)
  JOIN {{ table('spotify.song_artists') }} AS credits USING (song_id)
  GROUP BY ALL
)
SELECT
  playlist_id,
  day,
  rank() OVER (PARTITION BY playlist_id, day ORDER BY entries DESC, mean_popularity DESC NULLS LAST) AS rank,
  artist_id,
  artist_name,
  entries,
  mean_popularity
FROM counted
LEFT JOIN {{ table('spotify.artists') }} USING (artist_id)
ORDER BY playlist_id, day, rank, artist_name, artist_id
