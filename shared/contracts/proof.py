"""Looking for a publisher's proof that a domain is theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.contracts.catalogue import CATALOGUE
from shared.domain.documents import MANIFEST
from shared.domain.findings import Finding, Severity
from shared.domain.ports import Fetcher, FetchFailedError, TxtRecords
from shared.domain.report import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shared.domain.proving import Challenge

PROOF = "proof"
NOT_PROVED = "domain.not-proved"


def look_for_proof(
    challenge: Challenge, *, tokens: Iterable[str], txt: TxtRecords, fetch: Fetcher
) -> tuple[Evidence, Finding | None]:
    """Look among the manifest's tokens, then in DNS, then for the file. Returns what was seen, and what is missing."""
    record = f"dns:{challenge.record_name}?type=TXT"
    if any(challenge.is_met_by(token) for token in tokens):
        return Evidence(PROOF, "manifest:auth.verification_tokens", ()), None
    if any(challenge.is_met_by(text) for text in txt(challenge.record_name)):
        return Evidence(PROOF, record, ()), None
    try:
        fetched = fetch(challenge.file_url, role=PROOF)
    except FetchFailedError as error:
        return Evidence(PROOF, challenge.file_url, error.hops, failure=error.code), _not_proved(challenge, str(error))
    if challenge.is_met_by(fetched.document.body.decode(errors="replace")):
        return Evidence(PROOF, challenge.file_url, fetched.hops), None
    said = f"{challenge.file_url} holds something else."
    return Evidence(PROOF, challenge.file_url, fetched.hops, failure=NOT_PROVED), _not_proved(challenge, said)


def _not_proved(challenge: Challenge, file_said: str) -> Finding:
    message = (
        f"Nothing shows that {challenge.root} is yours. No TXT record of {challenge.record_name} and no file at"
        f" {challenge.file_url} says {challenge.text!r}. {file_said}"
    )
    return Finding(NOT_PROVED, Severity.ERROR, MANIFEST, message, CATALOGUE[NOT_PROVED].fix)
