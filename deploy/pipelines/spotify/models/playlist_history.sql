-- One row per entry of a playlist and extraction, whatever it holds.
SELECT
  playlist_id,
  run,
  reading,
  playlist_position AS position,
  kind,
  CASE WHEN kind = 'track' THEN track.id END AS song_id,
  track.name AS title,
  track.uri AS uri,
  TRY_CAST(track.popularity AS INTEGER) AS popularity,
  added_at,
  added_by,
  extracted_at,
  object_key
FROM {{ ref('entries') }}
WHERE playlist_id IS NOT NULL AND kind <> 'none'
