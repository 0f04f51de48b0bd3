"""An AWS emulator that keeps its word under contention, in an environment of its own, on loopback alone.

Its packages are pinned by hash in `ministack-requirements.txt`, and are nobody else's: the store imports none of them.
"""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import botocore.session

from local.cloudformation import Evaluator, load
from local.template import TEMPLATE
from shared.storage.dynamo import DynamoTable
from shared.storage.sqs import SqsSnapshotQueue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

REQUIREMENTS = Path(__file__).parent / "ministack-requirements.txt"
REGION = "eu-west-1"
_HOST = "127.0.0.1"
_TABLE = "records"
_START_SECONDS = 30.0
_INSTALL_SECONDS = 600
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION}


class EnvironmentMissingError(Exception):
    """The emulator's environment could not be made. The text says why."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the emulator is, and what was made there. Another process may be told."""

    url: str
    queue_url: str = ""

    def dynamodb(self) -> DynamoDBClient:
        """Return a client of its own."""
        return cast("DynamoDBClient", _client("dynamodb", self.url))

    def sqs(self) -> SQSClient:
        """Return a client of its own."""
        return cast("SQSClient", _client("sqs", self.url))

    def table(self) -> DynamoTable:
        """Return the table, over a client of its own."""
        return DynamoTable(self.dynamodb(), _TABLE)

    def queue(self) -> SqsSnapshotQueue:
        """Return the snapshot queue, over a client of its own."""
        return SqsSnapshotQueue(self.sqs(), self.queue_url)

    def put(self, items: list[dict[str, object]]) -> None:
        """Store items in DynamoDB's own JSON, whatever is there."""
        client = self.dynamodb()
        for start in range(0, len(items), _BATCH):
            writes = [{"PutRequest": {"Item": item}} for item in items[start : start + _BATCH]]
            client.batch_write_item(RequestItems={_TABLE: writes})  # type: ignore[dict-item]


_BATCH = 25


def _client(service: str, url: str) -> object:
    session = botocore.session.Session()
    session.set_credentials("test", "test")
    return session.create_client(service, region_name=REGION, endpoint_url=url)


def environment() -> Path:
    """Return the environment, making it the first time. Raises EnvironmentMissingError."""
    pinned = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:12]
    directory = Path(sys.prefix) / f"ministack-{pinned}"
    finished = directory / "finished"
    if not finished.exists():
        _run(sys.executable, "-m", "venv", "--clear", str(directory))
        pip = (str(directory / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--quiet")
        _run(*pip, "install", "--require-hashes", "--requirement", str(REQUIREMENTS))
        finished.touch()
    return directory


def _run(*command: str) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - commands of this module alone
            command, capture_output=True, text=True, check=False, timeout=_INSTALL_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        message = f"{command[0]} did not run: {error}"
        raise EnvironmentMissingError(message) from error
    if done.returncode:
        message = f"{' '.join(command)} failed: {done.stderr[-1000:]}"
        raise EnvironmentMissingError(message)


@contextmanager
def ministack(directory: Path) -> Iterator[Endpoint]:
    """Start the emulator, with the template's table and a queue in it; its files go to `directory`."""
    with started(directory) as url:
        yield _furnished(url)


@contextmanager
def started(directory: Path, **settings: str) -> Iterator[str]:
    """Start the emulator, empty; `settings` are more of its environment, which its functions have, too."""
    port = _free_port()
    with (directory / "ministack.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - what was installed by hash
            [environment() / "bin" / "ministack"],
            cwd=directory,
            env=_environ(directory, port) | settings,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _await(process, port)
            yield f"http://{_HOST}:{port}"
        finally:
            process.terminate()
            process.wait(timeout=_START_SECONDS)


def _environ(directory: Path, port: int) -> dict[str, str]:
    settings = {
        "BIND_HOST": _HOST,
        "MINISTACK_HOST": _HOST,
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": REGION,
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "LOG_LEVEL": "WARNING",
        "HOME": str(directory),
        "TMPDIR": str(directory),
    }
    return {"PATH": os.environ["PATH"], **CREDENTIALS, **settings}


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((_HOST, 0))
        return int(listener.getsockname()[1])


def _await(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex((_HOST, port)) == 0:
                return
        time.sleep(0.1)
    message = f"The emulator did not start: {process.poll()}"
    raise EnvironmentMissingError(message)


def _furnished(url: str) -> Endpoint:
    bare = Endpoint(url)
    (properties,) = Evaluator(load(TEMPLATE), {}).resources("AWS::DynamoDB::Table").values()
    taken = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
    bare.dynamodb().create_table(TableName=_TABLE, **{name: properties[name] for name in taken})
    return Endpoint(url, bare.sqs().create_queue(QueueName="snapshots")["QueueUrl"])
