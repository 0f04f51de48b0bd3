"""A store in memory that is put back to a moment in no time, and the functions' use cases wired to it.

The embedded store itself, on SQLite in memory and files in a directory: there is no other double.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from functions.resolve import app as resolve
from local.database import Database
from local.events import HttpRequest, write_event
from local.machine import Machine, Ports
from local.routing import Router
from local.template import read_template
from shared.storage.installs import InstallStore
from shared.storage.store import Store
from tests.integration.aws import Web
from tests.proof.composition import use_case

if TYPE_CHECKING:
    from pathlib import Path


class World:
    """The store, and what it was at a moment."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir()
        self.directory = directory
        self.database = Database()
        self.machine = Machine(directory / "objects", self.database)
        self.table = self.machine.table
        self.store = Store(self.table)
        self.installs = InstallStore(self.table)
        self.web = Web()
        self.ports = replace(self.machine.ports(), fetch=self.web, txt=self._txt)
        self._image = Database()
        self._documents: dict[str, bytes] = {}

    def _txt(self, name: str) -> tuple[str, ...]:
        return self.web.txt.get(name, ())

    def keep(self) -> None:
        """Remember the records as they are now. Objects are write-once, so they need no remembering."""
        _copy(self.database, self._image)
        self._documents = dict(self.web.documents)

    def put_back(self) -> None:
        """Make the records again what they were when they were kept."""
        _copy(self._image, self.database)
        self.web.documents = dict(self._documents)

    def close(self) -> None:
        """Close the databases."""
        self.machine.close()
        self._image.close()


def _copy(source: Database, target: Database) -> None:
    with source.reading() as from_connection, target.reading() as to_connection:
        from_connection.backup(to_connection)


@dataclass(frozen=True, slots=True)
class Public:
    """The public routes over some ports, with nothing remembered from before."""

    ports: Ports

    def __call__(self, path: str) -> tuple[int, str]:
        """Return the status and the body of a GET."""
        match = _router().match("GET", path)
        if match is None:
            return 404, ""
        request = HttpRequest("GET", path, "", {"host": "store.example"}, b"", "192.0.2.9", "HTTP/1.1", "proof")
        handler = resolve.build(lambda: use_case("resolve", self.ports))
        answer = handler(write_event(request, match, None), None)
        return answer["statusCode"], answer.get("body", "")


@cache
def _router() -> Router:
    return Router(read_template().routes)
