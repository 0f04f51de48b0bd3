"""The upgrade that needs no submission: what drifted becomes a candidate where its publisher wants that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.domain.drift import OriginState
from shared.domain.plugin import OnDrift
from shared.domain.version import Reason, Release, ReleaseMode, State
from tests.building import OWNER, REVIEWER, TODO
from tests.integration.documents import MANIFEST_URL, manifest
from tests.unit.functions.desk import command
from tests.unit.functions.promises import broken

if TYPE_CHECKING:
    from tests.unit.functions.drift.scene import Scene

ELSEWHERE = "https://elsewhere.example.net/.well-known/ai-plugin.json"


def drift_to(scene: Scene, text: str) -> None:
    """Let the origin say something else, and look."""
    scene.website.pages[MANIFEST_URL] = manifest(text)
    scene.round()


def newest(scene: Scene) -> int:
    return scene.desk.truth.plugin(TODO).last_version


def reject(scene: Scene, number: int) -> None:
    digest = scene.desk.version(number).digest
    assert digest
    scene.desk.review().reject(
        command(REVIEWER), TODO, number, digest=digest, reasons=(Reason("other", "No."),), note=""
    )


def test_a_drift_is_only_told_unless_its_publisher_wants_more(scene: Scene) -> None:
    drift_to(scene, "Lists and tides.")
    assert newest(scene) == 1


def test_a_drift_becomes_a_candidate_at_once_where_its_publisher_wants_that(scene: Scene) -> None:
    scene.wish(OnDrift.SUBMIT)
    drift_to(scene, "Lists and tides.")
    scene.take_snapshots()
    assert scene.desk.state(2) is State.IN_REVIEW
    assert scene.desk.version(2).submitted_by == OWNER
    drift = scene.origin().drift
    assert drift is not None
    assert drift.submitted == 2
    assert scene.desk.live_number() == 1
    assert not broken(scene.desk)


def test_an_approved_drift_is_in_sync(scene: Scene) -> None:
    scene.wish(OnDrift.SUBMIT)
    drift_to(scene, "Lists and tides.")
    scene.take_snapshots()
    scene.desk.approve(2)
    origin = scene.round()
    assert (origin.version, origin.state) == (2, OriginState.IN_SYNC)
    assert newest(scene) == 2


def test_what_was_rejected_is_not_submitted_again_by_itself(scene: Scene) -> None:
    scene.wish(OnDrift.SUBMIT)
    drift_to(scene, "Lists and tides.")
    scene.take_snapshots()
    reject(scene, 2)
    scene.round()
    drift_to(scene, "Lists.")
    scene.take_snapshots()
    reject(scene, 3)
    drift_to(scene, "Lists and tides.")
    assert newest(scene) == 3


def test_a_candidate_that_says_the_same_is_left_alone(scene: Scene) -> None:
    scene.wish(OnDrift.SUBMIT)
    scene.website.pages[MANIFEST_URL] = manifest("Lists and tides.")
    assert scene.submit() == 2
    origin = scene.round()
    assert newest(scene) == 2
    assert scene.desk.state(2) is State.IN_REVIEW
    assert origin.drift is not None
    assert origin.drift.submitted == 2


def test_a_candidate_that_says_something_else_is_replaced_and_hands_on_its_place(scene: Scene) -> None:
    scene.wish(OnDrift.SUBMIT)
    drift_to(scene, "Lists and tides.")
    scene.take_snapshots()
    place = scene.desk.version(2).queued_at
    drift_to(scene, "Lists, tides and moons.")
    assert scene.desk.state(2) is State.WITHDRAWN
    assert scene.desk.version(3).queued_at == place


def test_an_approved_candidate_is_not_taken_back_for_a_drift(scene: Scene) -> None:
    scene.wish(OnDrift.SUBMIT)
    drift_to(scene, "Lists and tides.")
    scene.take_snapshots()
    scene.desk.approve(2, release=Release(ReleaseMode.MANUAL))
    drift_to(scene, "Lists, tides and moons.")
    assert scene.desk.state(2) is State.APPROVED
    assert newest(scene) == 2


def test_a_publisher_who_has_moved_on_is_not_taken_back_to_the_old_place(scene: Scene) -> None:
    scene.wish(OnDrift.SUBMIT)
    scene.desk.submission().submit(command(OWNER), TODO, manifest_url=ELSEWHERE)
    scene.take_snapshots()
    drift_to(scene, "Lists and tides.")
    assert newest(scene) == 2


def test_what_would_not_pass_is_told_and_not_submitted(scene: Scene) -> None:
    scene.wish(OnDrift.SUBMIT)
    scene.website.pages[MANIFEST_URL] = b"<html>For sale</html>"
    scene.round()
    scene.round()
    assert newest(scene) == 1


def test_a_wish_that_comes_after_the_drift_is_granted_in_the_next_round(scene: Scene) -> None:
    drift_to(scene, "Lists and tides.")
    scene.wish(OnDrift.SUBMIT)
    scene.round()
    assert newest(scene) == 2
    assert scene.news() == ["OriginDrifted"]


def test_a_drift_beyond_the_limits_is_submitted_when_there_is_room(scene: Scene) -> None:
    scene.wish(OnDrift.SUBMIT)
    scene.set_up(open_candidates_limit=1)
    scene.desk.submit("other")
    drift_to(scene, "Lists and tides.")
    assert newest(scene) == 1
    scene.desk.submission().withdraw(command(OWNER), scene.desk.version(1, "other").plugin_id, 1, reason="")
    scene.round()
    assert newest(scene) == 2


def test_a_drift_uses_up_its_publishers_quota(scene: Scene) -> None:
    scene.wish(OnDrift.SUBMIT)
    scene.set_up(submissions_per_day=1)
    drift_to(scene, "Lists and tides.")
    scene.take_snapshots()
    reject(scene, 2)
    drift_to(scene, "Lists.")
    assert newest(scene) == 2
    for _ in range(24):
        scene.round()
    assert newest(scene) == 3


def test_an_examination_that_is_delivered_twice_submits_once(scene: Scene) -> None:
    scene.wish(OnDrift.SUBMIT)
    drift_to(scene, "Lists and tides.")
    scene.take_snapshots()
    scene.look()
    scene.look()
    assert newest(scene) == 2
    assert not broken(scene.desk)
