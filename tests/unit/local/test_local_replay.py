"""What the replay makes of what it sees: readers' polls, reports, looks at origins, and the plugin that varies."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from local.client import Reply
from local.reader import Poll
from local.replay.history import Edition, History
from local.replay.ledger import Judge, Ledger
from local.replay.origins import DriftFigures
from local.replay.upgrades import Upgrades
from local.replay.varying import HOST, REVIEWED, Varying
from shared.domain.drift import Origin, OriginState
from shared.domain.identity import Digest, PluginId
from tests.building import NOON

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST: dict[str, Any] = {"name_for_model": "w", "api": {"type": "openapi", "url": "https://w.example/openapi.yaml"}}
SCHEMA = b"openapi: 3.0.1\nservers: [{url: /api}]\npaths: {}\n"


def edition(schema: bytes = SCHEMA, number: int = 1, **changes: object) -> Edition:
    return Edition("w.example", number, json.dumps(MANIFEST | changes).encode(), schema)


def ledger(*, approved_at: float = 0.5) -> Ledger:
    """Return one that knows of three versions, the second of which is approved."""
    return Ledger(
        editions={("w", number): edition() for number in (1, 2, 3)},
        plugin_of={"w.example": "w"},
        approved={"w": ((0.0, 1), (approved_at, 2))},
        approving={"w": 2},
    )


def reply(body: bytes) -> Reply:
    return Reply(200, {}, body, 0.001)


def judged(served_manifest: dict[str, Any], served_schema: bytes, version: int, known: Ledger | None = None) -> str:
    path = f"/plugins/w/versions/{version}/openapi.yaml"
    seen = Poll("w", 1.0, 1.1, reply(json.dumps(served_manifest).encode()), path, reply(served_schema))
    return Judge(known or ledger())(seen)


def test_documents_of_the_approved_version_are_fine_whatever_their_served_form() -> None:
    served = {**MANIFEST, "api": {"type": "openapi", "url": "http://127.0.0.1/plugins/w/versions/2/openapi.yaml"}}
    assert judged(served, SCHEMA, 2) == ""
    assert judged(served, SCHEMA.replace(b"/api", b"https://w.example/api"), 2) == ""


def test_another_version_s_documents_are_noticed() -> None:
    assert "while 2 was approved" in judged(MANIFEST, SCHEMA, 1)
    assert "nobody submitted" in judged(MANIFEST, SCHEMA, 4)
    assert "manifest" in judged({**MANIFEST, "name_for_model": "v"}, SCHEMA, 2)
    assert "schema" in judged(MANIFEST, SCHEMA + b"info: {}\n", 2)


def test_an_approval_that_was_answered_during_the_poll_binds_nobody() -> None:
    assert "while" in judged(MANIFEST, SCHEMA, 1, ledger(approved_at=0.9))
    assert [judged(MANIFEST, SCHEMA, version, ledger(approved_at=1.05)) for version in (1, 2)] == ["", ""]


def test_a_version_that_is_served_before_anything_approved_it_is_noticed_in_the_end() -> None:
    known = ledger()
    assert judged(MANIFEST, SCHEMA, 3, known) == ""
    assert known.unaccounted == ["w: version 3 unapproved"]
    known.let_through["w", 3] = "same"
    assert known.unaccounted == []


def test_of_a_dynamic_plugin_yesterday_s_schema_and_today_s_are_fine_and_no_other() -> None:
    known = ledger()
    today = SCHEMA + b"info: {title: today}\n"
    assert "schema" in judged(MANIFEST, today, 2, known)
    known.varying["w"] = [edition(today)]
    assert [judged(MANIFEST, schema, 2, known) for schema in (SCHEMA, today)] == ["", ""]
    assert "schema" in judged(MANIFEST, SCHEMA + b"info: {title: never}\n", 2, known)


def test_changes_of_a_day_are_those_that_were_not_known() -> None:
    history = History((), None)  # type: ignore[arg-type]
    assert list(history.changes({"a": 1, "b": 2, "c": 1}, {"a": 1, "b": 1})) == [("b", 2), ("c", 1)]


def test_a_version_without_schema_is_left_out(tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / "h" / f"{number:02}").mkdir(parents=True)
        (tmp_path / "h" / f"{number:02}" / "ai-plugin.json").write_text(json.dumps({"api": {"url": "/x.json?v=1"}}))
    (tmp_path / "h" / "02" / "openapi.json").write_text("{}")
    history = History((), tmp_path)
    assert history.edition("h", 1) is None
    found = history.edition("h", 2)
    assert found is not None
    assert (found.schema_host, found.schema_path) == ("h", "/x.json")


# ---------------------------------------------------------------------------------------------------------- upgrades


def described(text: str, **operation: object) -> bytes:
    """Return a schema with one operation, which says this of itself."""
    responses = {"200": {"description": "ok"}}
    get = {"operationId": "list", "description": text, "responses": responses, **operation}
    return json.dumps(
        {"openapi": "3.0.1", "info": {"title": "t", "version": "1"}, "paths": {"/x": {"get": get}}}
    ).encode()


def test_changes_are_counted_by_lane_and_upgrades_of_texts_alone_are_found() -> None:
    upgrades = Upgrades()
    upgrades.note(edition(described("a")), edition(described("b")))
    upgrades.note(edition(described("a")), edition(described("a", deprecated=True)))
    upgrades.note(edition(described("a")), edition(described("a"), name_for_human="W"))
    assert (upgrades.count, upgrades.only_texts, upgrades.missed) == (3, 1, [])
    assert upgrades.lanes == {"model_text": 1, "contract": 1, "listing": 1}


@pytest.mark.parametrize("told", [[], ["contract"], ["model_text", "model_text"]])
def test_a_report_that_tells_something_else_is_disputed(told: list[str]) -> None:
    upgrades = Upgrades()
    changes = [{"lane": lane, "old_pointer": "/schema/paths", "new_pointer": None} for lane in told]
    upgrades.compare([{"against": "live", "changes": changes}], edition(described("a")), edition(described("b")))
    assert len(upgrades.disputed) == 1


def test_what_a_report_knows_of_urls_and_logos_is_not_disputed() -> None:
    upgrades = Upgrades()
    changes = [
        {"lane": "destination", "old_pointer": "/urls/schema", "new_pointer": "/urls/schema"},
        {"lane": "listing", "old_pointer": None, "new_pointer": "/logo"},
        {"lane": "model_text", "old_pointer": "/schema/paths", "new_pointer": "/schema/paths"},
    ]
    upgrades.compare([{"against": "live", "changes": changes}], edition(described("a")), edition(described("b")))
    assert (upgrades.reports, upgrades.disputed) == (1, [])


# --------------------------------------------------------------------------------------------------------------- drift


@pytest.mark.parametrize(
    ("served", "state", "figures"),
    [
        (described("a"), OriginState.IN_SYNC, (0, 0, 0)),
        (described("b"), OriginState.DRIFTED, (1, 0, 0)),
        (described("b"), OriginState.IN_SYNC, (1, 1, 0)),
        (described("b"), OriginState.UNREACHABLE, (1, 1, 0)),
        (described("a"), OriginState.DRIFTED, (0, 0, 1)),
        (b"{", OriginState.DRIFTED, (1, 0, 0)),
    ],
)
def test_drift_is_held_against_what_the_host_serves(
    served: bytes, state: OriginState, figures: tuple[int, int, int]
) -> None:
    drift = DriftFigures()
    origin = Origin(PluginId("w"), 1, Digest("sha256:0"), state, NOON, NOON, ())
    drift.note("2023-06-01", origin, live=edition(described("a")), served=edition(served), is_new=True)
    assert (drift.expected, len(drift.missed), len(drift.false_alarms)) == figures


# ----------------------------------------------------------------------------------------------- the plugin that varies


def test_the_envelope_is_asked_for_after_some_reviews_by_that_plugin_alone() -> None:
    known = Ledger(plugin_of={HOST: "r", "w.example": "w"})
    varying, mine = Varying(), Edition(HOST, 1, b"{}", b"")
    for number in range(REVIEWED):
        assert not varying.wants_envelope(mine, known)
        known.note_approval("r", number + 1)
        known.note_approval("w", number + 1)
    assert varying.wants_envelope(mine, known)
    assert not varying.wants_envelope(edition(), known)
    varying.since = "2023-05-27"
    assert not varying.wants_envelope(mine, known)
    assert varying.is_in_force(HOST)
