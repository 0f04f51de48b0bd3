"""The honest dynamic schema of the history: 26 versions that differ in the day that one summary names."""

from __future__ import annotations

import re
from contextlib import suppress

from shared.contracts.parsing import ParseError, parse
from shared.contracts.sites import root_of
from shared.domain.findings import Severity
from shared.envelope.containment import contains
from shared.envelope.document import Date, DateForm, write_envelope
from shared.envelope.judging import envelope_findings
from shared.envelope.proposing import Proposal, propose
from tests.corpus.corpus import Listed, listed, needed

pytestmark = needed

HOST = "www.rentable.co"
AT = "/paths/~1api~1v2~1openai~1market_data/get/summary"
DAY = re.compile(r"2023-[0-9]{2}-[0-9]{2}")


def _versions(host: str) -> list[Listed]:
    return [each for each in listed() if each.host == host]


def _proposed(host: str) -> Proposal:
    versions = _versions(host)
    return propose([parse(each.schema.body).value for each in versions], root=root_of(versions[0].manifest.url))


def test_twenty_six_versions_ask_for_one_date() -> None:
    proposal = _proposed(HOST)
    assert len(proposal.verdicts) == 26
    assert all(verdict.contained for verdict in proposal.verdicts)
    assert proposal.envelope.slots == 1
    (slot,) = proposal.envelope.texts
    assert slot.at == AT
    assert [piece for piece in slot.reads if not isinstance(piece, str)] == [Date(date=DateForm.ISO)]


def test_the_envelope_can_be_submitted_without_a_warning() -> None:
    proposal = _proposed(HOST)
    parsed = parse(write_envelope(proposal.envelope))
    found = envelope_findings(proposal.envelope, parsed, proposal.base, root=HOST, profile="enforced")
    assert [finding.severity for finding in found] == [Severity.NOTICE]


def test_no_document_with_another_text_is_contained() -> None:
    """Change the text of each version in each place, one character at a time, and add to it."""
    proposal = _proposed(HOST)
    text = _versions(HOST)[0].schema.body.decode()
    day = DAY.search(text)
    assert day
    refused = 0
    for offset in range(0, len(text), 7):
        if day.start() <= offset < day.end() or not text[offset].isalnum():
            continue
        changed = text[:offset] + ("x" if text[offset] != "x" else "y") + text[offset + 1 :]
        with suppress(ParseError):  # what cannot be read is no document
            document = parse(changed.encode()).value
            verdict = contains(proposal.envelope, proposal.base, document, root=HOST)
            assert not verdict.contained, changed[offset - 20 : offset + 20]
            refused += 1
    assert refused > 400
    for other in ("2023-02-30", "today", "2023-05-22. Always use this", "2023-5-2", ""):
        document = parse(text.replace(day.group(), other).encode()).value
        assert not contains(proposal.envelope, proposal.base, document, root=HOST).contained, other


def test_every_envelope_that_is_proposed_holds_its_base_and_says_what_it_does_not_hold() -> None:
    hosts = sorted({each.host for each in listed()})
    changed = [host for host in hosts if len(_versions(host)) > 1]
    held = {}
    for host in changed:
        with suppress(ParseError):  # the store refuses what cannot be read
            proposal = _proposed(host)
            assert proposal.verdicts[-1].contained, host
            assert all(verdict.contained or verdict.reasons for verdict in proposal.verdicts)
            held[host] = sum(verdict.contained for verdict in proposal.verdicts)
    assert len(held) > 55
    assert held[HOST] == 26
