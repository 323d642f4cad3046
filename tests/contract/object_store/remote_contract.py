"""The object store's contract, and what only a remote store can do, against moto."""

import subprocess
import sys

from moto_server import MotoServer
from tarn_harness import BUILD, clean_environment

PROGRAMS = BUILD / "tests" / "contract" / "object_store"

with MotoServer() as moto:
    environment = clean_environment(moto.environment()) | {"S3_TEST_ENDPOINT": moto.url}
    status = 0
    for command in ([PROGRAMS / "object_store_contract", "--gtest_filter=*Remote*"], [PROGRAMS / "remote-store-live-test"]):
        status |= subprocess.run(command, env=environment).returncode
    if status != 0:
        print(moto.log.read_text()[-6000:])
    sys.exit(status)
