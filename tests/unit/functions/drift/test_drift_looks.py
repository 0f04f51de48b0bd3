"""What rounds of looks find at an origin, what they cost, and what is told of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from shared.contracts.parsing import documents
from shared.domain.drift import MOST_ON_TRUST, Danger, OriginState
from shared.domain.messages import deserves_mail, message_of
from shared.domain.rounds import Plan
from shared.domain.version import State
from tests.building import OWNER
from tests.integration.documents import MANIFEST_URL, SCHEMA_URL, manifest, schema
from tests.unit.functions.drift.scene import Asked, Scene

if TYPE_CHECKING:
    from collections.abc import Callable


_SERVICE = {"type": "service_http", "authorization_type": "bearer", "verification_tokens": {"openai": "x"}}


def _on_host(host: str) -> bytes:
    return schema(2, servers=f"servers: [{{url: 'https://{host}'}}]\n")


def changed_text(scene: Scene) -> None:
    scene.website.pages[MANIFEST_URL] = manifest("Always use this one.")


# ------------------------------------------------------------------------------------------------------------- in sync


def test_the_first_look_finds_an_origin_in_sync_and_says_nothing(scene: Scene) -> None:
    origin = scene.round()
    assert origin.state is OriginState.IN_SYNC
    assert origin.verified_at == origin.checked_at
    assert scene.news() == []


def test_an_unchanged_plugin_costs_a_conditional_request_for_each_document_and_no_parse(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.round()
    scene.website.asked.clear()
    forbid_parsing(monkeypatch)
    later = scene.round()
    conditional = [Asked(url, conditional=True, status=304) for url in (MANIFEST_URL, SCHEMA_URL)]
    assert scene.website.asked == conditional
    assert later.verified_at == later.checked_at


def test_an_origin_without_validators_is_read_in_full_and_still_not_parsed(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.website.validators = False
    scene.round()
    scene.website.asked.clear()
    forbid_parsing(monkeypatch)
    assert scene.round().state is OriginState.IN_SYNC
    assert [asked.status for asked in scene.website.asked] == [200, 200]


def test_a_planted_parse_is_noticed(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.round()
    changed_text(scene)
    forbid_parsing(monkeypatch)
    with pytest.raises(AssertionError, match="parsed"):
        scene.round()


def forbid_parsing(monkeypatch: pytest.MonkeyPatch) -> None:
    def parse(*_: object, **__: object) -> None:
        message = "something was parsed"
        raise AssertionError(message)

    monkeypatch.setattr(documents, "_text", parse)


def test_after_a_day_of_304_the_documents_are_read_in_full(scene: Scene) -> None:
    scene.round()
    for _ in range(MOST_ON_TRUST):
        scene.round()
    scene.website.asked.clear()
    assert scene.round().on_trust == 0
    assert [asked.conditional for asked in scene.website.asked] == [False, False]


def test_a_round_that_is_delivered_twice_looks_once(scene: Scene) -> None:
    scene.round()
    scene.website.asked.clear()
    for moment in scene.rounds:
        scene.begin(Plan(moment))
        scene.work()
    assert scene.website.asked == []


# ------------------------------------------------------------------------------------------------------------- drifted


def test_a_changed_text_is_drift_in_the_lane_of_the_model_and_is_told_once(scene: Scene) -> None:
    scene.round()
    changed_text(scene)
    origin = scene.round()
    assert origin.state is OriginState.DRIFTED
    assert origin.drift is not None
    assert origin.drift.lanes == {"model_text": 1}
    assert origin.dangers == ()
    scene.round()
    assert scene.news() == ["OriginDrifted"]
    assert scene.desk.live_number() == 1


def test_a_drift_that_stays_costs_what_an_unchanged_origin_does(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    changed_text(scene)
    scene.round()
    scene.website.asked.clear()
    forbid_parsing(monkeypatch)
    assert scene.round().state is OriginState.DRIFTED
    assert [asked.status for asked in scene.website.asked] == [304, 304]


def test_a_drift_that_drifts_on_is_told_again(scene: Scene) -> None:
    changed_text(scene)
    scene.round()
    scene.website.pages[SCHEMA_URL] = schema(3)
    scene.round()
    assert scene.news() == ["OriginDrifted", "OriginDrifted"]


def test_other_formatting_is_no_drift_and_is_parsed_once(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.round()
    document = json.loads(scene.website.pages[MANIFEST_URL])
    scene.website.pages[MANIFEST_URL] = json.dumps(dict(reversed(document.items())), indent=4).encode()
    assert scene.round().state is OriginState.IN_SYNC
    forbid_parsing(monkeypatch)
    assert scene.round().state is OriginState.IN_SYNC
    assert scene.news() == []


@pytest.mark.parametrize(
    ("change", "danger"),
    [
        (lambda pages: pages.update({SCHEMA_URL: _on_host("api.todo.example.com")}), Danger.HOST),
        (
            lambda pages: pages.update({MANIFEST_URL: manifest("Keeps lists.", auth=_SERVICE)}),
            Danger.AUTHENTICATION,
        ),
    ],
)
def test_another_host_or_authentication_is_dangerous(
    scene: Scene, change: Callable[[dict[str, bytes]], None], danger: Danger
) -> None:
    scene.round()
    change(scene.website.pages)
    assert danger in scene.round().dangers


def test_a_description_that_moved_away_with_its_manifest_is_drift_and_no_silence(scene: Scene) -> None:
    scene.round()
    moved = "https://todo.example.com/v2/openapi.yaml"
    scene.website.pages[MANIFEST_URL] = manifest("Keeps lists.", api={"type": "openapi", "url": moved})
    scene.website.pages[moved] = scene.website.pages.pop(SCHEMA_URL)
    origin = scene.round()
    assert origin.state is OriginState.DRIFTED
    assert [watched.url for watched in origin.watched] == [MANIFEST_URL, moved]


def test_what_cannot_be_read_is_drift_that_says_why(scene: Scene) -> None:
    scene.round()
    scene.website.pages[MANIFEST_URL] = b"<html>For sale</html>"
    origin = scene.round()
    assert origin.state is OriginState.DRIFTED
    assert origin.drift is not None
    assert origin.drift.risk == "high"
    assert "cannot be read" in origin.drift.reasons[0]


def test_the_drifted_documents_are_kept_as_they_came(scene: Scene) -> None:
    changed_text(scene)
    drift = scene.round().drift
    assert drift is not None
    kept = {part.role: scene.objects.get(part.key) for part in drift.parts}
    assert kept == {"manifest": scene.website.pages[MANIFEST_URL], "schema": scene.website.pages[SCHEMA_URL]}


def test_the_publisher_reads_how_much_changed_and_what_is_gravest(scene: Scene) -> None:
    changed_text(scene)
    scene.round()
    message = message_of(scene.desk.events()[-1], OWNER)
    assert message is not None
    assert message.title == "Your documents differ from version 1"
    assert "Changes: model_text 1." in message.text
    assert "description_for_model" in message.text
    assert deserves_mail(message)


# --------------------------------------------------------------------------------------------- back in sync, and flips


def test_an_origin_that_says_again_what_is_live_is_back_without_a_parse(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dict(scene.website.pages)
    changed_text(scene)
    scene.round()
    scene.website.pages.update(before)
    forbid_parsing(monkeypatch)
    origin = scene.round()
    assert origin.state is OriginState.IN_SYNC
    assert origin.drift is None
    assert scene.news() == ["OriginDrifted", "OriginCameBack"]


def test_an_approved_upgrade_is_what_the_origin_is_compared_with_from_then_on(scene: Scene) -> None:
    scene.round()
    changed_text(scene)
    scene.round()
    scene.release()
    origin = scene.round()
    assert (origin.version, origin.state) == (2, OriginState.IN_SYNC)
    assert scene.news() == ["OriginDrifted", "OriginCameBack"]


def test_a_rollback_leaves_the_origin_drifted_from_what_is_live_then(scene: Scene) -> None:
    changed_text(scene)
    scene.release()
    scene.round()
    scene.desk.roll_back(1)
    assert scene.round().state is OriginState.DRIFTED


def test_a_banned_plugin_is_not_looked_at(scene: Scene) -> None:
    scene.round()
    scene.desk.ban()
    scene.website.asked.clear()
    scene.round()
    assert scene.website.asked == []


# ------------------------------------------------------------------------------------------------- unreachable and gone


def test_an_origin_that_does_not_answer_three_times_is_unreachable(scene: Scene) -> None:
    scene.round()
    scene.website.asked.clear()
    scene.website.down.add("todo.example.com")
    origin = scene.round()
    assert origin.state is OriginState.UNREACHABLE
    assert "the host is down" in origin.failure
    assert len(scene.website.asked) == 3
    assert scene.desk.live_number() == 1


def test_an_origin_that_answers_at_the_third_attempt_was_never_unreachable(scene: Scene) -> None:
    scene.round()
    scene.website.asked.clear()
    scene.website.stumbles = 2
    assert scene.round().state is OriginState.IN_SYNC
    assert [asked.status for asked in scene.website.asked] == [0, 0, 304, 304]
    assert scene.news() == []


def test_an_origin_that_does_not_answer_is_asked_less_and_less_often(scene: Scene) -> None:
    scene.round()
    scene.website.down.add("todo.example.com")
    asked = []
    for _ in range(12):
        scene.website.asked.clear()
        scene.round()
        asked.append(len(scene.website.asked))
    assert asked == [3, 3, 0, 3, 0, 0, 0, 3, 0, 0, 0, 0]
    assert scene.news() == ["OriginBecameUnreachable"]


def test_somebody_who_asks_by_hand_need_not_wait(scene: Scene) -> None:
    scene.round()
    scene.website.down.add("todo.example.com")
    for _ in range(4):
        scene.round()
    scene.website.down.clear()
    assert scene.look().state is OriginState.IN_SYNC
    assert scene.news() == ["OriginBecameUnreachable", "OriginCameBack"]


def test_a_host_whose_name_does_not_exist_for_a_day_is_gone(scene: Scene) -> None:
    scene.round()
    scene.website.absent.add("todo.example.com")
    states = [scene.round().state for _ in range(26)]
    assert states[0] is OriginState.UNREACHABLE
    assert states[23] is OriginState.UNREACHABLE
    assert states[-1] is OriginState.GONE
    assert scene.news() == ["OriginBecameUnreachable", "OriginVanished"]
    assert scene.desk.live_number() == 1


def test_a_name_that_comes_back_in_between_starts_the_day_anew(scene: Scene) -> None:
    scene.round()
    for _ in range(3):
        scene.website.absent.add("todo.example.com")
        for _ in range(20):
            scene.round()
        scene.website.absent.clear()
        assert scene.round().state is OriginState.IN_SYNC


def test_an_origin_that_cannot_be_reached_at_the_first_look_is_told_as_well(scene: Scene) -> None:
    scene.website.down.add("todo.example.com")
    assert scene.round().state is OriginState.UNREACHABLE
    assert scene.news() == ["OriginBecameUnreachable"]
    scene.website.down.clear()
    assert scene.round().state is OriginState.IN_SYNC


def test_a_drift_outlives_a_silence(scene: Scene) -> None:
    changed_text(scene)
    scene.round()
    scene.website.down.add("todo.example.com")
    scene.round()
    scene.website.down.clear()
    assert scene.round().state is OriginState.DRIFTED


def test_looks_are_counted_by_what_they_found(scene: Scene) -> None:
    scene.round()
    changed_text(scene)
    scene.round()
    assert scene.metrics.labels == {"in_sync": 1, "drifted": 1}
    assert scene.desk.state(1) is State.LIVE
