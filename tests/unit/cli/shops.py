"""A whole store of one machine in this process, and people who work on it with the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from typer.testing import CliRunner

from cli.main import app
from cli.store.transport import Answer
from cli.store.world import World
from local.authorizer import Authorizer
from local.events import HttpRequest
from local.functions import load_functions
from local.gateway import Api, Gateway
from local.machine import Machine
from local.sign_in import SignInPages
from local.tokens import signing_key, write_people
from local.worker import QueueWork
from tests.integration.aws import Web, deployed
from tests.integration.documents import HOST, MANIFEST_URL, publish
from tests.unit.cli.plugins import Ended

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

ORIGIN = "http://127.0.0.1:8080"
__all__ = ["HOST", "MANIFEST_URL", "ORIGIN", "Shop", "opened", "publish"]


class Shop:
    """A store. Its snapshot worker runs whenever somebody waits."""

    def __init__(self, data: Path) -> None:
        template = deployed(PublicBaseUrl=ORIGIN, LoginUrl=ORIGIN)
        key = signing_key(data)
        self.data = data
        self.tokens_file = write_people(data, key)
        self.tokens: Mapping[str, str] = json.loads(self.tokens_file.read_text())
        self.web = Web()
        self.machine = Machine.at(data)
        ports = replace(self.machine.ports(), fetch=self.web)
        functions = load_functions(template.functions, ports)
        pages = SignInPages(key, ORIGIN)
        authorizer = Authorizer(key.private_key.public_key(), key.key_id)
        self.gateway = Gateway(Api(template.routes, functions, authorizer, pages))
        (snapshots,) = (each for each in template.queues if "Snapshot" in each.queue)
        self._snapshots = QueueWork(snapshots, functions[snapshots.function], self.machine.queue(snapshots.queue))
        self.requests: list[tuple[str, str, Mapping[str, str]]] = []

    def send(self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None) -> Answer:
        """Take a request as the network would bring it: the `Transport` of a command."""
        parts = urlsplit(url)
        self.requests.append((method, parts.path, headers))
        request = HttpRequest(
            method, parts.path, parts.query, {"host": parts.netloc, **headers}, body or b"", "127.0.0.1", "HTTP/1.1"
        )
        answer = self.gateway.answer_here(request)
        return Answer(answer.status, {name.lower(): value for name, value in answer.headers}, answer.body)

    def work(self) -> None:
        """Take snapshots until none waits."""
        queue = self.machine.queue(self._snapshots.source.queue)
        with self.machine.database.writing() as connection:
            connection.execute("UPDATE messages SET due = 0 WHERE queue = ?", (queue.name,))
        while queue.waiting():
            self._snapshots()

    def close(self) -> None:
        """Close the store."""
        self.gateway.close()
        self.machine.close()

    def person(self, name: str, config: Path, **changes: Any) -> Person:  # noqa: ANN401 - parts of a world
        """Return somebody who has a token of this store in their environment; "" is somebody without one."""
        token = {"STANDFAST_TOKEN": self.tokens[name]} if name else {}
        environment = {"STANDFAST_STORE": ORIGIN, "STANDFAST_CONFIG": str(config), **token}
        return Person(self, World(**{**_world(self, environment), **changes}))


def _world(shop: Shop, environment: Mapping[str, str]) -> dict[str, Any]:
    time = Time(shop.work)
    return {
        "send": shop.send,
        "environment": environment,
        "keyring": lambda: None,
        "open_browser": lambda _: False,
        "is_interactive": lambda: False,
        "monotonic": lambda: time.seconds,
        "sleep": time.sleep,
    }


@dataclass(slots=True)
class Time:
    """Time that passes when somebody sleeps; the store works meanwhile."""

    work: Callable[[], None]
    seconds: float = 0.0
    naps: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        """Let some time pass."""
        self.seconds += seconds
        self.naps.append(seconds)
        self.work()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in front of a machine."""

    shop: Shop
    world: World

    def run(self, *arguments: object, typed: str = "") -> Ended:
        """Run `standfast` with some arguments."""
        ended = CliRunner().invoke(
            app, [str(each) for each in arguments], obj=self.world, input=typed, catch_exceptions=False
        )
        return Ended(ended.exit_code, ended.stdout, ended.stderr)

    def with_environment(self, **variables: str) -> Person:
        """Return them with more variables in their environment; "" takes one away."""
        changed = {**self.world.environment, **variables}
        kept = {name: value for name, value in changed.items() if value}
        return replace(self, world=replace(self.world, environment=kept))


@contextmanager
def opened(data: Path) -> Iterator[Shop]:
    """Open a store in a directory."""
    shop = Shop(data)
    try:
        yield shop
    finally:
        shop.close()
