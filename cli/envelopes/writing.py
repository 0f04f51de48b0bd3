"""What is said of envelopes, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.json_text import write_json
from cli.plain import one_line
from shared.envelope.document import write_envelope
from shared.envelope.telling import sentences

if TYPE_CHECKING:
    from typing import TextIO

    from cli.envelopes.checking import Tried
    from cli.envelopes.documents import History
    from shared.envelope.proposing import Proposal

_MOST_REASONS = 5


def write_proposal(proposal: Proposal, history: History, out: TextIO, aside: TextIO) -> None:
    """Write an envelope, and aside of it what it says and what it does not hold."""
    out.write(write_envelope(proposal.envelope).decode())
    aside.writelines(f"{one_line(sentence)}\n" for sentence in sentences(proposal.envelope))
    held = sum(verdict.contained for verdict in proposal.verdicts)
    aside.write(f"It holds {held} of {len(proposal.verdicts)} documents. The base is {history.documents[-1].path}.\n")
    for document, verdict in zip(history.documents, proposal.verdicts, strict=True):
        for reason in verdict.reasons[:_MOST_REASONS]:
            line, column = document.parsed.position(reason.pointer)
            aside.write(one_line(f"{document.path}:{line}:{column}: {reason.code}: {reason.message}") + "\n")


def write_verdict(found: Tried, out: TextIO) -> None:
    """Write a verdict, each reason with its place."""
    for error in found.errors:
        place = f"{found.envelope}:{error.line or 1}:{error.column or 1}"
        out.write(one_line(f"{place}: {error.code}: {error.message} {error.fix}") + "\n")
    for reason in found.verdict.reasons:
        line, column = found.document.parsed.position(reason.pointer)
        out.write(one_line(f"{found.document.path}:{line}:{column}: {reason.code}: {reason.message}") + "\n")
    verdict = "is within the envelope" if found.is_contained else "is not within the envelope"
    out.write(f"{found.document.path} {verdict}.\n")


def write_json_verdict(found: Tried, out: TextIO) -> None:
    """Write a verdict for programs: the store's own members, and the errors of the envelope."""
    reasons = [
        {"pointer": reason.pointer, "code": reason.code, "message": reason.message} for reason in found.verdict.reasons
    ]
    errors = [{"pointer": each.pointer, "code": each.code, "message": each.message} for each in found.errors]
    write_json({"contained": found.is_contained, "reasons": reasons, "envelope_errors": errors}, out)
