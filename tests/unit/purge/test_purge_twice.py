"""Caches are told of each move of a pointer, and told again, whatever fails in between."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from functions.purge.app import build
from functions.purge.use_case import Purge
from local.database import Database
from local.edge import SECOND_PURGE_SECONDS, SqlitePurgeQueue
from local.patterns import matches
from local.queue import SqliteQueue
from local.stream import ChangeLog
from local.table import SqliteTable
from local.template import read_template
from local.worker import sqs_record
from shared.domain.errors import UnavailableError
from shared.domain.identity import PluginId, digest_of_bytes
from shared.domain.plugin import CurrentDocument, Pointer
from shared.storage.items import current_item, pointer_item
from shared.storage.table import Guard, Item, Key, Put
from tests.measuring import Taken

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from local.stream import Change

TODO = PluginId("todo")


@dataclass(slots=True)
class Edge:
    """A cache that notes what it is told, and is out of reach so many times before."""

    failures: int = 0
    told: list[tuple[tuple[str, ...], str]] = field(default_factory=list)

    def invalidate(self, tags: Sequence[str], *, reference: str) -> None:
        if self.failures:
            self.failures -= 1
            raise UnavailableError("out of reach")
        self.told.append((tuple(tags), reference))


@dataclass
class Stage:
    """The function, over a table whose changes it is told of, with a clock that can be put forward."""

    database: Database
    edge: Edge = field(default_factory=Edge)
    now: float = 1000.0
    metrics: Taken = field(default_factory=Taken)

    def __post_init__(self) -> None:
        self.queue = SqliteQueue(self.database, "PurgeQueue", now=lambda: self.now)
        self.table = SqliteTable(self.database)
        again = SqlitePurgeQueue(self.queue)
        self.handler = build(
            lambda: Purge(self.edge, again, lambda: datetime.fromtimestamp(self.now, UTC), self.metrics)
        )

    def write(self, item: Item, revision: int) -> Change:
        """Write an item and return the change that the stream tells of."""
        self.table.transact([Put(item, Guard("as it was", revision - 1))])
        log = ChangeLog(self.database)
        log.enrol({"test": "TRIM_HORIZON"})
        return log.read("test", 100)[-1]

    def move(self, revision: int) -> Change:
        return self.write(pointer_item(Pointer(TODO, revision=revision)), revision)

    def stream(self, *changes: Change) -> list[str]:
        """Deliver changes; return the sequence numbers that failed."""
        return self._failed({"Records": [change.record() for change in changes]})

    def messages(self) -> list[str]:
        """Deliver the messages that are due; return those that failed."""
        due = self.queue.receive(10, visibility_seconds=30)
        return self._failed({"Records": [sqs_record(each, "PurgeQueue") for each in due]}) if due else []

    def _failed(self, event: dict[str, Any]) -> list[str]:
        return [each["itemIdentifier"] for each in self.handler(event, None)["batchItemFailures"]]


@pytest.fixture
def stage() -> Iterator[Stage]:
    database = Database()
    yield Stage(database)
    database.close()


def test_each_move_of_a_pointer_purges_by_tag_at_once_and_again_after_a_while(stage: Stage) -> None:
    assert stage.stream(stage.move(1)) == []
    assert stage.edge.told == [(("plugin-todo",), "todo/1/1")]
    stage.now += SECOND_PURGE_SECONDS - 1
    assert stage.messages() == []
    assert len(stage.edge.told) == 1
    stage.now += 2
    assert stage.messages() == []
    assert stage.edge.told[1:] == [(("plugin-todo",), "todo/1/2")]


def test_a_purge_that_fails_is_delivered_again_under_the_same_reference(stage: Stage) -> None:
    change = stage.move(1)
    stage.edge.failures = 1
    (failed,) = stage.stream(change)
    assert failed == change.record()["dynamodb"]["SequenceNumber"]
    assert stage.stream(change) == []
    assert stage.edge.told == [(("plugin-todo",), "todo/1/1")]
    stage.now += SECOND_PURGE_SECONDS + 1
    assert stage.messages() == []
    # Asked for twice, since the first attempt had asked already: the cache knows both by one reference.
    assert {reference for _, reference in stage.edge.told[1:]} == {"todo/1/2"}


def test_a_second_purge_that_fails_is_delivered_again(stage: Stage) -> None:
    stage.stream(stage.move(1))
    stage.now += SECOND_PURGE_SECONDS + 1
    stage.edge.failures = 1
    assert len(stage.messages()) == 1


def test_two_moves_have_references_of_their_own(stage: Stage) -> None:
    stage.stream(stage.move(1), stage.move(2))
    assert [reference for _, reference in stage.edge.told] == ["todo/1/1", "todo/2/1"]


def test_a_message_that_cannot_be_read_fails_alone(stage: Stage) -> None:
    stage.queue.send(json.dumps({"plugin_id": "No Good", "revision": 1}), delay_seconds=0)
    stage.queue.send(json.dumps({"plugin_id": "todo", "revision": 1}), delay_seconds=0)
    assert len(stage.messages()) == 1
    assert stage.edge.told == [(("plugin-todo",), "todo/1/2")]


def test_a_refresh_of_what_varies_purges_as_a_move_of_the_pointer_does(stage: Stage) -> None:
    refreshed = stage.write(current_item(_current(1)), 1)
    assert stage.stream(refreshed, stage.move(1)) == []
    # The same revision of another record is another move: a cache that knows the reference would do nothing.
    assert [reference for _, reference in stage.edge.told] == ["todo/v3/1/1", "todo/1/1"]
    stage.now += SECOND_PURGE_SECONDS + 1
    assert stage.messages() == []
    assert [reference for _, reference in stage.edge.told[2:]] == ["todo/v3/1/2", "todo/1/2"]


def test_the_source_lets_through_what_is_served_and_nothing_else(stage: Stage) -> None:
    (source,) = (each for each in read_template().streams if each.function == "PurgeFunction")
    moved, other = stage.move(1), stage.write(Item(Key("PLUGIN#todo", "META"), {"revision": 1}), 1)
    refreshed = stage.write(current_item(_current(1)), 1)
    changes = (moved, refreshed, other)
    passed = [any(matches(each, change.record()) for each in source.patterns) for change in changes]
    assert passed == [True, True, False]
    assert (stage.stream(other), stage.edge.told) == ([], [])


def _current(revision: int) -> CurrentDocument:
    digest = digest_of_bytes(b"openapi")
    return CurrentDocument(TODO, 3, "openapi.yaml", digest, digest, digest, datetime.now(UTC), revision=revision)
