"""The classic pipelines' cases through the services: raw objects are dropped into the lake, SQL answers with the rows.

The cases are those of tests/unit/services/transform/spotify_cases. All of them share one lake here, so each gets ids of
its own: those in its documents, keys and expected rows begin with the number of the case.
"""

import json
import unittest

from tarn_harness import REPOSITORY, TarnTestCase, wait_until

CASES = REPOSITORY / "tests" / "unit" / "services" / "transform" / "spotify_cases"
ROOT = "spotify/playlist_items/playlist_id="
OWNER = {"spotify.songs": "song_id", "spotify.albums": "album_id", "spotify.artists": "artist_id", "spotify.song_artists": "song_id",
         "spotify.playlist_history": "playlist_id", "spotify.playlist_extractions": "playlist_id"}
IDS = ("song_id", "album_id", "artist_id", "playlist_id")


class Case:
    def __init__(self, number, description):
        self.name = description["name"]
        self.mark = f"c{number:03}-"
        self.rounds = [{self._key(key): self._content(content) for key, content in run.items()} for run in description["runs"]]
        self.tables = {table: [self._row(row) for row in rows] for table, rows in description["tables"].items()}
        self.dead_letters = description.get("dead_letters", {})

    def _key(self, text):
        if text.startswith(ROOT):
            return ROOT + self.mark + text.removeprefix(ROOT)
        folder, run, name = text.rsplit("/", 2)
        return f"{ROOT}{self.mark}{folder}/run={run}/{name}"

    def _content(self, content):
        if isinstance(content, str):
            return content.replace('"id":"', f'"id":"{self.mark}')
        return json.dumps(self._marked(content))

    def _marked(self, value):
        if isinstance(value, list):
            return [self._marked(element) for element in value]
        if not isinstance(value, dict):
            return value
        return {name: self.mark + member if name == "id" and isinstance(member, str) and member
                else member if name == "added_by" else self._marked(member) for name, member in value.items()}

    def _row(self, row):
        return {name: self.mark + value if name in IDS and value is not None else value for name, value in row.items()}


def read_cases():
    # There is one set of saved tracks only, which cases cannot share.
    descriptions = [case for file in sorted(CASES.glob("*.json")) if file.stem != "saved_tracks"
                    for case in json.loads(file.read_text(encoding="utf-8")) if "pipeline" not in case]
    return [Case(number, description) for number, description in enumerate(descriptions)]


def in_order(rows):
    return sorted(rows, key=lambda row: json.dumps(row, sort_keys=True))


class ClassicCases(TarnTestCase):
    # Foreign files are looked for more often than by default, so that the tests need not wait.
    tarn_options = {"service_options": {"extract": ["--adopt-interval", "200ms", "--adopt-settle", "100ms"]}}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cases = read_cases()
        for number in range(max(len(case.rounds) for case in cls.cases)):
            cls.drop([pair for case in cls.cases if number < len(case.rounds) for pair in case.rounds[number].items()])

    @classmethod
    def drop(cls, objects):
        """Puts files into the lake as another program would, complete at once, and waits until all is done with them."""
        _, end = cls.tarn.events()
        waiting = set()
        for key, content in objects:
            path = cls.tarn.lake / "raw" / key
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists() or path.read_text(encoding="utf-8") != content:
                waiting.add(key)  # the same file once more is no news
            temporary = cls.tarn.home / "dropped"
            temporary.write_text(content, encoding="utf-8")
            temporary.rename(path)

        def all_found():
            waiting.difference_update(event["object"]["key"] for event in cls.tarn.events(bucket="raw")[0]
                                      if event["sequence"] > end)
            return not waiting
        wait_until("all dropped files are found", all_found)
        cls.tarn.await_quiet()

    def test_give_the_rows_that_are_expected(self):
        for case in self.cases:
            for table, rows in case.tables.items():
                with self.subTest(case=case.name, table=table):
                    columns = list(rows[0]) if rows else [OWNER[table]]
                    answer = self.tarn.sql(f"SELECT {', '.join(columns)} FROM {table} WHERE starts_with({OWNER[table]}, '{case.mark}')")
                    self.assertEqual(in_order(rows), in_order(dict(zip(columns, values)) for values in answer))

    def test_leave_dead_letters_where_the_page_is_none(self):
        letters = [letter["key"] for letter in self.tarn.transform.items("/v1/dead-letters")]
        for case in self.cases:
            with self.subTest(case=case.name):
                found = [key.rsplit("/", 1)[1] for key in letters if f"playlist_id={case.mark}" in key]
                self.assertEqual(sorted(case.dead_letters), sorted(found))


if __name__ == "__main__":
    unittest.main()
