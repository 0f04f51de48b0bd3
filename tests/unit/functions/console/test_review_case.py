"""What a version is decided on, in the order in which it is read."""

from __future__ import annotations

from typing import Any

from functions.console.reviewing_case import Mark, calls_of, lanes_of, permission_rows


def told(lane: str, before: object = None, after: object = None) -> dict[str, Any]:
    return {"lane": lane, "before": before, "after": after, "new_pointer": None, "old_pointer": "/schema/x"}


def comparison(*changes: dict[str, Any]) -> dict[str, Any]:
    counts: dict[str, int] = {}
    for change in changes:
        counts[change["lane"]] = counts.get(change["lane"], 0) + 1
    return {"counts": counts, "changes": list(changes)}


def permissions(**more: object) -> dict[str, Any]:
    nothing = {"auth_type": "none", "scopes": [], "sign_in_hosts": [], "hosts": [], "operations": []}
    return {**nothing, **more}


def operation(method: str, path: str, summary: str = "") -> dict[str, Any]:
    return {"method": method, "path": path, "operation_id": "x", "summary": summary, "consequential": None}


def test_lanes_come_in_the_order_in_which_they_matter() -> None:
    found = lanes_of(comparison(*(told(lane) for lane in ("listing", "capability", "model_text", "destination"))))
    assert [lane.name for lane in found] == ["destination", "model_text", "capability", "listing"]


def test_a_lane_without_changes_is_left_out() -> None:
    assert lanes_of(comparison()) == []


def test_a_long_lane_shows_its_gravest_changes_and_folds_the_rest() -> None:
    (lane,) = lanes_of(comparison(*(told("contract", after=place) for place in range(30))))
    assert [change.after for change in lane.shown] == [str(place) for place in range(12)]
    assert len(lane.folded) == 18
    assert lane.count == 30


def test_values_are_written_for_reading() -> None:
    (lane,) = lanes_of(comparison(told("contract", before="a text", after={"type": "é"})))
    (change,) = lane.shown
    assert (change.before, change.after) == ("a text", '{\n  "type": "é"\n}')
    assert change.place == "/schema/x"


def test_old_and_new_permissions_stand_side_by_side_with_what_became_of_them() -> None:
    before, after = permissions(hosts=["a", "b"], scopes=["read"]), permissions(hosts=["b", "c"], scopes=["read"])
    rows = {row.label: row for row in permission_rows(before, after)}
    hosts = rows["Calls go to"]
    assert hosts.before == [Mark("a", "gone"), Mark("b", "")]
    assert hosts.after == [Mark("b", ""), Mark("c", "new")]
    assert hosts.changes
    assert not rows["Scopes"].changes


def test_of_a_first_version_nothing_is_marked() -> None:
    rows = permission_rows(None, permissions(hosts=["a"]))
    assert all(row.before is None and not row.changes for row in rows)


def test_operations_that_changed_stand_first() -> None:
    stays, goes, comes = operation("GET", "/a"), operation("GET", "/b"), operation("DELETE", "/c")
    words = operation("GET", "/d", "old"), operation("GET", "/d", "new")
    before, after = permissions(operations=[stays, goes, words[0]]), permissions(operations=[stays, comes, words[1]])
    found = [(call.operation["path"], call.fate) for call in calls_of(before, after)]
    assert found == [("/c", "new"), ("/d", "other"), ("/b", "gone"), ("/a", "")]
