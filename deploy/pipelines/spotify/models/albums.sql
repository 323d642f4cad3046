-- The albums of the tracks. A release date is known to the year, the month or the day: release_date is the first day
-- of that period, and NULL if there is no such day ("0000").
WITH albums AS (
  SELECT
    track.album.id AS album_id,
    track.album.name AS name,
    track.album.release_date AS release_date_text,
    coalesce(
      track.album.release_date_precision,
      CASE length(track.album.release_date) WHEN 4 THEN 'year' WHEN 7 THEN 'month' WHEN 10 THEN 'day' END)
      AS release_date_precision,
    TRY_CAST(track.album.total_tracks AS INTEGER) AS total_tracks,
    track.album.external_urls.spotify AS url,
    added_at,
    extracted_at,
    playlist_position,
    object_key
  FROM {{ ref('entries') }}
  WHERE kind = 'track' AND coalesce(track.album.id, '') <> ''
),
dated AS (
  SELECT
    *,
    CASE
      WHEN regexp_full_match(release_date_text, '\d{4}(-\d{2}){0,2}') AND release_date_text >= '0001'
      THEN TRY_CAST(left(release_date_text || '-01-01', 10) AS DATE)
    END AS release_day
  FROM albums
)
SELECT
  album_id,
  name,
  CASE
    WHEN release_date_precision IN ('year', 'month')
    THEN CAST(date_trunc(release_date_precision, release_day) AS DATE)
    ELSE release_day
  END AS release_date,
  release_date_precision,
  total_tracks,
  url,
  release_date_text,
  added_at,
  extracted_at,
  playlist_position,
  object_key
FROM dated
