"""What happened before: done one after the other, by the same use cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from functions.review.use_case import Keeper
from shared.domain.access import Kind, Person
from shared.domain.commands import Command
from shared.domain.identity import PluginId, Subject, digest_of_bytes
from shared.domain.installs import Channel
from shared.domain.version import Release, ReleaseMode
from tests.integration.documents import MANIFEST_URL, manifest, publish, schema
from tests.proof.composition import START, fixed, use_case

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.domain.identity import Digest
    from tests.proof.world import World

TODO = PluginId("todo")
OWNER = Subject("owner")
PAST_REVIEWER = Subject("past-reviewer")
AT_ONCE = Release()
MANUAL = Release(ReleaseMode.MANUAL)
DUE = START + timedelta(minutes=30)
"""The moment that scheduled releases are set for: all histories are over by then, and no call has begun."""
SCHEDULED = Release(ReleaseMode.SCHEDULED, DUE)

_ELSEWHERE = "https://lists.example.org"
_ELSEWHERE_MANIFEST = f"{_ELSEWHERE}/.well-known/ai-plugin.json"
_ELSEWHERE_SCHEMA = f"{_ELSEWHERE}/openapi.yaml"

type Prepare = Callable[[World], None]


def documents_elsewhere() -> dict[str, bytes]:
    """Return the documents of a plugin that has moved to another host, by their URLs."""
    api = {"type": "openapi", "url": _ELSEWHERE_SCHEMA}
    links = {"logo_url": f"{_ELSEWHERE}/logo.png", "legal_info_url": f"{_ELSEWHERE}/legal"}
    servers = f"servers: [{{url: '{_ELSEWHERE}'}}]\n"
    return {
        _ELSEWHERE_MANIFEST: manifest("Lists, elsewhere.", api=api, contact_email="a@lists.example.org", **links),
        _ELSEWHERE_SCHEMA: schema(1, servers=servers),
    }


class History:
    """Brings a world forward, a second a step."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._calls = 0

    def submit(self, *, pin: bool = True) -> History:
        """Submit the next version, and take its snapshot unless told otherwise."""
        number = self._newest() + 1
        publish(self._world.web, number)
        submission, command = self._call("submission", OWNER)
        if number == 1:
            submission.register(command, manifest_url=MANIFEST_URL, wished_id=TODO)
        else:
            submission.submit(command, TODO, manifest_url=None)
        return self.pin() if pin else self

    def move(self) -> History:
        """Submit the next version from another host, and take its snapshot."""
        self._world.web.documents |= documents_elsewhere()
        submission, command = self._call("submission", OWNER)
        submission.submit(command, TODO, manifest_url=_ELSEWHERE_MANIFEST)
        return self.pin()

    def pin(self) -> History:
        """Take the snapshot of the newest version."""
        snapshot, _ = self._call("snapshot", OWNER)
        snapshot.take(TODO, self._newest(), asked_at=START)
        return self

    def approve(self, release: Release = AT_ONCE) -> History:
        """Approve the newest version."""
        review, command = self._call("review", PAST_REVIEWER)
        number = self._newest()
        review.approve(command, TODO, number, digest=self._digest(number), note="", release=release)
        return self

    def ban(self) -> History:
        """Ban the plugin."""
        review, command = self._call("review", PAST_REVIEWER)
        review.ban(command, TODO, reason="bad")
        return self

    def roll_back(self, number: int) -> History:
        """Make an earlier version live again."""
        review, command = self._call("review", PAST_REVIEWER)
        review.roll_back(Keeper(command, keeps_all=True), TODO, number, reason="worse")
        return self

    def install(self, people: int) -> History:
        """Let so many developers install the plugin."""
        access, _ = self._call("access", OWNER)
        for number in range(people):
            person = Person(Subject(f"tester-{number}"), frozenset({Kind.DEVELOPER}))
            access.access.install(person, TODO, Channel.PREVIEW)
        return self

    def _digest(self, number: int) -> Digest | None:
        return self._world.store.version(TODO, number).digest

    def _newest(self) -> int:
        with self._world.database.reading() as connection:
            query = "SELECT count(*) FROM items WHERE pk = 'PLUGIN#todo' AND sk LIKE 'VERSION#%'"
            return int(connection.execute(query).fetchone()[0])

    def _call(self, package: str, subject: Subject) -> tuple[Any, Command]:
        self._calls += 1
        name = f"{package} {self._calls}"
        digest = digest_of_bytes(name.encode())
        clock = fixed(START + timedelta(seconds=self._calls))
        ports = replace(self._world.ports, clock=clock, entropy=lambda size: digest.encode()[-size:])
        return use_case(package, ports), Command(subject, digest)
