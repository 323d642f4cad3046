-- The extractions that read a playlist as a whole, with the number of entries that the playlist had. Two things tell:
-- the manifest, which is written after the last page and only if nothing changed while the pages were read; or an object
-- that holds all of the playlist's entries by itself, as nothing can change within one answer. Several pages alone do
-- not: they may be of different states of the playlist.
--
-- Whether all entries have come to playlist_history is another question: the pages of an extraction may come in several
-- runs, and one of them may be a dead letter. The pipeline spotify_playlists compares the numbers.
WITH counted AS (
  SELECT
    object_key,
    extracted_at,
    playlist_id,
    run,
    reading,
    coalesce(
      entries_in_manifest,
      CASE WHEN total = count(playlist_position) AND coalesce(min(playlist_position), 1) = 1 THEN total END) AS entries
  FROM {{ ref('entries') }}
  GROUP BY object_key, extracted_at, playlist_id, run, reading, total, entries_in_manifest
)
SELECT
  playlist_id,
  run,
  reading,
  extracted_at,
  entries,
  object_key
FROM counted
WHERE playlist_id IS NOT NULL AND entries IS NOT NULL
