"""The risk of a comparison is that of its gravest change, and the reasons say why."""

from __future__ import annotations

from shared.diff.assessing import assess
from shared.diff.changes import Risk
from shared.diff.versions import compare
from tests.unit.diff.documents import documents, version


def test_nothing_changed_is_no_risk() -> None:
    assert assess(()).risk is Risk.NONE


def test_small_changes_are_counted_by_lane() -> None:
    values = documents()
    values["manifest"]["logo_url"] += "?v=2"
    values["schema"]["info"]["version"] = "2"
    found = assess(compare(version(documents()), version(values)))
    assert (found.risk, found.reasons) == (Risk.LOW, ("2 changes of low risk: listing 2.",))


def test_changes_of_one_kind_are_one_reason() -> None:
    values = documents()
    for path in ("/a", "/b", "/c"):
        values["schema"]["paths"][path] = {"delete": {"operationId": path[1:], "responses": {}}}
    found = assess(compare(version(documents()), version(values)))
    assert found.risk is Risk.HIGH
    (reason,) = found.reasons
    assert reason.endswith("And 2 more of this kind.")


def test_the_gravest_reason_comes_first() -> None:
    values = documents()
    values["manifest"]["description_for_model"] = "Other words."
    values["schema"]["servers"][0]["url"] = "https://collector.example.net"
    found = assess(compare(version(documents()), version(values)))
    assert "collector.example.net" in found.reasons[0]
