"""What the queue says of a waiting version."""

from __future__ import annotations

from dataclasses import replace

from shared.domain.findings import Severity
from shared.domain.glance import Urgency, glance
from shared.domain.version import State
from tests.building import LISTING, version

LIVE = version(State.LIVE, 1)
CANDIDATE = version(State.IN_REVIEW, 2)
assert CANDIDATE.snapshot
SNAPSHOT = CANDIDATE.snapshot


def test_a_first_version_asks_for_some_care() -> None:
    found = glance(version(State.IN_REVIEW, 1), None)
    assert (found.risk, found.live) == (Urgency.MEDIUM, None)


def test_another_host_comes_first() -> None:
    parts = tuple(replace(part, url=f"https://elsewhere.example.net/{part.name}") for part in SNAPSHOT.parts)
    moved = replace(CANDIDATE, snapshot=replace(SNAPSHOT, parts=parts, counts={Severity.WARNING: 3}))
    found = glance(moved, LIVE)
    assert found.risk is Urgency.HIGH
    assert "host" in found.reason


def test_another_sign_in_comes_first_too() -> None:
    listing = replace(LISTING, auth_type="oauth")
    found = glance(replace(CANDIDATE, snapshot=replace(SNAPSHOT, listing=listing)), LIVE)
    assert found.risk is Urgency.HIGH
    assert "sign in" in found.reason


def test_a_warning_asks_for_some_care() -> None:
    warned = replace(CANDIDATE, snapshot=replace(SNAPSHOT, counts={Severity.WARNING: 1}))
    assert glance(warned, LIVE).risk is Urgency.MEDIUM


def test_nothing_is_called_harmless_before_its_documents_are_compared() -> None:
    quiet = replace(CANDIDATE, snapshot=replace(SNAPSHOT, counts={}))
    found = glance(quiet, LIVE)
    assert (found.risk, found.live) == (None, 1)
