"""Starts moto, an S3 endpoint that Tarn's authors did not write: https://pypi.org/project/moto/

    with MotoServer() as moto:
        ... moto.url, moto.environment() ...

Every signature is checked by botocore's code (verifying_moto.py). moto comes from this Python or is installed once into a virtual
environment below TARN_BIN_DIR; a test that cannot have it is skipped loudly.
"""

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from tarn_harness import BUILD, free_port, wait_until

REQUIREMENT = "moto[server,s3]>=5.1,<6"
SKIPPED = 77  # ctest shows it as skipped

def has_moto(python):
    check = [str(python), "-c", "import moto.server, botocore"]
    return subprocess.run(check, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def python_with_moto():
    """The Python that has moto. Exits with SKIPPED where there is none."""
    if has_moto(sys.executable):
        return sys.executable
    directory = BUILD / "moto"
    python = directory / "bin" / "python"
    if python.exists() and has_moto(python):
        return python
    try:
        venv.create(directory, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", REQUIREMENT],
                       check=True, timeout=300)
    except (subprocess.SubprocessError, OSError) as error:
        print(f"SKIPPED: moto, the foreign S3 endpoint of this test, cannot be installed: {error}", flush=True)
        sys.exit(SKIPPED)
    return python


class MotoServer:
    def __init__(self):
        self._python = python_with_moto()
        self._process = None
        self.log = Path(tempfile.mkstemp(prefix="moto_", suffix=".log")[1])
        self.access_key, self.secret_key = "AKIDFORTESTS", "s3cr/et+for=tests"
        self.port = free_port()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def environment(self, prefix="AWS"):
        """The endpoint's credentials, as Tarn reads them."""
        return {f"{prefix}_ACCESS_KEY_ID": self.access_key, f"{prefix}_SECRET_ACCESS_KEY": self.secret_key}

    def _serves(self):
        if self._process.poll() is not None:
            raise AssertionError(f"moto ended: {self.log.read_text()[-2000:]}")
        return "Running on" in self.log.read_text()

    def start(self):
        """Starts it on its port, empty."""
        with open(self.log, "wb") as log:
            self._process = subprocess.Popen(
                [self._python, Path(__file__).with_name("verifying_moto.py"), str(self.port), self.access_key,
                 self.secret_key],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        wait_until("moto serves", self._serves)

    def stop(self):
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()
        self.log.unlink(missing_ok=True)
