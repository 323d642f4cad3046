-- The albums of the tracks. A release date is known to the year, the month or the day: release_date is the first day
-- of that period, and NULL if there is no such day ("0000").
WITH albums AS (
  SELECT
    (track->'$.album') AS album,
    (track->>'$.album.release_date') AS release_date_text,
    added_at,
    extracted_at,
    playlist_position,
    object_key
  FROM {{ ref('entries') }}
  WHERE kind = 'track'
),
dated AS (
  SELECT
    *,
    CASE
      WHEN regexp_full_match(release_date_text, '\d{4}(-\d{2}){0,2}') AND release_date_text >= '0001'
      THEN TRY_CAST(left(release_date_text || '-01-01', 10) AS DATE)
    END AS release_day,
    coalesce(
      (album->>'$.release_date_precision'),
      CASE length(release_date_text) WHEN 4 THEN 'year' WHEN 7 THEN 'month' WHEN 10 THEN 'day' END
    ) AS release_date_precision
  FROM albums
)
SELECT
  (album->>'$.id') AS album_id,
  (album->>'$.name') AS name,
  CASE
    WHEN release_date_precision IN ('year', 'month')
    THEN CAST(date_trunc(release_date_precision, release_day) AS DATE)
    ELSE release_day
  END AS release_date,
  release_date_precision,
  TRY_CAST(album->>'$.total_tracks' AS INTEGER) AS total_tracks,
  (album->>'$.external_urls.spotify') AS url,
  release_date_text,
  added_at,
  extracted_at,
  playlist_position,
  object_key
FROM dated
WHERE coalesce(album->>'$.id', '') <> ''
