"""s3cmd against the door."""

from door import Door, debian_program, run

S3CMD = debian_program("s3cmd")

import os
import shutil
import tempfile
import unittest
from pathlib import Path


class S3cmd(unittest.TestCase):
    def setUp(self):
        self.door = Door()
        self.addCleanup(self.door.close)
        self.door.start()
        self.folder = Path(tempfile.mkdtemp(prefix="tarn_s3cmd_"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def s3cmd(self, *arguments):
        host = f"127.0.0.1:{self.door.port}"
        return run([S3CMD, "--access_key=tarn", "--secret_key=tarn-secret", f"--host={host}", f"--host-bucket={host}",
                    "--no-ssl", "--no-progress", *arguments]).decode()

    def write(self, name, content):
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        return file

    def test_does_its_daily_work(self):
        self.s3cmd("mb", "s3://cmd")
        self.assertIn("s3://cmd", self.s3cmd("ls"))
        large = os.urandom(1 << 20) * 20  # in parts of 15 MiB
        self.s3cmd("put", self.write("small é.txt", b"hello"), "s3://cmd/dir/small é.txt")
        self.s3cmd("put", self.write("large", large), "s3://cmd/large")
        listed = self.s3cmd("ls", "--recursive", "s3://cmd")
        self.assertIn("s3://cmd/dir/small é.txt", listed)
        self.assertIn("DIR", self.s3cmd("ls", "s3://cmd"))
        self.s3cmd("get", "s3://cmd/large", self.folder / "back")
        self.assertEqual(large, (self.folder / "back").read_bytes())
        self.assertIn("5d41402abc4b2a76b9719d911017c592", self.s3cmd("info", "s3://cmd/dir/small é.txt"))
        self.s3cmd("cp", "s3://cmd/dir/small é.txt", "s3://cmd/copied.txt")
        self.s3cmd("mv", "s3://cmd/copied.txt", "s3://cmd/moved.txt")
        self.s3cmd("sync", str(self.write("tree/a/1", b"1").parent.parent) + "/", "s3://cmd/tree/")
        self.s3cmd("sync", "s3://cmd/tree/", str(self.folder / "down") + "/")
        self.assertEqual(b"1", (self.folder / "down/a/1").read_bytes())
        self.assertIn("1 objects", self.s3cmd("du", "s3://cmd/dir"))
        self.s3cmd("info", "s3://cmd")
        self.s3cmd("del", "s3://cmd/moved.txt")
        self.s3cmd("del", "--recursive", "--force", "s3://cmd")
        self.s3cmd("rb", "s3://cmd")
        self.assertNotIn("s3://cmd\n", self.s3cmd("ls"))


if __name__ == "__main__":
    print(run([S3CMD, "--version"]).decode(), flush=True)
    unittest.main(verbosity=2)
