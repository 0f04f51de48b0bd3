"""An AWS that takes requests and never answers: whoever waits is told so before the function ends."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from functions.resolve import app
from functions.resolve.settings import Settings
from functions.resolve.wiring import wire
from local.template import read_template
from shared.edge.origin import Origin
from shared.storage import clients
from shared.storage.dynamo import DynamoTable
from shared.storage.pointers import PointerStore
from shared.storage.s3 import S3Objects
from tests.measuring import Taken

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]


@pytest.fixture
def black_hole() -> Iterator[str]:
    """A port that accepts, reads and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        held: list[socket.socket] = []

        def take() -> None:
            while True:
                try:
                    held.append(listener.accept()[0])
                except OSError:
                    return

        threading.Thread(target=take, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
        for each in held:
            each.close()


def test_the_public_route_answers_before_lambda_ends_it(black_hole: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "AWS_ENDPOINT_URL": black_hole,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "eu-west-1",
    }.items():
        monkeypatch.setenv(name, value)
    clients._session.cache_clear()
    table = DynamoTable(clients.dynamodb(), "table")
    metrics = Taken()
    settings = Settings(table_name="table", bucket_name="bucket")
    resolving = wire(settings, records=PointerStore(table), objects=S3Objects(clients.s3(), "bucket"), metrics=metrics)
    handler = app.build(lambda: resolving, guard=Origin)
    event: dict[str, Any] = {
        "requestContext": {"http": {"method": "GET"}, "domainName": "store.example"},
        "pathParameters": {"plugin_id": "todo"},
        "headers": {},
    }
    started = time.monotonic()
    answer = handler(event, None)
    taken = time.monotonic() - started
    clients._session.cache_clear()
    assert answer["statusCode"] == 503
    assert taken < read_template().functions["ResolveFunction"].timeout_seconds
    assert metrics.counted == [("Resolves", "5xx")]
