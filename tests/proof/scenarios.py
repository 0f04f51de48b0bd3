"""What happens at once: who calls what, on which past, and how it may end.

Every scenario is under all invariants at every step; a verdict adds what its own contest demands at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import cast

from shared.domain.access import PLACES
from shared.domain.version import State
from tests.integration.documents import schema
from tests.proof.baton import Ending
from tests.proof.calls import (
    Call,
    approve,
    ban,
    claim,
    deliver,
    digest_of,
    install,
    lift,
    read,
    register,
    reject,
    release,
    republish,
    reviewing_by_two,
    revoke,
    roll_back,
    strike,
    submit,
    submitting_once_a_day,
    uninstall,
    withdraw,
)
from tests.proof.history import MANUAL, SCHEDULED, TODO, History, Prepare
from tests.proof.world import World


@dataclass(frozen=True, slots=True)
class Finale:
    """How it ended: for each call by name, and in the store."""

    endings: Mapping[str, Ending]
    world: World

    def done(self, name: str) -> bool:
        """Tell whether a call succeeded."""
        return self.endings[name].error is None

    @property
    def winners(self) -> list[str]:
        """Name the calls that succeeded."""
        return [name for name in self.endings if self.done(name)]


type Verdict = Callable[[Finale], str]
"""Says what is wrong, or nothing."""


def settled(_finale: Finale) -> str:
    """Any order of the calls is right."""
    return ""


def one_winner(finale: Finale) -> str:
    """Exactly one call takes effect."""
    return "" if len(finale.winners) == 1 else f"{finale.winners} won"


def all_win(finale: Finale) -> str:
    """All calls succeed: none is in another's way, or all are one request."""
    return "" if len(finale.winners) == len(finale.endings) else f"only {finale.winners} won"


def ban_stands(finale: Finale) -> str:
    """The ban succeeds, and holds."""
    return "" if finale.done("ban") and finale.world.store.pointer(TODO).ban else "the ban is gone"


def newest_stands(finale: Finale) -> str:
    """The submission succeeds, and nothing but it is the candidate."""
    last = finale.world.store.plugin(TODO).last_version
    is_open = finale.world.store.version(TODO, last).state is State.SUBMITTED
    return "" if finale.done("submit") and is_open else "the submission is gone"


def one_version_more(finale: Finale) -> str:
    """A request and its repetition submit once."""
    last = finale.world.store.plugin(TODO).last_version
    return all_win(finale) or ("" if last == _SUBMITTED_ONCE else f"there are {last} versions")


def all_win_and_live(finale: Finale) -> str:
    """Neither approval is lost: the first is noted, the second takes effect."""
    return all_win(finale) or ("" if finale.world.store.version(TODO, 2).state is State.LIVE else "it is not live")


def all_win_and_banned(finale: Finale) -> str:
    """Neither ban is lost: the first is noted, the second takes effect."""
    return all_win(finale) or ("" if finale.world.store.pointer(TODO).ban else "it is not banned")


def at_most_all_places(finale: Finale) -> str:
    """The last place goes to one."""
    taken = finale.world.installs.places_taken(TODO)
    return "" if taken == PLACES and len(finale.winners) == 1 else f"{taken} places are taken, by {finale.winners}"


def read_as_one(finale: Finale) -> str:
    """The reader is served, and the schema is that of the manifest."""
    if not finale.done("reader"):
        return "the reader was not served"
    text, schema_text = cast("tuple[str, str]", finale.endings["reader"].value)
    number = int(text.removeprefix("Lists, version ").removesuffix("."))
    return "" if schema_text.encode() == schema(number) else f"{text!r} came with {schema_text!r}"


_SUBMITTED_ONCE = 3


def nothing(_world: World) -> None:
    """Start from an empty store."""


def first_in_review(world: World) -> None:
    """Version 1 is in review."""
    History(world).submit()


def upgrade_in_review(world: World) -> None:
    """Version 1 is live, and version 2 is in review."""
    History(world).submit().approve().submit()


def moved_in_review(world: World) -> None:
    """Version 1 is live, and version 2 comes from another host."""
    History(world).submit().approve().move()


def upgrade_submitted(world: World) -> None:
    """Version 1 is live, and version 2 waits for its snapshot."""
    History(world).submit().approve().submit(pin=False)


def upgrade_approved(world: World) -> None:
    """Version 1 is live, and version 2 waits for its owner to release it."""
    History(world).submit().approve().submit().approve(MANUAL)


def upgrade_scheduled(world: World) -> None:
    """Version 1 is live, and version 2 is due."""
    History(world).submit().approve().submit().approve(SCHEDULED)


