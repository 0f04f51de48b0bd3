"""Random histories over the HTTP surface, compared with the model after every request."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from shared.domain.ports import PageRequest
from tests.integration.aws import DEVELOPER, OTHER_DEVELOPER, REVIEWER, Person
from tests.integration.documents import MANIFEST_URL, manifest, publish, schema
from tests.proof.calls import digest_of
from tests.proof.composition import BASE_URL
from tests.proof.invariants import Watch
from tests.proof.model import BROKEN, CONFLICT, DONE, PLACES, TAKEN_IN, Model
from tests.proof.surface import Sent, Surface
from tests.proof.tampering import untouched
from tests.proof.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.proof.tampering import Wrap

_TODO = "/v1/plugins/todo"
EXAMPLES = 500
STEPS = 60
_CROWD = 60
_CONTENTS = 3
numbers = st.integers(1, 6)
contents = st.integers(1, _CONTENTS)
channels = st.sampled_from(["live", "preview"])


def tester(number: int) -> Person:
    """Return one of many developers who try plugins."""
    return Person(f"tester-{number}", "standfast/use", "developers")


def user(number: int) -> Person:
    """Return one of many who may use approved plugins."""
    return Person(f"user-{number}", "standfast/use", "plus")


class StoreMachine(RuleBasedStateMachine):
    """One plugin's life, at random."""

    surface: Surface

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.last: Sent | None = None
        self.testers = 0

    @initialize(versions=st.integers(0, 3))
    def begin(self, versions: int) -> None:
        """Start from an empty store, or with some versions approved: by lot alone, few histories would get that far."""
        self.surface.world.put_back()
        publish(self.surface.world.web, self.model.documents)
        self.watch = Watch(self.surface.world)
        for _ in range(versions):
            self.submit() if self.model.exists else self.register()
            self.take_snapshots()
            self.approve_the_candidate(at_once=True)

    @rule(number=st.integers(BROKEN, _CONTENTS))
    def publish(self, number: int) -> None:
        """The publisher's host gets other documents."""
        self.model.documents = number
        if number == BROKEN:
            self.surface.world.web.documents[MANIFEST_URL] = b"{not json"
        else:
            publish(self.surface.world.web, number)

    @rule()
    def register(self) -> None:
        """The owner registers the plugin."""
        body = {"manifest_url": MANIFEST_URL, "plugin_id": "todo"}
        self._post("/v1/plugins", body, DEVELOPER, self.model.register())

    @precondition(lambda self: self.model.exists)
    @rule()
    def register_what_is_taken(self) -> None:
        """Somebody else wants the same id."""
        body = {"manifest_url": MANIFEST_URL, "plugin_id": "todo"}
        self._post("/v1/plugins", body, OTHER_DEVELOPER, CONFLICT)

    @rule()
    def submit(self) -> None:
        """The owner submits an upgrade."""
        self._post(f"{_TODO}/versions", {}, DEVELOPER, self.model.submit())

    @rule()
    def take_snapshots(self) -> None:
        """The worker empties the queue."""
        assert self.surface.deliver() == 0
        self.model.snapshot()

    @precondition(lambda self: self.model.candidate in self.model.contents)
    @rule(at_once=st.booleans())
    def approve_the_candidate(self, *, at_once: bool) -> None:
        """A reviewer approves what is there."""
        number = self.model.candidate or 0
        self._approve(number, self.model.contents[number], at_once=at_once)

    @rule(number=numbers, seen=contents, at_once=st.booleans())
    def approve_anything(self, number: int, seen: int, *, at_once: bool) -> None:
        """A reviewer approves whatever they may have seen."""
        self._approve(number, seen, at_once=at_once)

    def _approve(self, number: int, seen: int, *, at_once: bool) -> None:
        body = {"digest": digest_of(seen), "release": "immediate" if at_once else "manual"}
        expected = self.model.approve(number, seen, at_once=at_once)
        self._post(f"{_TODO}/versions/{number}/approve", body, REVIEWER, expected)

    @rule(number=numbers, seen=contents)
    def reject(self, number: int, seen: int) -> None:
        """A reviewer rejects whatever they may have seen."""
        body = {"digest": digest_of(seen), "reasons": [{"code": "other", "detail": "Say more."}]}
        self._post(f"{_TODO}/versions/{number}/reject", body, REVIEWER, self.model.reject(number, seen))

    @rule(number=numbers)
    def withdraw(self, number: int) -> None:
        """The owner withdraws a version."""
        self._post(f"{_TODO}/versions/{number}/withdraw", {}, DEVELOPER, self.model.withdraw(number))

    @rule(number=numbers)
    def release(self, number: int) -> None:
        """The owner releases a version."""
        self._post(f"{_TODO}/versions/{number}/release", {}, DEVELOPER, self.model.release(number))

    @rule(number=numbers)
    def roll_back(self, number: int) -> None:
        """A reviewer goes back to a version."""
        body = {"version": number, "reason": "worse"}
        self._post(f"{_TODO}/rollback", body, REVIEWER, self.model.roll_back(number))

    @rule(number=numbers, to=st.none() | numbers)
    def revoke(self, number: int, to: int | None) -> None:
        """A reviewer revokes a version."""
        body = {"reason": "bad", "rollback_to": to}
        self._post(f"{_TODO}/versions/{number}/revoke", body, REVIEWER, self.model.revoke(number, to))

    @rule()
    def ban(self) -> None:
        """A reviewer bans the plugin."""
        self._post(f"{_TODO}/ban", {"reason": "bad"}, REVIEWER, self.model.ban())

    @rule()
    def lift_the_ban(self) -> None:
        """A reviewer lifts the ban."""
        self._post(f"{_TODO}/lift-ban", {"reason": "good"}, REVIEWER, self.model.lift())

    @precondition(lambda self: self.last is not None)
    @rule()
    def repeat(self) -> None:
        """A client did not hear the last answer, and asks again under the same key."""
        last = self.last
        assert last
        again = self.surface.send(last.method, last.path, last.body, who=last.who, key=last.key)
        assert (again.answer.status, again.answer.text) == (last.answer.status, last.answer.text)

    @rule(number=st.integers(1, PLACES + 5), channel=channels)
    def install(self, number: int, channel: str) -> None:
        """A developer installs the plugin."""
        self._install(tester(number), channel, is_developer=True)

    @rule(number=st.integers(1, 3), channel=channels)
    def install_as_user(self, number: int, channel: str) -> None:
        """Somebody with plugin access installs the plugin."""
        self._install(user(number), channel, is_developer=False)

    @rule()
    def install_in_a_crowd(self) -> None:
        """Many developers install the plugin."""
        for number in range(self.testers + 1, self.testers + _CROWD + 1):
            self._install(tester(number), "preview", is_developer=True)
        self.testers += _CROWD

    @rule(number=st.integers(1, PLACES + 5))
    def uninstall(self, number: int) -> None:
        """A developer uninstalls the plugin."""
        person = tester(number)
        sent = self.surface.send("DELETE", f"{_TODO}/installs/me", who=person)
        assert sent.answer.status == self.model.uninstall(person.subject), sent

    def _install(self, person: Person, channel: str, *, is_developer: bool) -> None:
        expected = self.model.install(person.subject, channel, is_developer=is_developer)
        sent = self.surface.send("PUT", f"{_TODO}/installs/me", {"channel": channel}, who=person)
        assert sent.answer.status == expected, sent

    def _post(self, path: str, body: dict[str, Any], who: Person, expected: int) -> None:
        sent = self.surface.send("POST", path, body, who=who)
        assert sent.answer.status == expected, (sent, self.model)
        if sent.answer.status in {DONE, TAKEN_IN}:
            self.last = sent

    @invariant()
    def the_store_keeps_its_invariants(self) -> None:
        """Whatever the model says, nothing may contradict itself."""
        self.watch.look()

    @invariant()
    def the_public_gets_what_was_approved(self) -> None:
        """Ban wins, live implies approved, and the bytes are those that were seen."""
        answer = self.surface.send("GET", "/plugins/todo/.well-known/ai-plugin.json").answer
        assert answer.status == self.model.public_status, self.model
        if answer.status != DONE or self.model.live is None:
            return
        seen = self.model.approved[self.model.live]
        pinned = json.loads(manifest(f"Lists, version {seen}."))
        path = f"/plugins/todo/versions/{self.model.live}/openapi.yaml"
        assert answer.json == {**pinned, "api": {**pinned["api"], "url": BASE_URL + path}}
        assert self.surface.send("GET", path).answer.text.encode() == schema(seen)

    @invariant()
    def everybody_is_told_the_state(self) -> None:
        """Status, live version and candidate are the model's."""
        told = self.surface.send("GET", _TODO, who=DEVELOPER).answer
        assert (told.status == DONE) == self.model.exists
        if not self.model.exists:
            return
        shown = [told.json[each]["version"] if told.json[each] else None for each in ("live", "candidate")]
        assert [told.json["status"], *shown] == [self.model.status, self.model.live, self.model.candidate]
        states = {
            each.number: str(each.state) for each in self._records.versions("todo", PageRequest(limit=100)).records
        }
        assert states == self.model.states

    @invariant()
    def every_transition_has_one_event(self) -> None:
        """Neither more nor fewer."""
        told = self._records.events("todo", PageRequest(limit=1000)).records
        assert Counter((str(each.type), each.version) for each in told) == Counter(self.model.events)

    @invariant()
    def access_is_that_of_the_table(self) -> None:
        """Never 101, and nobody may use what is banned."""
        taken = self.surface.world.installs.places_taken("todo")
        assert taken == self.model.places <= PLACES
        if self.model.exists:
            told = self.surface.send("GET", f"{_TODO}/entitlement", who=tester(1)).answer
            assert told.json["allowed"] == self.model.may_use("tester-1"), (told.text, self.model)

    @property
    def _records(self) -> Any:  # noqa: ANN401 - the store
        return self.surface.world.store


def run(machine: type[StoreMachine], *, examples: int, steps: int, phases: Sequence[Phase] = tuple(Phase)) -> None:
    """Run histories. Raises AssertionError, or a group of them, where one goes otherwise than the model."""
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        phases=phases,
        suppress_health_check=tuple(HealthCheck),
        database=None,
        deadline=None,
    )
    run_state_machine_as_test(machine, settings=chosen)


@contextmanager
def machine(wrap: Wrap = untouched) -> Iterator[type[StoreMachine]]:
    """Make a machine over a store of its own."""
    with tempfile.TemporaryDirectory() as directory:
        world = World(Path(directory) / "world")
        world.keep()
        surface = Surface(world, wrap)
        yield type("StoreMachineOverAStore", (StoreMachine,), {"surface": surface})
        world.close()
