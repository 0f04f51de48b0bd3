"""A function run as Lambda runs it, without Docker: by the runtime interface client, under the emulator of the SAM CLI.

The emulator is a binary in the SAM CLI's package; the client comes from PyPI by hash, into an environment of its own.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import shutil
import subprocess
import sys
import sysconfig
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.processes import LOOPBACK, ProgramMissingError, listens, running
from local.process import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PROJECT = Path(__file__).resolve().parent.parent
REQUIREMENTS = Path(__file__).with_name("runtime-requirements.txt")
RUNTIME = ("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six.py", "urllib3")
"""What Lambda's Python brings next to the standard library."""

_EMULATOR = "samcli/local/rapid/aws-lambda-rie-x86_64"
_PATH = "/2015-03-31/functions/function/invocations"
_INSTALL_SECONDS = 180


@dataclass(frozen=True, slots=True)
class Lambda:
    """Where the emulator, the client's interpreter and what Lambda brings are."""

    emulator: Path
    python: Path
    packages: Path


@dataclass(frozen=True, slots=True)
class Invoked:
    """What came of an invocation, and the seconds that it took, the emulator's own included."""

    result: Any
    seconds: float

    @property
    def init_cpu_seconds(self) -> float:
        """CPU time from the start of the process to the moment when it could take its first event."""
        return float(self.result["probe"]["init_cpu_seconds"])

    @property
    def calls(self) -> int:
        """How often it called AWS."""
        return int(self.result["probe"]["calls"])

    @property
    def own_seconds(self) -> float:
        """How long it took without the calls of AWS."""
        return self.seconds - float(self.result["probe"]["aws_seconds"])


class Function:
    """A running function. One invocation at a time: a second one at once ends the emulator."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection(LOOPBACK, port, timeout=60)

    def invoke(self, event: Mapping[str, Any]) -> Invoked:
        """Invoke it."""
        body = json.dumps(event).encode()
        began = time.perf_counter()
        self._connection.request("POST", _PATH, body)
        answer = self._connection.getresponse().read()
        return Invoked(json.loads(answer), time.perf_counter() - began)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


def installed(folder: Path) -> Lambda:
    """Install the client into a folder. Raises ProgramMissingError where one of the two cannot be had."""
    purelib = Path(sysconfig.get_path("purelib"))
    emulator = purelib / _EMULATOR
    if not emulator.exists():
        message = f"The SAM CLI, or the emulator in its package, is not installed: {_EMULATOR}"
        raise ProgramMissingError(message)
    python = folder / "environment" / "bin" / "python"
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"]
    try:
        _run([sys.executable, "-m", "venv", folder / "environment"])
        _run([python, *install, "--require-hashes", "--requirement", REQUIREMENTS])
    except (OSError, subprocess.SubprocessError) as error:
        message = f"The runtime interface client cannot be installed: {error}"
        raise ProgramMissingError(message) from error
    packages = folder / "packages"
    packages.mkdir()
    for name in RUNTIME:
        (packages / name).symlink_to(purelib / name)
    return Lambda(emulator, python, packages)


def _run(command: list[str | Path]) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=_INSTALL_SECONDS)  # noqa: S603 - our own


def lay_task(folder: Path, *rooms: str) -> Path:
    """Lay out a function's files as they lie in Lambda, with the probe beside them, and return the folder."""
    ignored = shutil.ignore_patterns("__pycache__")
    for name in (*(f"functions/{room}" for room in rooms), "shared"):
        shutil.copytree(PROJECT / name, folder / name, ignore=ignored)
    shutil.copy(PROJECT / "functions" / "__init__.py", folder / "functions")
    shutil.copy(Path(__file__).with_name("_probe.py"), folder / "probe.py")
    return folder


@contextlib.contextmanager
def emulated(
    where: Lambda, task: Path, *, module: str, environment: Mapping[str, str], log: Path
) -> Iterator[Function]:
    """Run a module's `handler`. Its process starts with the first invocation, as on Lambda."""
    port, api_port = free_port(), free_port()
    command: list[str | Path] = [where.emulator, "--runtime-interface-emulator-address", f"{LOOPBACK}:{port}"]
    # Both addresses: where one is left out, the emulator listens to everybody.
    command += ["--runtime-api-address", f"{LOOPBACK}:{api_port}", where.python, "-m", "awslambdaric", "probe.handler"]
    given = {
        "AWS_LAMBDA_FUNCTION_NAME": "probed",
        "AWS_LAMBDA_FUNCTION_TIMEOUT": "30",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_EC2_METADATA_DISABLED": "true",
        "LAMBDA_TASK_ROOT": str(task),
        # A function's folder is read-only on Lambda: each cold start compiles the function's own modules.
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": f"{task}:{where.packages}",
        "PROBED": module,
        **environment,
    }
    with running(command, log=log, is_ready=lambda: listens(port), environment=given, folder=task):
        function = Function(port)
        try:
            yield function
        finally:
            function.close()