def third_in_review(world: World) -> None:
    """Version 1 is superseded, version 2 is live, and version 3 is in review."""
    History(world).submit().approve().submit().approve().submit()


def third_live(world: World) -> None:
    """Versions 1 and 2 are superseded, and version 3 is live."""
    History(world).submit().approve().submit().approve().submit().approve()


def banned_with_candidate(world: World) -> None:
    """Version 1 was live, version 2 is in review, and the plugin is banned."""
    History(world).submit().approve().submit().ban()


def banned_with_release(world: World) -> None:
    """Version 1 was live, version 2 is due, and the plugin is banned."""
    History(world).submit().approve().submit().approve(SCHEDULED).ban()


def nearly_full(world: World) -> None:
    """Version 1 is in review, and one place is left."""
    History(world).submit().install(PLACES - 1)


@dataclass(frozen=True, slots=True)
class Scenario:
    """Some calls at once. `seen` has the digest that each reviewer looked at, by the reviewer's name."""

    name: str
    prepare: Prepare
    calls: tuple[Call, ...]
    verdict: Verdict = settled
    seen: Mapping[str, str] = field(default_factory=dict)


_two_people = partial(approve, build=reviewing_by_two)

PAIRS = (
    Scenario("two approvals", upgrade_in_review, (approve("a", 2), approve("b", 2)), one_winner),
    Scenario("two first approvals", first_in_review, (approve("a", 1), approve("b", 1)), one_winner),
    Scenario("approve x reject", upgrade_in_review, (approve("a", 2), reject("b", 2)), one_winner),
    Scenario("approve x ban", upgrade_in_review, (approve("a", 2), ban()), ban_stands),
    Scenario("approve for later x ban", upgrade_in_review, (approve("a", 2, release=MANUAL), ban()), ban_stands),
    Scenario("approve x newer submission", upgrade_in_review, (approve("a", 2), submit()), newest_stands),
    Scenario("approve x withdraw", upgrade_in_review, (approve("a", 2), withdraw("b", 2)), one_winner),
    Scenario("approve x claim", upgrade_in_review, (approve("a", 2), claim("b", 2))),
    Scenario("approve x rollback", third_in_review, (approve("a", 3), roll_back("b", 1)), all_win),
    Scenario(
        "one who saw something else x one who saw it",
        upgrade_in_review,
        (approve("a", 2, seen=1), approve("b", 2)),
        one_winner,
        seen={"a": digest_of(1)},
    ),
    Scenario("reject x newer submission", upgrade_in_review, (reject("a", 2), submit()), newest_stands),
    Scenario("reject x withdraw", upgrade_in_review, (reject("a", 2), withdraw("b", 2)), one_winner),
    Scenario("two claims", upgrade_in_review, (claim("a", 2), claim("b", 2)), one_winner),
    Scenario("two submissions", upgrade_in_review, (submit("submit"), submit("again")), all_win),
    Scenario("submit x withdraw", upgrade_in_review, (submit(), withdraw("b", 2)), newest_stands),
    Scenario("submit x ban", upgrade_in_review, (submit(), ban()), ban_stands),
    Scenario("two owners of one id", nothing, (register("a"), register("b")), one_winner),
    Scenario(
        "registered twice under one key",
        nothing,
        (register("a", by="owner", key="k"), register("b", by="owner", key="k")),
        all_win,
    ),
    Scenario(
        "submitted twice under one key",
        upgrade_in_review,
        (submit("submit", key="k"), submit("again", key="k")),
        one_version_more,
    ),
    Scenario(
        "approved twice under one key",
        upgrade_in_review,
        (approve("a", 2, by="r", key="k"), approve("b", 2, by="r", key="k")),
        all_win,
    ),
    Scenario("two releases", upgrade_approved, (release("a", 2), release("b", 2)), one_winner),
    Scenario("release x ban", upgrade_approved, (release("a", 2), ban()), ban_stands),
    Scenario("release x newer submission", upgrade_approved, (release("a", 2), submit()), newest_stands),
    Scenario("release x withdraw", upgrade_approved, (release("a", 2), withdraw("b", 2)), one_winner),
    Scenario("release x revoke", upgrade_approved, (release("a", 2), revoke("b", 2, rollback_to=1))),
    Scenario("the clock strikes twice", upgrade_scheduled, (strike("a", 2), strike("b", 2)), all_win),
    Scenario("the clock x release", upgrade_scheduled, (strike("a", 2), release("b", 2))),
    Scenario("the clock x ban", upgrade_scheduled, (strike("a", 2), ban()), ban_stands),
    Scenario("the clock x newer submission", upgrade_scheduled, (strike("a", 2), submit()), newest_stands),
    Scenario("the clock x withdraw", upgrade_scheduled, (strike("a", 2), withdraw("b", 2))),
    Scenario("the clock x lift", banned_with_release, (strike("a", 2), lift())),
    Scenario("two rollbacks", third_live, (roll_back("a", 1), roll_back("b", 2))),
    Scenario("rollback x ban", third_live, (roll_back("a", 1), ban()), ban_stands),
    Scenario("rollback x revoke", third_live, (roll_back("a", 1), revoke("b", 1))),
    Scenario("rollback x revoke of what is live", third_live, (roll_back("a", 1), revoke("b", 3, rollback_to=2))),
    Scenario("two bans", upgrade_in_review, (ban("ban"), ban("again")), one_winner),
    Scenario("two lifts", banned_with_candidate, (lift("lift"), lift("again")), one_winner),
    Scenario("lift x approve", banned_with_candidate, (lift(), approve("a", 2))),
    Scenario("two deliveries", upgrade_submitted, (deliver("a", 2), deliver("b", 2)), all_win),
    Scenario("snapshot x newer submission", upgrade_submitted, (deliver("a", 2), submit()), newest_stands),
    Scenario("snapshot x withdraw", upgrade_submitted, (deliver("a", 2), withdraw("b", 2)), all_win),
    Scenario(
        "two people approve a move to another host",
        moved_in_review,
        (_two_people("a", 2, seen=0), _two_people("b", 2, seen=0)),
        all_win_and_live,
    ),
    Scenario("one person of two x ban", moved_in_review, (_two_people("a", 2, seen=0), ban()), ban_stands),
    Scenario(
        "two people ban what many have installed",
        nearly_full,
        (ban("ban", build=reviewing_by_two), ban("again", build=reviewing_by_two)),
        all_win_and_banned,
    ),
    Scenario(
        "two submissions where one is left",
        upgrade_in_review,
        (submit("submit", build=submitting_once_a_day), submit("again", build=submitting_once_a_day)),
        one_winner,
    ),
    Scenario("two take the last place", nearly_full, (install("a"), install("b")), at_most_all_places),
    Scenario("somebody takes it twice", nearly_full, (install("a", by="x"), install("b", by="x")), all_win),
    Scenario("install x uninstall", nearly_full, (install("a"), uninstall("b", by="tester-0")), all_win),
    Scenario("install x approve", nearly_full, (install("a"), approve("b", 1)), all_win),
    Scenario("install x ban", nearly_full, (install("a"), ban()), ban_stands),
)
"""Two calls at once: every schedule of each."""

