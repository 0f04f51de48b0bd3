"""No call to AWS outlasts the function that makes it, whatever AWS does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from local.template import read_template
from shared.storage import clients

if TYPE_CHECKING:
    from collections.abc import Callable

FUNCTIONS = read_template().functions
SHORTEST = min(function.timeout_seconds for function in FUNCTIONS.values())
CLIENTS = (
    clients.dynamodb,
    clients.s3,
    clients.sqs,
    clients.scheduler,
    clients.ses,
    clients.sns,
    clients.cognito,
    clients.cloudfront,
    clients.cloudwatch,
    clients.streams,
)
OPERATIONS = FUNCTIONS["OperationsFunction"].timeout_seconds


def longest(client: Any) -> float:  # noqa: ANN401 - any of botocore's clients
    """Return the seconds that a call takes at most: each attempt to its end, and the longest pauses in between.

    In the standard mode the pause after attempt n is at most 2**(n - 1) seconds.
    """
    config = client.meta.config
    attempts = config.retries["total_max_attempts"]
    pauses = sum(2**place for place in range(attempts - 1))
    return float(attempts * (config.connect_timeout + config.read_timeout) + pauses)


@pytest.fixture(autouse=True)
def region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")


@pytest.mark.parametrize("make", CLIENTS, ids=lambda make: make.__name__)
def test_a_call_ends_before_the_shortest_function_does(make: Callable[[], Any]) -> None:
    client = make()
    assert client.meta.config.retries["mode"] == "standard"
    assert longest(client) <= SHORTEST - 1


def test_the_call_of_a_function_ends_before_the_function_that_makes_it() -> None:
    client = clients.functions()
    assert longest(client) < OPERATIONS
    assert client.meta.config.retries["total_max_attempts"] == 1  # type: ignore[attr-defined] # a client of botocore's


def test_attempts_that_are_counted_without_the_first_would_be_too_many() -> None:
    """The planted fault: what `max_attempts` of 3 comes to."""
    client: Any = clients.dynamodb()
    config = client.meta.config.merge(
        type(client.meta.config)(connect_timeout=1, read_timeout=3, retries={"mode": "standard", "max_attempts": 3})
    )
    made = clients._session().create_client("dynamodb", config=config)
    assert longest(made) > SHORTEST
