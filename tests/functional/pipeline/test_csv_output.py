"""The pipeline with CSV outputs: what Python's csv module and SQL read from the files is what the raw JSON says."""

import csv
import shutil
import tempfile
import unittest
from pathlib import Path

from expected_tables import tables_of
from spotify_tables import COLUMNS, KEYS, await_tables
from tarn_harness import PIPELINES, Tarn


def pipelines_with_csv(folder):
    """A copy of the Spotify pipeline whose tables are CSV files."""
    shutil.copytree(PIPELINES / "spotify", folder / "spotify")
    definition = folder / "spotify" / "transform.yaml"
    text = definition.read_text(encoding="utf-8")
    assert "format: parquet" in text
    definition.write_text(text.replace("format: parquet", "format: csv"), encoding="utf-8")
    return folder


def as_csv(value):
    return "" if value is None else str(value)


class CsvOutput(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="tarn_csv_")))
        cls.tarn = cls.enterClassContext(Tarn(pipelines=pipelines_with_csv(folder)))
        cls.tarn.extract_playlist()
        cls.tarn.await_quiet()
        cls.expected = tables_of([cls.tarn.lake / "raw" / "spotify" / "playlist_items"])

    def read(self, table):
        (file,) = (self.tarn.lake / "transformed" / "spotify" / table).glob("*.csv")
        with open(file, encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))

    def test_the_data_is_awkward(self):
        titles = "".join(song["song_name"] for song in self.expected.rows("songs"))
        for character in ',"\n\t;\\🔥':
            self.assertIn(character, titles)

    def test_reads_back_identical_with_pythons_csv_module(self):
        for table, columns in COLUMNS.items():
            with self.subTest(table=table):
                wanted = [{name: as_csv(row[name]) for name in columns} for row in self.expected.rows(table)]
                key = KEYS[table].split(", ")
                self.assertEqual(wanted, sorted(self.read(table), key=lambda row: [row[name] for name in key]))

    def test_reads_back_identical_in_sql(self):
        await_tables(self.tarn, self.expected)


if __name__ == "__main__":
    unittest.main()
