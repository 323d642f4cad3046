-- Where each song stood in a playlist and how popular it was, extraction by extraction. `moved` is by how many places it
-- rose since the extraction before.
-- @database spotify
SELECT
  playlist_id,
  song_id,
  title,
  extracted_at,
  position,
  lag(position) OVER (PARTITION BY playlist_id, song_id ORDER BY extracted_at, position) - position AS moved,
  popularity
FROM playlist_history
WHERE kind = 'track'
ORDER BY playlist_id, song_id, extracted_at, position
LIMIT 100
