-- The plays that can be told apart. A file of the user's own has a uri and no song_id.
SELECT * FROM {{ ref('all_plays') }} WHERE played_at IS NOT NULL AND uri IS NOT NULL
