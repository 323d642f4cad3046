"""The expected values are computed right: small cases worked out by hand."""

import unittest

from expected_tables import Tables


def track(identifier, popularity=50, artists=("a1",), album_id="al1", release_date="2024-02-03", precision="day"):
    return {"id": identifier, "name": f"Song {identifier}", "duration_ms": 1000, "popularity": popularity,
            "type": "track", "track": True, "episode": False, "is_local": False,
            "external_urls": {"spotify": f"https://open.spotify.com/track/{identifier}"},
            "artists": [{"id": artist, "name": artist.upper(), "external_urls": {}} for artist in artists],
            "album": {"id": album_id, "name": "Album", "release_date": release_date,
                      "release_date_precision": precision, "total_tracks": 1}}


def page(*contents, shape="track", added_at="2024-04-22T11:06:52Z"):
    return {"offset": 0, "items": [{"added_at": added_at, "is_local": False, shape: content} for content in contents]}


class ExpectedTables(unittest.TestCase):
    def setUp(self):
        self.tables = Tables()

    def test_an_entry_gives_one_row_per_table(self):
        self.tables.add_document(page(track("s1", artists=("a1", "a2"))), 1)
        self.assertEqual({"albums": 1, "artists": 2, "songs": 1, "song_artists": 2}, self.tables.summary()["counts"])
        self.assertEqual({"song_id": "s1", "artist_id": "a2", "position": 2}, self.tables.rows("song_artists")[1])
        self.assertEqual("2024-04-22 11:06:52", self.tables.rows("songs")[0]["song_added"])

    def test_both_shapes_are_read_and_items_that_carry_both_count_once(self):
        self.tables.add_document(page(track("s1"), shape="item"), 1)
        both = {"added_at": None, "is_local": False, "track": track("s2"), "item": track("s2")}
        self.tables.add_document({"tracks": {"items": [both]}, "items": {"items": [both]}}, 1)
        self.assertEqual(2, self.tables.summary()["counts"]["songs"])

    def test_entries_that_are_no_songs_are_counted(self):
        local = track(None) | {"is_local": True}
        episode = {"id": "e1", "type": "episode", "episode": True, "track": False}
        self.tables.add_document(page(None, local, episode, track(None)), 1)
        self.assertEqual({"null": 1, "local": 1, "episode": 1, "unidentified": 1}, self.tables.rejected)
        self.assertEqual(0, self.tables.summary()["counts"]["songs"])

    def test_the_latest_extraction_wins_then_the_later_addition_then_the_earlier_position(self):
        for popularity, extracted, added_at in ((10, 2, "2024-01-01T00:00:00Z"), (20, 1, "2025-01-01T00:00:00Z")):
            self.tables.add_document(page(track("s1", popularity), added_at=added_at), extracted)
        self.assertEqual(10, self.tables.rows("songs")[0]["popularity"])
        self.tables.add_document(page(track("s1", 30), added_at="2024-06-01T00:00:00Z"), 2)
        self.assertEqual(30, self.tables.rows("songs")[0]["popularity"])
        self.tables.add_document(page(track("s1", 40), track("s1", 50)), 3)
        self.assertEqual(40, self.tables.rows("songs")[0]["popularity"])

    def test_release_dates_of_less_precision_are_the_first_day_they_may_mean(self):
        for number, (text, precision, expected) in enumerate((
                ("1999", "year", "1999-01-01"), ("1999-07", "month", "1999-07-01"), ("1999-07-15", "day", "1999-07-15"),
                ("0000", "year", None), (None, "day", None), ("1999-07", None, "1999-07-01"))):
            self.tables.add_document(page(track("s1", album_id="al1", release_date=text, precision=precision)), number)
            self.assertEqual(expected, self.tables.rows("albums")[0]["release_date"], text)

    def test_the_most_popular_songs_come_in_a_fixed_order(self):
        self.tables.add_document(page(track("s2", 70), track("s1", 70), track("s3", 90)), 1)
        self.assertEqual(["s3", "s1", "s2"], [song["song_id"] for song in self.tables.most_popular()])


if __name__ == "__main__":
    unittest.main()
