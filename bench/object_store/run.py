#!/usr/bin/env python3
"""Measures the object store beside the bare system calls, and the S3 door beside nginx, in interleaved rounds, and prints
Markdown tables. Needs wrk, curl and nginx (Debian packages) and the programs of a release build:

    cmake --preset release -DTARN_BUILD_BENCH=ON
    cmake --build build/release --target object_store_bench tarn-extract
    bench/object_store/run.py

Without nginx, or without the S3 door, the lines that need them are left out, and it says so.
"""

import argparse
import contextlib
import os
import re
import shutil
import signal
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
CLIENTS = 16
GIGABYTE = 1 << 30


def wait_for(condition, what, seconds=20):
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise SystemExit(f"{what} did not come up")
        time.sleep(0.02)
    return value


class Service:
    """A process that listens on a port, and its resident memory."""

    def __init__(self, command, port_of, **options):
        self.process = subprocess.Popen(command, **options)
        self.port = wait_for(port_of, command[0])

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def peak_rss_mb(self):
        return int(re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{self.process.pid}/status").read_text())[1]) / 1024

    def reset_peak(self):
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)


@contextlib.contextmanager
def door(program, home):
    """tarn-extract with nothing to do but to serve the S3 door."""
    port_file = home / "s3_port"
    (home / "pipelines").mkdir(parents=True, exist_ok=True)
    port_file.unlink(missing_ok=True)
    environment = {**os.environ, "TARN_HOME": str(home), "TARN_PIPELINES": str(home / "pipelines")}
    with open(home / "log", "wb") as log:
        service = Service([program, "--port", "0", "--s3-port", "0", "--s3-port-file", str(port_file)],
                          lambda: port_file.exists() and port_file.read_text().strip(), env=environment, stdout=log, stderr=log)
    try:
        curl("--request", "PUT", service.url("/bucket"))
        yield service
    finally:
        service.stop()


@contextlib.contextmanager
def nginx(directory, served):
    """nginx as Debian configures it, but for the paths: one worker for each core, sendfile."""
    port = 18099
    configuration = directory / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""  # else its workers could not read what only their owner may
    configuration.write_text(f"""
        {user} worker_processes auto; pid {directory}/pid; error_log {directory}/error.log; daemon off;
        events {{ worker_connections 768; }}
        http {{ sendfile on; tcp_nopush on; access_log off;
               client_body_temp_path {directory}; proxy_temp_path {directory}; fastcgi_temp_path {directory};
               uwsgi_temp_path {directory}; scgi_temp_path {directory};
               server {{ listen 127.0.0.1:{port}; root {served}; }} }}""")
    os.chmod(directory, 0o755)
    pid = directory / "pid"
    service = Service(["nginx", "-p", str(directory), "-c", str(configuration)],
                      lambda: pid.exists() and pid.read_text().strip() and port, stderr=subprocess.DEVNULL)
    try:
        yield service
    finally:
        service.stop()


def curl(*arguments):
    return subprocess.run(["curl", "--silent", "--show-error", "--fail", "--max-time", "300", *arguments], check=True,
                          capture_output=True, text=True).stdout


def bench(programs, *arguments):
    return subprocess.run([programs["bench"], *map(str, arguments)], check=True, capture_output=True, text=True).stdout


