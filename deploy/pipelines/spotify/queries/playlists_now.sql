-- What stands in each playlist now: the entries of its latest extraction that is there as a whole.
WITH counted AS (
  SELECT playlist_id, run, reading, count(*) AS entries
  FROM playlist_history
  GROUP BY playlist_id, run, reading
),
latest AS (
  SELECT e.playlist_id, e.run, e.reading
  FROM playlist_extractions e
  LEFT JOIN counted c ON c.playlist_id = e.playlist_id AND c.run = e.run AND c.reading = e.reading
  WHERE e.entries = coalesce(c.entries, 0)
  QUALIFY row_number() OVER (PARTITION BY e.playlist_id ORDER BY e.extracted_at DESC, e.run DESC, e.reading DESC) = 1
)
SELECT h.playlist_id, h.position, h.kind, h.title, h.song_id, h.added_at
FROM playlist_history h
JOIN latest l ON l.playlist_id = h.playlist_id AND l.run = h.run AND l.reading = h.reading
ORDER BY h.playlist_id, h.position