CROWDS = (
    Scenario(
        "approve x approve x ban x submit x rollback",
        third_in_review,
        (approve("a", 3), approve("b", 3), ban(), submit(), roll_back("c", 1)),
    ),
    Scenario(
        "approve what was seen before x newer snapshot x withdraw",
        upgrade_submitted,
        (approve("a", 2, seen=1), deliver("worker", 2), withdraw("b", 2)),
        seen={"a": digest_of(1)},
    ),
    Scenario("two approvals x newer submission", upgrade_in_review, (approve("a", 2), approve("b", 2), submit())),
    Scenario(
        "a reader x approve x rollback",
        third_in_review,
        (read("reader"), approve("a", 3), roll_back("b", 1)),
        read_as_one,
    ),
    Scenario(
        "approve x reject x withdraw",
        upgrade_in_review,
        (approve("a", 2), reject("b", 2), withdraw("c", 2)),
        one_winner,
    ),
    Scenario("approve x ban x lift", upgrade_in_review, (approve("a", 2), ban(), lift())),
    Scenario("rollback x approve x ban", third_in_review, (roll_back("a", 1), approve("b", 3), ban()), ban_stands),
    Scenario("the clock x ban x newer submission", upgrade_scheduled, (strike("a", 2), ban(), submit()), ban_stands),
    Scenario("release x ban x newer submission", upgrade_approved, (release("a", 2), ban(), submit()), ban_stands),
    Scenario("revoke x rollback x approve", third_in_review, (revoke("a", 1), roll_back("b", 1), approve("c", 3))),
    Scenario("the clock x release x lift", banned_with_release, (strike("a", 2), release("b", 2), lift())),
    Scenario(
        "two deliveries while the documents change",
        upgrade_submitted,
        (deliver("a", 2), deliver("b", 2), republish("host", 3)),
    ),
    Scenario("three for the last place", nearly_full, (install("a"), install("b"), install("c")), at_most_all_places),
    Scenario("install x install x approve x ban", nearly_full, (install("a"), install("b"), approve("c", 1), ban())),
)
"""Three calls or more at once: schedules drawn by lot."""
