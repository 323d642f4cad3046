"""The object store on a disk that is full, read-only or gone: writes are refused and leave nothing, reads go on, and when
the disk is well again, so is the store. Mounts file systems of its own, so it needs root and is skipped without."""

import hashlib
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from door import Door, skip
from tarn_harness import BUILD, clean_environment, wait_until

SIZE_MIB = 48


def mount(*arguments):
    return subprocess.run(["mount", *map(str, arguments)], capture_output=True, text=True, check=False)


def can_mount():
    if os.geteuid() != 0:
        return "it needs root"
    with tempfile.TemporaryDirectory() as folder:
        mounted = mount("-t", "tmpfs", "tmpfs", folder)
        if mounted.returncode != 0:
            return f"no file system can be mounted here: {mounted.stderr.strip()}"
        subprocess.run(["umount", folder], check=True)
    return None


class BrokenDisk(unittest.TestCase):
    def setUp(self):
        self.door = Door(["--adopt-interval", "0ms"])
        self.addCleanup(self.door.close)
        self.home = self.door.home
        self.lake = self.home / "lake"
        self.lake.mkdir()
        mounted = mount("-t", "tmpfs", "-o", f"size={SIZE_MIB}m", "tmpfs", self.lake)
        self.assertEqual(0, mounted.returncode, mounted.stderr)
        self.addCleanup(subprocess.run, ["umount", "--lazy", str(self.lake)], check=False)
        self.door.start()
        self.door.send("PUT", "/disk").expect(200)
        self.content = os.urandom(300_000)
        self.door.send("PUT", "/disk/kept", self.content).expect(200)

    def staged(self):
        return [file for file in (self.lake / ".tarn" / "workspaces").rglob("*/staging/*") if file.is_file()]

    def assert_kept_is_readable(self):
        self.assertEqual(hashlib.md5(self.content).hexdigest(),
                         hashlib.md5(self.door.send("GET", "/disk/kept").expect(200).body).hexdigest())

    def assert_sound(self):
        finished = subprocess.run([BUILD / "services" / "extract" / "tarn-extract", "--home", self.home, "--check-store"],
                                  capture_output=True, text=True, check=False, env=clean_environment({}))
        self.assertEqual(0, finished.returncode, finished.stdout + finished.stderr)

    def test_a_full_disk_refuses_puts_whole_and_takes_them_again_when_there_is_room(self):
        refused = 0
        for number in range(SIZE_MIB):
            answer = self.door.send("PUT", f"/disk/filler/{number}", b"f" * (2 << 20))
            if answer.status != 200:
                self.assertIn(answer.status, (503, 507), answer.body)
                refused += 1
                listed = self.door.send("HEAD", f"/disk/filler/{number}")
                self.assertEqual(404, listed.status)
                if refused == 3:
                    break
        self.assertEqual(3, refused, "the disk was never full")
        self.assertEqual([], self.staged(), "nothing half written stays")
        self.assert_kept_is_readable()
        # Small ones fill what is left, to the last block: the index itself runs into the full disk.
        for number in range(4000):
            if self.door.send("PUT", f"/disk/small/{number}", b"s" * 8000).status != 200:
                break
        self.assertTrue(self.door.service.alive(), self.door.service.log_tail())
        self.assert_kept_is_readable()
        for number in range(4):
            self.door.send("DELETE", f"/disk/filler/{number}")
        remounted = mount("-o", f"remount,size={2 * SIZE_MIB}m", self.lake)
        self.assertEqual(0, remounted.returncode, remounted.stderr)
        wait_until("puts are taken again", lambda: self.door.send("PUT", "/disk/after", b"x").status == 200)
        self.assert_sound()

    def test_a_read_only_disk_refuses_puts_and_serves_reads(self):
        # The index is in WAL mode, so a file system that turns read-only under it is the case that happens.
        remounted = mount("-o", "remount,ro", self.lake)
        if remounted.returncode != 0:
            self.skipTest(f"the file system cannot be made read-only while it is in use: {remounted.stderr.strip()}")
        answer = self.door.send("PUT", "/disk/refused", b"x" * 100)
        self.assertGreaterEqual(answer.status, 500)
        self.assert_kept_is_readable()
        self.assertTrue(self.door.service.alive())

    def test_a_directory_that_is_removed_is_an_error_and_no_crash(self):
        shutil.rmtree(self.lake / "disk")
        self.assertEqual(404, self.door.send("GET", "/disk/kept").status)
        self.assertEqual(404, self.door.send("PUT", "/disk/new", b"x").status)
        self.assertTrue(self.door.service.alive(), self.door.service.log_tail())
        self.door.send("PUT", "/other").expect(200)
        self.door.send("PUT", "/other/new", b"x").expect(200)


if __name__ == "__main__":
    reason = can_mount()
    if reason:
        skip(reason)
    unittest.main()
