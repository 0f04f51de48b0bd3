"""What happens to a schema that varies: pure decisions, and what the pointer says of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from shared.domain import lifecycle, varying
from shared.domain.events import EventType
from shared.domain.identity import digest_of_bytes
from shared.domain.lifecycle import Standing
from shared.domain.plugin import CurrentDocument, Move, Pointer
from shared.domain.version import Dynamic, Release, SchemaMode, State
from tests.building import NOON, REVIEWER, TODO, digest, occasion, plugin, version

OLD, NEW = digest_of_bytes(b"old"), digest_of_bytes(b"new")
DYNAMIC = Dynamic(digest_of_bytes(b"envelope"), 60)
LATER = timedelta(hours=1)


def current(revision: int = 3) -> CurrentDocument:
    return CurrentDocument(TODO, 1, "openapi.yaml", OLD, OLD, OLD, NOON, revision=revision)


def test_a_refresh_serves_the_newer_document_from_now_on_and_tells_both_digests() -> None:
    before, live = current(), version(State.LIVE)
    transition = varying.refresh(live, before, replace(before, served=NEW), occasion(after=LATER))
    assert transition.current == replace(before, served=NEW, since=NOON + LATER, revision=4)
    (event,) = transition.events
    assert (event.type, event.version, event.digest) == (EventType.SCHEMA_REFRESHED, 1, live.digest)
    assert event.detail == {"from": OLD, "to": NEW}
    assert transition.pointer is None


def test_leaving_is_noted_once_and_changes_nothing_that_is_served() -> None:
    live = version(State.LIVE)
    left = varying.leave(live, current(), pointer="", because="It is no YAML.", occasion=occasion())
    assert left
    assert left.current
    assert left.current == replace(current(), left_at=NOON, revision=4)
    assert left.events[0].detail == {"pointer": "the top", "because": "It is no YAML."}
    assert varying.leave(live, left.current, pointer="", because="", occasion=occasion()) is None


def test_coming_back_is_noted_once() -> None:
    live, outside = version(State.LIVE), replace(current(), left_at=NOON)
    back = varying.reenter(live, outside, occasion())
    assert back
    assert back.current == current(revision=4)
    assert varying.reenter(live, current(), occasion()) is None


def test_a_refresh_brings_back_what_had_left() -> None:
    outside = replace(current(), left_at=NOON)
    transition = varying.refresh(version(State.LIVE), outside, replace(outside, served=NEW), occasion())
    assert transition.current
    assert transition.current.left_at is None


def test_the_pointer_says_which_versions_vary_and_forgets_what_is_revoked() -> None:
    varies = replace(version(State.IN_REVIEW), dynamic=DYNAMIC)
    approved = lifecycle.approve(
        varies,
        Standing(Pointer(TODO), None),
        digest=digest(varies),
        note="",
        release=Release(),
        occasion=occasion(REVIEWER),
    )
    pointer = approved.pointer
    assert pointer
    assert pointer.live
    assert (pointer.dynamic, pointer.live.refresh_minutes) == ({1: "openapi.yaml"}, 60)
    live, fallback = approved.versions[0], version(State.SUPERSEDED, 2)
    revoked = lifecycle.revoke(
        live, Standing(pointer, live), fallback=fallback, reason="Bad.", occasion=occasion(REVIEWER)
    ).pointer
    assert revoked
    assert revoked.live
    assert (revoked.dynamic, revoked.live.refresh_minutes) == ({}, 0)


def test_an_upgrade_varies_only_where_it_says_so() -> None:
    newest = replace(version(State.LIVE), dynamic=DYNAMIC)
    plain, said = (
        lifecycle.submit_upgrade(
            plugin(), newest, Pointer(TODO), manifest_url=newest.manifest_url, occasion=occasion(), dynamic=dynamic
        )
        for dynamic in (None, DYNAMIC)
    )
    assert [each.versions[0].schema_mode for each in (plain, said)] == [SchemaMode.STATIC, SchemaMode.DYNAMIC]
    assert [each.events[-1].detail.get("schema_mode") for each in (plain, said)] == [None, "dynamic"]


def test_moves_of_pointer_and_document_are_told_apart() -> None:
    assert {Move("todo", 1).reference, Move("todo", 1, 1).reference, Move("todo", 1, 2).reference} == {
        "todo/1",
        "todo/v1/1",
        "todo/v2/1",
    }
