"""The S3 client, the remote object store and replication against Tarn's own S3 door, with its signature check on."""

import subprocess
import sys
import tempfile
from pathlib import Path

from tarn_harness import BUILD, PIPELINES, Program, clean_environment

EXTRACT = BUILD / "services" / "extract" / "tarn-extract"
SUITES = (["functional/s3_client/s3-client-live-test"], ["functional/replication/replication-live-test"],
          ["contract/object_store/object_store_contract", "--gtest_filter=*Remote*"],
          ["contract/object_store/remote-store-live-test"])

if "--s3-port" not in subprocess.run([EXTRACT, "--help"], stdout=subprocess.PIPE, text=True).stdout:
    print("SKIPPED: tarn-extract has no S3 door", flush=True)
    sys.exit(77)

with tempfile.TemporaryDirectory(prefix="tarn_door_") as home:
    port_file = Path(home) / "s3.port"
    extract = Program("tarn-extract", [EXTRACT, "--home", home, "--pipelines", PIPELINES, "--s3-port", "0",
                                       "--s3-port-file", port_file], home)
    try:
        extract.start()
        key = extract.post("/v1/keys", {"name": "contract"}).expect(201).json()
        environment = clean_environment({}) | {"S3_TEST_ENDPOINT": f"http://127.0.0.1:{port_file.read_text().strip()}"}
        for prefix in ("AWS", "BACKUP"):
            environment |= {f"{prefix}_ACCESS_KEY_ID": key["id"], f"{prefix}_SECRET_ACCESS_KEY": key["secret"]}
        failed = 0
        for program, *arguments in SUITES:
            failed += subprocess.run([BUILD / "tests" / program, *arguments], env=environment).returncode != 0
        if failed:
            print(extract.log_tail())
        sys.exit(1 if failed else 0)
    finally:
        extract.kill()
