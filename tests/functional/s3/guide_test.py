"""Runs the examples of docs/s3.md that need a client: fenced blocks whose info string ends in `client`."""

import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from door import REPOSITORY, Door, debian_program, skip

GUIDE = REPOSITORY / "docs" / "s3.md"
EXAMPLE = re.compile(r"^```(sh|python) client\n(.*?)^```\s*$", re.MULTILINE | re.DOTALL)
PYTHON = "/usr/bin/python3"

for client in ("aws", "s3cmd", "rclone"):
    debian_program(client)
if subprocess.run([PYTHON, "-c", "import boto3"], capture_output=True, check=False).returncode != 0:
    skip("Debian's python3-boto3 is not there: deploy/install_dependencies.sh --test-clients installs it")


class TheGuide(unittest.TestCase):
    def test_every_example_with_a_client_works(self):
        examples = EXAMPLE.findall(GUIDE.read_text(encoding="utf-8"))
        self.assertGreaterEqual(len(examples), 4)
        home = Path(tempfile.mkdtemp(prefix="tarn_guide_"))
        self.addCleanup(shutil.rmtree, home, ignore_errors=True)
        with Door() as door:
            for language, text in examples:
                text = text.replace("127.0.0.1:8100", f"127.0.0.1:{door.port}")
                command = ["bash", "-euo", "pipefail", "-c", text] if language == "sh" else [PYTHON, "-c", text]
                environment = {"HOME": str(home), "PATH": "/usr/bin:/bin", "AWS_EC2_METADATA_DISABLED": "true"}
                finished = subprocess.run(command, cwd=home, env=environment, text=True, capture_output=True, timeout=300,
                                          stdin=subprocess.DEVNULL, check=False)
                self.assertEqual(0, finished.returncode, f"{text}\n{finished.stdout}{finished.stderr}")


if __name__ == "__main__":
    unittest.main(verbosity=2)
