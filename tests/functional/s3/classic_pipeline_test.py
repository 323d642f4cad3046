"""A script written for AWS runs with nothing but an endpoint URL."""

import sys

from door import REPOSITORY, Door, run, run_below_sdk

run_below_sdk()

import unittest

NAME = "spotify_raw_2024-09-11 11:35:15.052966.json"


class ClassicPipeline(unittest.TestCase):
    def test_runs_unchanged(self):
        with Door() as door:
            printed = run([sys.executable, REPOSITORY / "tests/functional/s3/classic_pipeline.py", door.endpoint]).decode()
            self.assertEqual([f"raw_data/to_processed/{NAME} Tarn", f"raw_data/processed/{NAME}"], printed.splitlines())
            self.assertTrue((door.lake / "spotify-etl-project/raw_data/processed" / NAME).is_file())


if __name__ == "__main__":
    unittest.main(verbosity=2)
