"""The words of reviewers: reasons that are suggested, letters as they will be read, the audit put into words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from functions.console.reviewing_history import entries_of, proposed_ban
from functions.console.reviewing_reasons import ReasonRead, rejection_letter, suggested
from shared.domain.reasons import REASONS

if TYPE_CHECKING:
    from collections.abc import Mapping

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def entry(kind: str, detail: Mapping[str, str] | None = None, *, at: datetime = NOW) -> dict[str, Any]:
    return {"type": kind, "at": at.isoformat(), "detail": detail or {}, "actor": "somebody"}


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("text.bidi", "hidden_text"),
        ("text.steering", "steers_the_model"),
        ("text.name-lookalike", "impersonation"),
        ("manifest.legal-host", "missing_legal_information"),
    ],
)
def test_a_finding_suggests_a_reason_of_the_catalogue(code: str, reason: str) -> None:
    assert suggested([code, "schema.shape"]) == {reason}
    assert reason in REASONS


def test_the_letter_says_what_the_catalogue_says_and_what_the_reviewer_added() -> None:
    given = [{"code": "hidden_text", "detail": "Line 3."}, {"code": "other", "detail": "Call us."}]
    letter = rejection_letter(2, given, "Nearly there.", NOW)
    assert letter
    assert letter.title == "Version 2 is rejected"
    assert letter.reasons == (ReasonRead(REASONS["hidden_text"].text, "Line 3."), ReasonRead("", "Call us."))
    assert letter.note == "Nearly there."


def test_more_than_nine_reasons_keep_their_order() -> None:
    codes = list(REASONS)[:12]
    letter = rejection_letter(1, [{"code": code, "detail": str(at)} for at, code in enumerate(codes)], "", NOW)
    assert letter
    assert [reason.detail for reason in letter.reasons] == [str(at) for at in range(12)]


def test_a_rejection_of_the_audit_is_told_by_the_titles_of_its_reasons() -> None:
    (line,) = entries_of([entry("VersionRejected", {"note": "No.", "reason.1.hidden_text": "Line 3."})])
    assert line.title == "Version rejected"
    assert line.reasons == [(REASONS["hidden_text"].title, "Line 3.")]
    assert line.said == "No."
    assert line.is_decision


def test_what_else_an_entry_holds_is_told_as_facts() -> None:
    (line,) = entries_of([entry("VersionSubmitted", {"manifest_url": "https://todo.example.com/m", "note": ""})])
    assert line.facts == [("manifest_url", "https://todo.example.com/m")]
    assert not line.is_decision


def test_a_proposed_ban_waits_for_its_second() -> None:
    proposal = entry("PluginBanProposed", at=NOW - timedelta(days=1))
    assert proposed_ban([entry("VersionSubmitted"), proposal], NOW) == proposal


@pytest.mark.parametrize("later", ["PluginBanned", "PluginBanLifted"])
def test_a_ban_that_came_about_waits_for_nobody(later: str) -> None:
    assert proposed_ban([entry(later), entry("PluginBanProposed")], NOW) is None


def test_a_proposed_ban_lapses_after_a_week() -> None:
    assert proposed_ban([entry("PluginBanProposed", at=NOW - timedelta(days=8))], NOW) is None