def put_through_door(programs, directory, seconds, run):
    with door(programs["door"], directory) as service:
        output = subprocess.run(["wrk", "-t2", f"-c{CLIENTS}", f"-d{seconds}s", "-s", str(HERE / "put.lua"), service.url("/"), "--", str(run)],
                                check=True, capture_output=True, text=True).stdout
    if re.search("Non-2xx|Socket errors", output):
        raise SystemExit(f"wrk reports errors:\n{output}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1])


def measure_puts(programs, scratch, rounds, seconds):
    rates = {"bare system calls": [], "ObjectStore::Put": []}
    if programs["door"]:
        rates["S3 door"] = []
    for number in range(rounds):
        for name, results in rates.items():
            directory = Path(tempfile.mkdtemp(dir=scratch))
            if name == "S3 door":
                results.append(put_through_door(programs, directory, seconds, number))
            else:
                what = "bare" if name.startswith("bare") else "store"
                results.append(float(bench(programs, what, directory, CLIENTS, seconds)))
            shutil.rmtree(directory)
            os.sync()  # the next one does not pay for this one's writes
    print(f"| {CLIENTS} clients, 4 KiB each, durable | puts/s | lowest to highest | of the bare ones | at least |\n|---|---:|---:|---:|---:|")
    for name, results in rates.items():
        ratio = statistics.median(ours / bare for ours, bare in zip(results, rates["bare system calls"]))
        print(f"| {name} | {statistics.median(results):,.0f} | {min(results):,.0f} to {max(results):,.0f} | {ratio:.2f} "
              f"| {'0.70' if name != 'bare system calls' else ''} |")


def download(service, path):
    size, speed = curl("--output", "/dev/null", "--write-out", "%{size_download} %{speed_download}", service.url(path)).split()
    assert int(size) == GIGABYTE, size
    return float(speed) / 1e6


def measure_gigabyte(programs, scratch, rounds):
    home, other = Path(tempfile.mkdtemp(dir=scratch)), Path(tempfile.mkdtemp(dir=scratch))
    source = scratch / "gigabyte"
    with open(source, "wb") as file:
        block = os.urandom(1 << 20)
        for _ in range(GIGABYTE >> 20):
            file.write(block)
    with contextlib.ExitStack() as stack:
        service = stack.enter_context(door(programs["door"], home))
        started_mb = service.peak_rss_mb()
        speed = curl("--upload-file", str(source), "--write-out", "%{speed_upload}", service.url("/bucket/gigabyte"))
        in_mb = service.peak_rss_mb()
        service.reset_peak()
        speeds = {"S3 door": [], "nginx": []}
        beside = stack.enter_context(nginx(other, home / "lake" / "bucket")) if shutil.which("nginx") else None
        for _ in range(rounds):
            speeds["S3 door"].append(download(service, "/bucket/gigabyte"))
            if beside:
                speeds["nginx"].append(download(beside, "/gigabyte"))
        out_mb = service.peak_rss_mb()
    print("\n| 1 GiB through the S3 door | MB/s | of nginx | at least | peak resident MB | below |\n|---|---:|---:|---:|---:|---:|")
    print(f"| in (durable when answered) | {float(speed) / 1e6:,.0f} | | | {in_mb:.0f} (idle: {started_mb:.0f}) | 64 |")
    ratio = statistics.median(a / b for a, b in zip(speeds["S3 door"], speeds["nginx"])) if beside else None
    print(f"| out | {statistics.median(speeds['S3 door']):,.0f} | {f'{ratio:.2f}' if ratio else 'not installed'} | 0.80 | {out_mb:.0f} | 64 |")
    if beside:
        print(f"| out, nginx | {statistics.median(speeds['nginx']):,.0f} | | | | |")
    shutil.rmtree(home)
    source.unlink()


def measure_lists(programs, scratch):
    print("\n| First page under a prefix | entries | median ms | greatest ms | below |\n|---|---:|---:|---:|---:|")
    for objects in (1_000, 1_000_000):
        directory = Path(tempfile.mkdtemp(dir=scratch))
        for line in bench(programs, "list", directory, objects, 100).splitlines():
            what, entries, median, greatest = line.split()
            print(f"| {objects:,} objects in the bucket, {what} | {entries} | {median} | {greatest} | 20 |")
        shutil.rmtree(directory)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=REPOSITORY / "build" / "release", help="the build directory")
    parser.add_argument("--extract", type=Path, help="tarn-extract, if it is not in the build directory")
    parser.add_argument("--scratch", type=Path, help="where to write; on the disk to be measured (default: the build directory)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5, help="of each measurement of puts")
    arguments = parser.parse_args()
    extract = arguments.extract or arguments.build / "services" / "extract" / "tarn-extract"
    has_door = extract.exists() and "--s3-port" in subprocess.run([extract, "--help"], capture_output=True, text=True).stdout
    programs = {"bench": arguments.build / "bench" / "object_store" / "object_store_bench", "door": extract if has_door else None}
    scratch = Path(tempfile.mkdtemp(prefix="object_store_bench_", dir=(arguments.scratch or arguments.build).resolve()))
    try:
        measure_puts(programs, scratch, arguments.rounds, arguments.seconds)
        if has_door:
            measure_gigabyte(programs, scratch, arguments.rounds)
        else:
            print("\nThere is no tarn-extract with an S3 door in the build directory: nothing is measured through it.")
        measure_lists(programs, scratch)
    finally:
        shutil.rmtree(scratch)


if __name__ == "__main__":
    main()
