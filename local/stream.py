"""The table's stream: every change of an item, in order, for each consumer at its own pace."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared.storage.dynamo import to_wire

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping, Sequence

    from local.database import Database

KEPT_SECONDS = 24 * 60 * 60
"""How long a change is kept where nobody reads the stream; DynamoDB keeps all of them so long and no longer."""

SOURCE_ARN = "arn:aws:dynamodb:local:000000000000:table/standfast/stream/local"
_OLD_IMAGE_VIEWS = frozenset({"OLD_IMAGE", "NEW_AND_OLD_IMAGES"})
_NEW_IMAGE_VIEWS = frozenset({"NEW_IMAGE", "NEW_AND_OLD_IMAGES"})


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one item: `kind` is INSERT, MODIFY or REMOVE, `at` in seconds since 1970, images as JSON."""

    sequence: int
    at: float
    kind: str
    pk: str
    sk: str
    old: str | None
    new: str | None
    expired: bool

    def record(self, view: str = "NEW_AND_OLD_IMAGES") -> dict[str, Any]:
        """Return the change as DynamoDB's stream tells of it, with the images of that view type."""
        told: dict[str, Any] = {
            "ApproximateCreationDateTime": self.at,
            "Keys": self._keys(),
            "SequenceNumber": sequence_number(self.sequence),
            "SizeBytes": len(self.old or "") + len(self.new or ""),
            "StreamViewType": view,
        }
        if self.old is not None and view in _OLD_IMAGE_VIEWS:
            told["OldImage"] = self._image(self.old)
        if self.new is not None and view in _NEW_IMAGE_VIEWS:
            told["NewImage"] = self._image(self.new)
        record = {
            "eventID": f"{self.sequence:032x}",
            "eventName": self.kind,
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "eventSourceARN": SOURCE_ARN,
            "awsRegion": "local",
            "dynamodb": told,
        }
        if self.expired:
            record["userIdentity"] = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
        return record

    def _keys(self) -> dict[str, Any]:
        return {"pk": to_wire(self.pk), "sk": to_wire(self.sk)}

    def _image(self, text: str) -> dict[str, Any]:
        return self._keys() | {name: to_wire(value) for name, value in json.loads(text).items()}


def sequence_number(sequence: int) -> str:
    """Write a sequence number as the stream does: digits, of one width here so that text order is order."""
    return f"{sequence:021d}"


class ChangeLog:
    """The changes that the table notes, and how far each consumer has come."""

    def __init__(self, database: Database, *, now: Callable[[], float] = time.time) -> None:
        self._database = database
        self._now = now

    def enrol(self, starts: Mapping[str, str]) -> None:
        """Say who reads: consumer name to starting position, TRIM_HORIZON or LATEST, for those who are new.

        Whoever is not named any more is forgotten, and holds up no trimming.
        """
        with self._database.writing() as connection:
            (latest,) = connection.execute("SELECT coalesce(max(sequence), 0) FROM changes").fetchone()
            known = {name for (name,) in connection.execute("SELECT consumer FROM checkpoints")}
            for name in known - starts.keys():
                connection.execute("DELETE FROM checkpoints WHERE consumer = ?", (name,))
            for name in starts.keys() - known:
                start = latest if starts[name] == "LATEST" else 0
                connection.execute("INSERT INTO checkpoints VALUES (?, ?)", (name, start))

    def read(self, consumer: str, limit: int) -> list[Change]:
        """Return the next changes for a consumer, in order. They come again until it advances."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT sequence, at, kind, pk, sk, old, new, expired FROM changes WHERE sequence >"
                " (SELECT sequence FROM checkpoints WHERE consumer = ?) ORDER BY sequence LIMIT ?",
                (consumer, limit),
            ).fetchall()
        return [Change(*row) for row in rows]

    def advance(self, consumer: str, sequence: int) -> None:
        """Note that a consumer is done with everything up to a sequence number."""
        with self._database.writing() as connection:
            _advance(connection, consumer, sequence)

    def bury(self, consumer: str, changes: Sequence[Change], reason: str) -> None:
        """Move changes that a consumer cannot digest to the dead letters, and advance it beyond them."""
        letters = [
            (f"{consumer}#{change.sequence}", consumer, json.dumps(change.record()), reason, self._now(), "")
            for change in changes
        ]
        with self._database.writing() as connection:
            connection.executemany("INSERT OR REPLACE INTO dead_letters VALUES (?, ?, ?, ?, ?, ?)", letters)
            _advance(connection, consumer, changes[-1].sequence)

    def trim(self) -> int:
        """Forget what every consumer is done with, or, where there is none, what is older than a day."""
        with self._database.writing() as connection:
            (slowest,) = connection.execute("SELECT min(sequence) FROM checkpoints").fetchone()
            if slowest is None:
                old = (self._now() - KEPT_SECONDS,)
                return connection.execute("DELETE FROM changes WHERE at < ?", old).rowcount
            return connection.execute("DELETE FROM changes WHERE sequence <= ?", (slowest,)).rowcount


def _advance(connection: sqlite3.Connection, consumer: str, sequence: int) -> None:
    statement = "UPDATE checkpoints SET sequence = max(sequence, ?) WHERE consumer = ?"
    connection.execute(statement, (sequence, consumer))
