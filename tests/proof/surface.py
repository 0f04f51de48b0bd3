"""The whole store behind its HTTP surface: the deployed functions, called with API Gateway's events, over a world."""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from local.events import HttpRequest, write_event
from local.functions import load_functions
from local.queue import SqliteQueue
from local.routing import Router
from local.template import read_template
from local.worker import sqs_record
from shared.storage.installs import InstallStore
from shared.storage.store import Store
from tests.integration.aws import Answer, Person
from tests.proof.composition import ENVIRONMENT
from tests.proof.tampering import untouched

if TYPE_CHECKING:
    from local.template import Function
    from tests.proof.tampering import Wrap
    from tests.proof.world import World

_A_BATCH = 10
_AHEAD_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Sent:
    """A request, and what came back."""

    method: str
    path: str
    body: object
    who: Person | None
    key: str
    answer: Answer


class Surface:
    """Calls functions as the gateway and the queue do."""

    def __init__(self, world: World, wrap: Wrap = untouched) -> None:
        self.world = world
        table = wrap(world.table)
        ports = replace(world.ports, records=Store(table), installs=InstallStore(table))
        template = read_template()
        functions = {name: _configured(function) for name, function in template.functions.items()}
        self._functions = load_functions(functions, ports)
        self._router = Router(template.routes)
        (self._snapshots,) = (source for source in template.queues if "Snapshot" in source.queue)
        self._calls = 0
        self.tally: Counter[str] = Counter()
        """How often each method was answered with each status."""

    def send(self, method: str, path: str, body: object = None, *, who: Person | None = None, key: str = "") -> Sent:
        """Send a request, under a key of its own unless there is one to repeat."""
        self._calls += 1
        key = key or f"key-{self._calls}"
        match = self._router.match(method, path)
        assert match, f"no route for {method} {path}"
        headers = {"host": "store.example", "content-type": "application/json", "idempotency-key": key}
        raw = b"" if body is None else json.dumps(body).encode()
        request = HttpRequest(method, path, "", headers, raw, "192.0.2.9", "HTTP/1.1", f"request-{self._calls}")
        event = write_event(request, match, who.authorizer if who else None)
        result: dict[str, Any] = self._functions[match.route.function](event)
        answer = Answer(result["statusCode"], result.get("headers", {}), result.get("body", ""))
        self.tally[f"{method} {answer.status}"] += 1
        return Sent(method, path, body, who, key, answer)

    def deliver(self) -> int:
        """Deliver what waits in the snapshot queue; return how many messages failed."""
        # A moment ahead: messages are held back for as long as a submission takes.
        queue = SqliteQueue(self.world.database, self._snapshots.queue, now=lambda: time.time() + _AHEAD_SECONDS)
        failed = 0
        while messages := queue.receive(_A_BATCH, visibility_seconds=60):
            records = [sqs_record(message, queue.name) for message in messages]
            answer = self._functions[self._snapshots.function]({"Records": records})
            failed += len(answer["batchItemFailures"])
            for message in messages:
                queue.delete(message)
        return failed


def _configured(function: Function) -> Function:
    return replace(function, environment={**function.environment, **ENVIRONMENT})
