-- The entries of each playlist as of its latest whole extraction; what has left the playlist since is not here.
WITH latest AS (
  SELECT playlist_id, run, reading
  FROM {{ ref('extractions') }}
  WHERE is_whole
  QUALIFY row_number() OVER (PARTITION BY playlist_id ORDER BY extracted_at DESC, run DESC, reading DESC) = 1
)
SELECT
  playlist_id, position, kind, song_id, title, uri, popularity, added_at, added_by, run, extracted_at
FROM {{ table('spotify.playlist_history') }}
JOIN latest USING (playlist_id, run, reading)
ORDER BY playlist_id, position
