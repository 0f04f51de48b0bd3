"""What publishers are told."""

from __future__ import annotations

import pytest

from shared.domain import lifecycle
from shared.domain.events import Event, EventType
from shared.domain.identity import Subject
from shared.domain.messages import (
    DOTTED_TYPES,
    MAILED,
    SILENT,
    WORDINGS,
    Author,
    deserves_mail,
    dotted,
    in_full,
    message_of,
    told_of,
)
from shared.domain.version import Reason, State
from tests.building import NOON, OWNER, REVIEWER, TODO, digest, occasion, version

STORE = Subject("standfast:snapshot")
EVERYTHING = {
    "manifest_url": "https://todo.example.com/.well-known/ai-plugin.json",
    "note": "a note",
    "reason": "a reason",
    "release": "manual",
    "proposed_by": "reviewer-2",
}


def event(kind: EventType, actor: Subject = REVIEWER, **detail: str) -> Event:
    return Event(occasion().named(0), kind, TODO, actor, NOON, version=2, detail=detail)


def test_every_event_is_told_or_kept_back_on_purpose() -> None:
    assert set(WORDINGS) | SILENT == set(EventType)
    assert not set(WORDINGS) & SILENT
    assert set(WORDINGS) >= MAILED


@pytest.mark.parametrize("kind", WORDINGS)
@pytest.mark.parametrize("detail", [{}, EVERYTHING])
def test_every_message_is_whole_and_names_no_reviewer(kind: EventType, detail: dict[str, str]) -> None:
    message = message_of(event(kind, REVIEWER, **detail), OWNER)
    assert message
    text = in_full(message)
    assert message.title
    assert "{" not in text
    assert "reviewer-" not in text


@pytest.mark.parametrize("kind", SILENT)
def test_half_a_decision_is_not_told(kind: EventType) -> None:
    assert message_of(event(kind), OWNER) is None


def test_a_rejection_tells_its_reasons_in_order_with_the_words_of_the_catalogue() -> None:
    candidate = version(State.IN_REVIEW)
    reasons = (Reason("other", "Say what it does."), *(Reason("hidden_text", f"Line {n}.") for n in range(10)))
    transition = lifecycle.reject(
        candidate, digest=digest(candidate), reasons=reasons, note="Nearly there.", occasion=occasion(REVIEWER)
    )
    message = message_of(transition.events[0], OWNER)
    assert message
    assert message.reasons == reasons
    assert message.note == "Nearly there."
    text = in_full(message)
    assert "- Say what it does." in text
    assert f"- {told_of(Reason('hidden_text', ''))} Line 9." in text
    assert text.endswith("\nNearly there.\n")


@pytest.mark.parametrize(
    ("release", "said"), [("immediate", "live from now on"), ("manual", "you release it"), ("scheduled", "at noon")]
)
def test_an_approval_says_when_the_version_becomes_live(release: str, said: str) -> None:
    message = message_of(event(EventType.VERSION_APPROVED, release=release, at="noon"), OWNER)
    assert message
    assert said in message.text


@pytest.mark.parametrize(
    ("actor", "author"), [(OWNER, Author.PUBLISHER), (REVIEWER, Author.REVIEWER), (STORE, Author.STORE)]
)
def test_a_message_says_whose_doing_it_was(actor: Subject, author: Author) -> None:
    message = message_of(event(EventType.VERSION_WITHDRAWN, actor), OWNER)
    assert message
    assert message.by is author


@pytest.mark.parametrize(
    ("kind", "actor", "mailed"),
    [
        (EventType.VERSION_REJECTED, REVIEWER, True),
        (EventType.VERSION_APPROVED, REVIEWER, True),
        (EventType.VERSION_RELEASED, REVIEWER, False),
        (EventType.VERSION_RELEASED, STORE, True),
        (EventType.VERSION_RELEASED, OWNER, False),
        (EventType.VERSION_INVALIDATED, STORE, True),
        (EventType.VERSION_PINNED, STORE, False),
        (EventType.VERSION_WITHDRAWN, OWNER, False),
        (EventType.PLUGIN_BANNED, REVIEWER, True),
    ],
)
def test_an_e_mail_is_for_what_others_did_and_comes_once(kind: EventType, actor: Subject, *, mailed: bool) -> None:
    message = message_of(event(kind, actor), OWNER)
    assert message
    assert deserves_mail(message) is mailed


def test_types_have_dotted_names_of_their_own() -> None:
    assert dotted(EventType.VERSION_RELEASED) == "version.released"
    assert dotted(EventType.PLUGIN_BAN_LIFTED) == "plugin.ban_lifted"
    assert len(DOTTED_TYPES) == len(WORDINGS)
