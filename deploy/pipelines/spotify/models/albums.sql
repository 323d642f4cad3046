-- The albums of the tracks. A release date is known to the year, the month or the day: release_date is the first day
-- of that period, and NULL if there is no such day ("0000").
WITH tracks AS (
  SELECT
    json_extract_string(track, [
      '$.album.id', '$.album.name', '$.album.release_date', '$.album.release_date_precision', '$.album.total_tracks',
      '$.album.external_urls.spotify'
    ]) AS facts,
    added_at,
    extracted_at,
    playlist_position,
    object_key
  FROM {{ ref('entries') }}
  WHERE kind = 'track'
),
albums AS (
  SELECT
    facts[1] AS album_id,
    facts[2] AS name,
    facts[3] AS release_date_text,
    coalesce(facts[4], CASE length(facts[3]) WHEN 4 THEN 'year' WHEN 7 THEN 'month' WHEN 10 THEN 'day' END)
      AS release_date_precision,
    TRY_CAST(facts[5] AS INTEGER) AS total_tracks,
    facts[6] AS url,
    * EXCLUDE (facts)
  FROM tracks
  WHERE coalesce(facts[1], '') <> ''
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
