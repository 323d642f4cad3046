-- The extractions that read a playlist as a whole, with the number of entries that the playlist had. Two things tell:
-- the manifest, which is written after the last page and only if nothing changed while the pages were read; or an object
-- that holds all of the playlist's entries by itself, as nothing can change within one answer. Several pages alone do
-- not: they may be of different states of the playlist.
--
-- Whether all entries have come to playlist_history is another question: the pages of an extraction may come in several
-- runs, and one of them may be a dead letter. The pipeline spotify_playlists compares the numbers.
WITH counted AS (
  SELECT object_key, min(playlist_position) AS first_position, count(*) AS entries
  FROM {{ ref('entries') }}
  GROUP BY object_key
),
known AS (
  SELECT
    * EXCLUDE (total, entries_in_manifest),
    CASE
      WHEN entries_in_manifest IS NOT NULL THEN entries_in_manifest
      WHEN total = coalesce(entries, 0) AND coalesce(first_position, 1) = 1 THEN total
    END AS entries_of_playlist
  FROM {{ ref('objects') }}
  LEFT JOIN counted USING (object_key)
)
SELECT
  playlist_id,
  run,
  reading,
  extracted_at,
  entries_of_playlist AS entries,
  object_key
FROM known
WHERE playlist_id IS NOT NULL AND entries_of_playlist IS NOT NULL
