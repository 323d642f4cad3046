"""rclone against the door."""

from door import Door, debian_program, run

RCLONE = debian_program("rclone")

import os
import shutil
import tempfile
import unittest
from pathlib import Path

ENVIRONMENT = {"RCLONE_CONFIG_TARN_TYPE": "s3", "RCLONE_CONFIG_TARN_PROVIDER": "Other",
               "RCLONE_CONFIG_TARN_ACCESS_KEY_ID": "tarn", "RCLONE_CONFIG_TARN_SECRET_ACCESS_KEY": "tarn-secret",
               "RCLONE_CONFIG_TARN_REGION": "us-east-1", "RCLONE_RETRIES": "1", "RCLONE_LOW_LEVEL_RETRIES": "1"}


class Rclone(unittest.TestCase):
    def setUp(self):
        self.door = Door()
        self.addCleanup(self.door.close)
        self.door.start()
        self.folder = Path(tempfile.mkdtemp(prefix="tarn_rclone_"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def rclone(self, *arguments, **options):
        return run([RCLONE, *arguments], environment=ENVIRONMENT | {"RCLONE_CONFIG_TARN_ENDPOINT": self.door.endpoint},
                   **options).decode()

    def test_does_its_daily_work(self):
        self.rclone("mkdir", "tarn:rclone")
        self.assertIn("rclone", self.rclone("lsd", "tarn:"))
        files = {f"d{number % 3}/file é {number}+&.bin": os.urandom(number * 1000) for number in range(10)}
        files["large.bin"] = os.urandom(1 << 20) * 12
        for name, content in files.items():
            file = self.folder / "up" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        self.rclone("sync", self.folder / "up", "tarn:rclone/tree", "--s3-upload-cutoff", "5M", "--s3-chunk-size", "5M")
        self.rclone("check", self.folder / "up", "tarn:rclone/tree")
        self.rclone("check", "--download", self.folder / "up", "tarn:rclone/tree")
        self.assertEqual(len(files), len(self.rclone("lsf", "-R", "--files-only", "tarn:rclone/tree").splitlines()))
        self.rclone("copy", "tarn:rclone/tree", self.folder / "down")
        found = {str(file.relative_to(self.folder / "down")): file.read_bytes()
                 for file in (self.folder / "down").rglob("*") if file.is_file()}
        self.assertEqual(files, found)
        self.rclone("moveto", "tarn:rclone/tree/large.bin", "tarn:rclone/moved.bin")
        self.rclone("rcat", "tarn:rclone/piped", input=b"piped")
        self.assertEqual("piped", self.rclone("cat", "tarn:rclone/piped"))
        self.rclone("deletefile", "tarn:rclone/moved.bin")
        self.rclone("purge", "tarn:rclone")
        self.assertNotIn("rclone", self.rclone("lsd", "tarn:"))


if __name__ == "__main__":
    print(run([RCLONE, "version"]).decode().splitlines()[0], flush=True)
    unittest.main(verbosity=2)
