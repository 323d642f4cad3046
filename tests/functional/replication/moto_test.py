"""Replication to moto, an S3 endpoint that checks every signature."""

import subprocess
import sys

from moto_server import MotoServer
from tarn_harness import BUILD, clean_environment

with MotoServer() as moto:
    environment = clean_environment(moto.environment("BACKUP")) | {"S3_TEST_ENDPOINT": moto.url}
    program = BUILD / "tests" / "functional" / "replication" / "replication-live-test"
    status = subprocess.run([program], env=environment).returncode
    if status != 0:
        print(moto.log.read_text()[-6000:])
    sys.exit(status)
