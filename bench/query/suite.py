"""The analytical statements. Each has a total order, so that its rows can be compared one by one."""

SUITE = {
    "count": "SELECT count(*) AS plays FROM bench.plays",
    "totals": """SELECT count(*) AS plays, sum(ms_played) AS ms, min(played_at) AS first, max(played_at) AS last,
        count(context) AS in_playlists FROM bench.plays""",
    "top songs": """SELECT s.song_id, s.title, a.name, count(*) AS plays FROM bench.plays p JOIN bench.songs s USING (song_id)
        JOIN bench.artists a USING (artist_id) GROUP BY ALL ORDER BY plays DESC, s.song_id LIMIT 50""",
    "top artists by hours": """SELECT a.artist_id, a.name, sum(p.ms_played) / 3600000 AS hours FROM bench.plays p
        JOIN bench.songs s USING (song_id) JOIN bench.artists a USING (artist_id) WHERE NOT p.skipped
        GROUP BY ALL ORDER BY hours DESC, a.artist_id LIMIT 50""",
    "plays per month": "SELECT month, count(*) AS plays, sum(ms_played) AS ms FROM bench.plays GROUP BY month ORDER BY month",
    "plays per day": """SELECT played_at::DATE AS day, count(*) AS plays, count(*) FILTER (skipped) AS skipped
        FROM bench.plays GROUP BY day ORDER BY day""",
    "active users per month": """SELECT month, count(DISTINCT user_id) AS users FROM bench.plays GROUP BY month ORDER BY month""",
    "hours of the week": """SELECT dayofweek(played_at) AS day, hour(played_at) AS hour, count(*) AS plays FROM bench.plays
        GROUP BY ALL ORDER BY day, hour""",
    "skips by platform": """SELECT platform, count(*) AS plays, count(*) FILTER (skipped) * 100 // count(*) AS percent
        FROM bench.plays GROUP BY platform ORDER BY platform""",
    "one month": """SELECT platform, count(*) AS plays, count(DISTINCT song_id) AS songs FROM bench.plays
        WHERE month = '2025-07' GROUP BY platform ORDER BY platform""",
    "one week": """SELECT played_at::DATE AS day, platform, count(*) AS plays, sum(ms_played) AS ms FROM bench.plays
        WHERE played_at >= TIMESTAMP '2025-03-03' AND played_at < TIMESTAMP '2025-03-10' GROUP BY ALL ORDER BY day, platform""",
    "one user": """SELECT p.played_at, s.title, p.platform FROM bench.plays p JOIN bench.songs s USING (song_id)
        WHERE p.user_id = 4711 ORDER BY p.played_at DESC, p.play_id LIMIT 100""",
    "week over week": """WITH weeks AS (SELECT date_trunc('week', played_at) AS week, count(*) AS plays, sum(ms_played) AS ms
        FROM bench.plays GROUP BY week) SELECT week, plays, plays - lag(plays) OVER (ORDER BY week) AS change,
        round(100.0 * (ms - lag(ms) OVER (ORDER BY week)) / lag(ms) OVER (ORDER BY week), 2) AS percent FROM weeks ORDER BY week""",
    "top songs per country": """SELECT u.country, p.song_id, count(*) AS plays FROM bench.plays p JOIN bench.users u USING (user_id)
        GROUP BY u.country, p.song_id QUALIFY row_number() OVER (PARTITION BY u.country ORDER BY count(*) DESC, p.song_id) <= 5
        ORDER BY u.country, plays DESC, p.song_id""",
    "running total": """SELECT day, plays, sum(plays) OVER (ORDER BY day) AS total, round(avg(plays) OVER
        (ORDER BY day ROWS BETWEEN 6 PRECEDING AND CURRENT ROW), 3) AS week FROM
        (SELECT played_at::DATE AS day, count(*) AS plays FROM bench.plays GROUP BY day) ORDER BY day""",
    "genres by month": """SELECT p.month, a.genre, count(*) AS plays FROM bench.plays p JOIN bench.songs s USING (song_id)
        JOIN bench.artists a USING (artist_id) GROUP BY ALL ORDER BY p.month, a.genre""",
    "users, roughly": "SELECT platform, approx_count_distinct(user_id) > 90000 AS many FROM bench.plays GROUP BY platform ORDER BY platform",
    "quantiles": """SELECT platform, quantile_disc(ms_played, [0.1, 0.5, 0.9, 0.99]) AS ms FROM bench.plays
        GROUP BY platform ORDER BY platform""",
    "sessions": """WITH gaps AS (SELECT user_id, played_at, played_at - lag(played_at) OVER (PARTITION BY user_id ORDER BY
        played_at, play_id) > INTERVAL 30 MINUTE AS begins FROM bench.plays WHERE month = '2025-05') SELECT user_id,
        count(*) AS plays, count(*) FILTER (begins IS NOT FALSE) AS sessions FROM gaps GROUP BY user_id
        ORDER BY sessions DESC, user_id LIMIT 100""",
    "cohorts": """WITH firsts AS (SELECT user_id, min(month) AS first FROM bench.plays GROUP BY user_id) SELECT f.first, p.month,
        count(DISTINCT p.user_id) AS users FROM bench.plays p JOIN firsts f USING (user_id) GROUP BY ALL ORDER BY f.first, p.month""",
    "heard together": """WITH heard AS (SELECT DISTINCT user_id, song_id FROM bench.plays WHERE month = '2025-02' AND song_id < 40)
        SELECT a.song_id AS one, b.song_id AS other, count(*) AS users FROM heard a JOIN heard b ON a.user_id = b.user_id
        AND a.song_id < b.song_id GROUP BY ALL ORDER BY users DESC, one, other LIMIT 20""",
    "never played": """SELECT a.genre, count(*) AS songs FROM bench.songs s JOIN bench.artists a USING (artist_id)
        ANTI JOIN bench.plays p ON s.song_id = p.song_id GROUP BY a.genre ORDER BY a.genre""",
    "titles": """SELECT count(*) AS plays, count(DISTINCT p.user_id) AS users FROM bench.plays p JOIN bench.songs s USING (song_id)
        WHERE s.title LIKE '%1 of rain%'""",
    "tags": """SELECT tag, count(*) AS plays FROM bench.plays p JOIN (SELECT song_id, unnest(tags) AS tag FROM bench.songs) USING (song_id)
        GROUP BY tag ORDER BY plays DESC, tag LIMIT 25""",
    "rollup": """SELECT u.country, p.platform, u.plan, count(*) AS plays FROM bench.plays p JOIN bench.users u USING (user_id)
        GROUP BY ROLLUP (u.country, p.platform, u.plan) ORDER BY ALL""",
    "age groups": """SELECT CASE WHEN u.birth_year >= 2000 THEN 'under 26' WHEN u.birth_year >= 1980 THEN '26 to 45' ELSE 'older' END
        AS age, count(*) AS plays, round(avg(p.ms_played), 1) AS ms FROM bench.plays p JOIN bench.users u USING (user_id)
        GROUP BY age ORDER BY age""",
    "every artist": """SELECT a.artist_id, a.name, a.country, a.genre, count(p.play_id) AS plays, max(p.played_at) AS last
        FROM bench.artists a LEFT JOIN bench.songs s USING (artist_id) LEFT JOIN bench.plays p USING (song_id)
        GROUP BY ALL ORDER BY a.artist_id""",
}
