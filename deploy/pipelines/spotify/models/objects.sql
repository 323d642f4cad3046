-- One row per raw object, and what its key and the top of its document say. The tracks that a user saved come as the
-- entries of a playlist do.
--
-- An extraction reads each playlist once and is known by the part run=<time>_<run id> of the key. A playlist that
-- changed while it was read is read again, below reading=2 or reading=3. Without such a part, as in a file that
-- somebody dropped, an object is an extraction of its own, named after the time of the file.
WITH taken AS (
  SELECT object_key, object_time, document, false AS is_saved FROM {{ input('playlist_items') }}
  UNION ALL
  SELECT object_key, object_time, document, true AS is_saved FROM {{ input('saved_tracks') }}
),
documents AS (
  -- All at once, as each call reads the whole document.
  SELECT
    object_key,
    object_time,
    is_saved,
    json_extract_string(document, ['$.id', '$.total', '$.items.total', '$.tracks.total', '$.counts.records']) AS facts
  FROM taken
)
SELECT
  object_key,
  object_time AS extracted_at,
  coalesce(
    nullif(facts[1], ''),
    nullif(regexp_extract(object_key, '/playlist_id=([^/]+)/', 1), ''),
    CASE WHEN is_saved THEN 'saved_tracks' END) AS playlist_id,
  coalesce(
    nullif(regexp_extract(object_key, '/run=([^/]+)/', 1), ''),
    strftime(object_time, '%Y%m%dT%H%M%S.%fZ')) AS run,
  coalesce(TRY_CAST(regexp_extract(object_key, '/reading=(\d+)/', 1) AS INTEGER), 1) AS reading,
  coalesce(TRY_CAST(facts[2] AS BIGINT), TRY_CAST(facts[3] AS BIGINT), TRY_CAST(facts[4] AS BIGINT)) AS total,
  CASE WHEN object_key LIKE '%/manifest.json' THEN TRY_CAST(facts[5] AS BIGINT) END AS entries_in_manifest
FROM documents
