"""What every `SnapshotQueue` does alike."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.domain.ports import SnapshotQueue


def test_a_request_names_the_plugin_and_the_version(queue: tuple[SnapshotQueue, Callable[[], list[str]]]) -> None:
    requests, bodies = queue
    requests.ask("weather", 7)
    assert [json.loads(body) for body in bodies()] == [{"plugin_id": "weather", "version": 7}]


def test_asking_twice_may_be_told_twice_but_never_less_than_once(
    queue: tuple[SnapshotQueue, Callable[[], list[str]]],
) -> None:
    requests, bodies = queue
    requests.ask("weather", 1)
    requests.ask("weather", 1)
    requests.ask("todo", 2)
    told = {(request["plugin_id"], request["version"]) for request in map(json.loads, bodies())}
    assert told == {("weather", 1), ("todo", 2)}
