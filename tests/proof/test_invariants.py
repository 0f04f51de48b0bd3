"""Each invariant is violated by hand, in the store itself, and has to be what is reported."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pytest

from shared.storage.items import plugin_key, version_key
from shared.storage.pointers import pointer_key
from shared.storage.table import REVISION, Item, Key, Put, Query
from tests.proof.history import TODO
from tests.proof.invariants import Watch
from tests.proof.ledger import ViolationError
from tests.proof.scenarios import banned_with_candidate, nearly_full, third_in_review, upgrade_in_review

if TYPE_CHECKING:
    from pathlib import Path

    from tests.proof.history import Prepare
    from tests.proof.theatre import Stages
    from tests.proof.world import World

type Violate = Callable[[World], None]


def write(world: World, key: Key, *, by: int = 1, **changes: object) -> None:
    """Change an item, as if by right: its revision counts on."""
    item = world.table.get(key)
    attributes: Mapping[str, Any] = item.attributes if item else {}
    counted = {REVISION: attributes.get(REVISION, 0) + by}
    world.table.transact([Put(Item(key, {**attributes, **counted, **changes}), None)])  # type: ignore[dict-item]


def live(world: World) -> dict[str, Any]:
    item = world.table.get(pointer_key(TODO))
    assert item
    return dict(item.attributes)


def another_version_is_named(world: World) -> None:
    write(world, pointer_key(TODO), live={**live(world)["live"], "number": 2})


def another_digest_is_live(world: World) -> None:
    write(world, pointer_key(TODO), live={**live(world)["live"], "digest": "sha256:" + "0" * 64})


def two_are_live(world: World) -> None:
    write(world, version_key(TODO, 2), state="live")


def two_are_candidates(world: World) -> None:
    write(world, version_key(TODO, 1), state="in_review")


def a_state_changes_without_an_event(world: World) -> None:
    write(world, version_key(TODO, 2), state="rejected")


def an_event_is_changed(world: World) -> None:
    (event, *_) = world.table.query(Query(f"PLUGIN#{TODO}", "EVENT#")).items
    write(world, event.key, actor="somebody else")


def a_snapshot_is_changed(world: World) -> None:
    write(world, version_key(TODO, 2), snapshot={})


def a_number_is_skipped(world: World) -> None:
    write(world, plugin_key(TODO), last_version=5)


def the_ban_is_gone(world: World) -> None:
    write(world, pointer_key(TODO), ban=None)


def a_place_is_taken_by_nobody(world: World) -> None:
    write(world, Key(f"INSTALLS#{TODO}", "PLACES"), taken=1)
    touch(world)


def a_write_ignores_the_one_before(world: World) -> None:
    write(world, pointer_key(TODO), by=0, touched=True)


def the_schema_has_another_name(world: World) -> None:
    write(world, pointer_key(TODO), live={**live(world)["live"], "schema_name": "openapi.json"})


def an_object_is_gone(world: World) -> None:
    stored(world, "=ai-plugin.json").unlink()
    touch(world)


def an_object_is_changed(world: World) -> None:
    stored(world, "=openapi.yaml").write_bytes(b"openapi: 3.0.1")
    touch(world)


def stored(world: World, name: str) -> Path:
    (path,) = (world.directory / "objects" / "plugins" / TODO / "versions" / "1").rglob(name)
    return path


def touch(world: World) -> None:
    write(world, plugin_key(TODO))


VIOLATIONS: dict[Violate, tuple[Prepare, str]] = {
    another_version_is_named: (upgrade_in_review, "no gap"),
    another_digest_is_live: (upgrade_in_review, "live means approved"),
    two_are_live: (upgrade_in_review, "at most one live version"),
    two_are_candidates: (third_in_review, "at most one candidate"),
    a_state_changes_without_an_event: (upgrade_in_review, "events replay to states"),
    an_event_is_changed: (upgrade_in_review, "events are append-only"),
    a_snapshot_is_changed: (upgrade_in_review, "write once"),
    a_number_is_skipped: (upgrade_in_review, "numbers are never reused"),
    the_ban_is_gone: (banned_with_candidate, "ban wins"),
    a_place_is_taken_by_nobody: (nearly_full, "never 101"),
    a_write_ignores_the_one_before: (upgrade_in_review, "no lost update"),
    the_schema_has_another_name: (upgrade_in_review, "no mix"),
    an_object_is_gone: (upgrade_in_review, "no dangling pointer"),
    an_object_is_changed: (upgrade_in_review, "served bytes hash to what was approved"),
}


@pytest.mark.parametrize("violate", VIOLATIONS)
def test_a_violation_is_reported_as_what_it_is(own_stages: Stages, violate: Violate) -> None:
    prepare, invariant = VIOLATIONS[violate]
    world, told = own_stages[prepare]
    watch = Watch(world, told)
    assert not watch.look()
    violate(world)
    with pytest.raises(ViolationError) as reported:
        watch.look()
    assert reported.value.invariant == invariant
