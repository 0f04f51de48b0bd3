"""Envelopes that are proposed from what was seen."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.contracts.parsing import parse
from shared.domain.findings import is_acceptable
from shared.envelope.containment import contains
from shared.envelope.document import Choice, Date, Number, write_envelope
from shared.envelope.judging import envelope_findings
from shared.envelope.proposing import propose
from tests.unit.envelope.envelopes import ROOT, SORTS, SUMMARY, base, contained


def _described(*texts: str) -> list[dict[str, Any]]:
    return [base() | {"info": {"title": "Lists", "version": "1", "description": text}} for text in texts]


def _pieces(*texts: str) -> list[object]:
    (slot,) = propose(_described(*texts), root=ROOT).envelope.texts
    assert slot.at == "/info/description"
    return list(slot.reads)


def test_a_date_that_changes_is_one_slot() -> None:
    assert _pieces("As of 2023-05-22.", "As of 2023-05-23.") == [
        "As of ",
        Date.model_validate({"date": "YYYY-MM-DD"}),
        ".",
    ]


def test_a_date_that_stays_is_no_slot() -> None:
    pieces = _pieces("Since 2020-01-01, as of May 2, 2023", "Since 2020-01-01, as of June 3, 2023")
    assert pieces[0] == "Since 2020-01-01, as of "
    assert len(pieces) == 2


def test_a_number_that_changes_is_a_slot_of_as_many_digits() -> None:
    (_, number, _) = _pieces("Over 7 lists", "Over 120 lists")
    assert number == Number.model_validate({"number": {"most": 999}})


def test_words_that_change_are_a_choice_of_those_seen() -> None:
    (_, choice, _) = _pieces("In euros now", "In dollars now", "In euros now")
    assert choice == Choice(one_of=["dollars", "euros"])


def test_texts_that_have_nothing_in_common_are_left_out_and_told() -> None:
    proposal = propose(_described("One thing", "Something else entirely"), root=ROOT)
    assert proposal.envelope.slots == 0
    assert [verdict.contained for verdict in proposal.verdicts] == [False, True]


def test_values_and_operations_that_come_and_go_are_named() -> None:
    first, second = base(), base()
    first["paths"]["/lists"]["get"]["parameters"][0]["schema"]["enum"] = ["name", "size"]
    del first["paths"]["/lists/{id}"]["delete"]
    proposal = propose([first, second], root=ROOT)
    assert all(verdict.contained for verdict in proposal.verdicts)
    assert [(slot.at, slot.any_of) for slot in proposal.envelope.enums] == [(SORTS, ["name", "size", "date"])]
    assert proposal.envelope.optional_operations == ["DELETE /lists/{id}"]


def test_what_may_not_vary_is_never_proposed() -> None:
    first, second = base(), base()
    first["servers"] = [{"url": "https://example.com", "description": "as of 2023-05-22"}]
    second["servers"] = [{"url": "https://example.com", "description": "as of 2023-05-23"}]
    proposal = propose([first, second], root=ROOT)
    assert proposal.envelope.slots == 0
    assert not proposal.verdicts[0].contained


def test_one_document_alone_lets_nothing_vary() -> None:
    assert propose([base()], root=ROOT).envelope.slots == 0


@given(st.lists(contained(), min_size=1, max_size=5))
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_what_is_proposed_can_be_submitted_and_holds_what_it_says_it_holds(documents: list[dict[str, Any]]) -> None:
    proposal = propose(documents, root=ROOT)
    assert proposal.verdicts[-1].contained
    for document, verdict in zip(documents, proposal.verdicts, strict=True):
        assert contains(proposal.envelope, documents[-1], document, root=ROOT) == verdict
    parsed = parse(write_envelope(proposal.envelope))
    found = envelope_findings(proposal.envelope, parsed, documents[-1], root=ROOT, profile="enforced")
    assert is_acceptable(found)


def test_a_summary_with_date_and_currency_is_read_as_both() -> None:
    first, second = base(), base()
    second["paths"]["/lists"]["get"]["summary"] = "Prices as of 2023-05-23 in dollars."
    (slot,) = propose([first, second], root=ROOT).envelope.texts
    assert (slot.at, len(slot.reads)) == (SUMMARY, 5)
