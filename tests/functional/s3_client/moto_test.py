"""Tarn's S3 client against moto, which checks every signature."""

import subprocess
import sys

from moto_server import MotoServer
from tarn_harness import BUILD, clean_environment

with MotoServer() as moto:
    environment = clean_environment(moto.environment()) | {"S3_TEST_ENDPOINT": moto.url}
    program = BUILD / "tests" / "functional" / "s3_client" / "s3-client-live-test"
    status = subprocess.run([program], env=environment).returncode
    if status != 0:
        print(moto.log.read_text()[-6000:])
    sys.exit(status)
