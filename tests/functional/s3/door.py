"""A tarn-extract of its own for tests of the S3 door, and the clients that talk to it.

    with Door() as door:
        door.endpoint          # http://127.0.0.1:<port>
        door.lake              # the folder with the buckets
"""

import http.client
import os
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from http_answer import Answer
from tarn_harness import BUILD, REPOSITORY, Program, clean_environment

SKIPPED = 77
NAMESPACE = "{http://s3.amazonaws.com/doc/2006-03-01/}"
# What the clients sign with. While the store knows no keys, requests from this machine are served whatever they carry.
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "tarn", "AWS_SECRET_ACCESS_KEY": "tarn-secret", "AWS_DEFAULT_REGION": "us-east-1",
               "AWS_EC2_METADATA_DISABLED": "true", "AWS_PAGER": ""}


class Door:
    def __init__(self, options=()):
        self.home = Path(tempfile.mkdtemp(prefix="tarn_s3_"))
        self.lake = self.home / "lake"
        (self.home / "pipelines").mkdir()
        self._port_file = self.home / "s3.port"
        self.service = Program("tarn-extract", [
            BUILD / "services" / "extract" / "tarn-extract", "--home", self.home, "--pipelines", self.home / "pipelines",
            "--log-format", "text", "--s3-port-file", self._port_file, *options], self.home)
        self.port = None

    @property
    def endpoint(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        self._port_file.unlink(missing_ok=True)
        self.service.start()
        self.port = int(self._port_file.read_text())

    def close(self):
        self.service.kill()
        shutil.rmtree(self.home, ignore_errors=True)

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            print(self.service.log_tail())
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def create_key(self):
        """Makes an access key, from which on everybody must sign; returns its id and its secret."""
        key = self.service.post("/v1/keys", {"name": "test"}).expect(201).json()
        return key["id"], key["secret"]

    def send(self, method, target, body=None, headers=None, timeout=60):
        """One plain request, the target byte for byte."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            fields = dict(headers or {})
            connection.putrequest(method, target, skip_host="Host" in fields, skip_accept_encoding=True)
            if body is not None and not {"Content-Length", "Transfer-Encoding"} & set(fields):
                fields["Content-Length"] = str(len(body))
            for name, value in fields.items():
                connection.putheader(name, value)
            connection.endheaders(body)
            response = connection.getresponse()
            return Answer(f"{method} {target}", response.status, response.headers, response.read())
        finally:
            connection.close()

    def error_of(self, answer):
        """The code of an S3 error document."""
        document = ElementTree.fromstring(answer.body)
        assert document.tag == "Error", answer.body
        assert document.findtext("RequestId"), answer.body
        return document.findtext("Code")


def run(command, input=None, environment=None, timeout=300, cwd=None):
    """Runs a client with a home of its own and nothing of this user's settings; returns what it printed."""
    with tempfile.TemporaryDirectory(prefix="tarn_client_") as home:
        variables = {name: value for name, value in clean_environment({}).items() if not name.startswith("AWS_")}
        variables |= CREDENTIALS | {"HOME": home} | (environment or {})
        finished = subprocess.run([str(part) for part in command], input=input, env=variables, timeout=timeout, cwd=cwd,
                                  capture_output=True, check=False,
                                  stdin=subprocess.DEVNULL if input is None else None)
    if finished.returncode != 0:
        raise AssertionError(f"{command} ended with {finished.returncode}\n{finished.stdout.decode(errors='replace')}"
                             f"{finished.stderr.decode(errors='replace')}")
    return finished.stdout


def skip(reason):
    """Ends the program in the way that ctest shows as skipped."""
    print(f"SKIPPED: {reason}", flush=True)
    sys.exit(SKIPPED)


def debian_program(name):
    """The path of a client that Debian's package put there."""
    path = Path("/usr/bin") / name
    if not path.exists():
        skip(f"{path} is not there: deploy/install_dependencies.sh installs it")
    return path


def sdk_folder():
    """A virtual environment with today's boto3 and AWS CLI from PyPI, made once per build directory."""
    folder = BUILD / "s3_sdk"
    ready = folder / "ready"
    if not ready.exists():
        shutil.rmtree(folder, ignore_errors=True)
        commands = [[sys.executable, "-m", "venv", folder],
                    [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                     "boto3", "awscli", "awscrt"]]
        for command in commands:
            finished = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=600,
                                      check=False, stdin=subprocess.DEVNULL)
            if finished.returncode != 0:
                skip(f"boto3 cannot be had from PyPI here: {(finished.stdout + finished.stderr).strip()[-500:]}")
        ready.touch()
    return folder


def take_sdk_option():
    """Removes `--sdk debian` or `--sdk current` from the command line and returns whose it is."""
    at = sys.argv.index("--sdk")
    sdk = sys.argv[at + 1]
    del sys.argv[at:at + 2]
    return sdk


def run_below_sdk():
    """Runs this very test program again with the Python that has the boto3 asked for."""
    arguments = list(sys.argv)
    sdk = take_sdk_option()
    if os.environ.get("TARN_S3_SDK") == sdk:
        return
    python = Path("/usr/bin/python3")
    if sdk == "current":
        python = sdk_folder() / "bin" / "python"
    elif subprocess.run([str(python), "-c", "import boto3"], capture_output=True, check=False).returncode != 0:
        skip("Debian's python3-boto3 is not there: deploy/install_dependencies.sh installs it")
    os.environ["TARN_S3_SDK"] = sdk
    os.execv(python, [str(python), *arguments])
