"""HTTP: hosts ask whether a document is within a version, publishers what envelope their history asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.envelopes.schema import AskContainment, AskProposal, ContainmentOut, EnvelopeProposalOut
from functions.envelopes.use_case import Asker
from functions.envelopes.wiring import from_environment
from shared.edge.api import Answer, Api
from shared.edge.callers import DEVELOPER, REVIEWER, TESTER, USER

if TYPE_CHECKING:
    from functions.envelopes.use_case import Envelopes
    from shared.edge.api import Request

api = Api("envelopes")

_ASKERS = (USER, TESTER, DEVELOPER, REVIEWER)


@api.route(
    "POST",
    "/v1/plugins/{plugin_id}/containment",
    summary="Check a schema made for one user against the live version",
    roles=_ASKERS,
    takes=AskContainment,
    answers=ContainmentOut,
)
def check_against_live(request: Request[AskContainment], envelopes: Envelopes) -> Answer:
    """Check a document against the live version."""
    return Answer(ContainmentOut.of(envelopes.against_live(request.plugin_id, request.body.document)))


@api.route(
    "POST",
    "/v1/plugins/{plugin_id}/versions/{version}/containment",
    summary="Check a schema made for one user against a version",
    roles=_ASKERS,
    takes=AskContainment,
    answers=ContainmentOut,
)
def check_against_version(request: Request[AskContainment], envelopes: Envelopes) -> Answer:
    """Check a document against one version."""
    asker = Asker(request.caller.subject, reads_all=request.caller.is_reviewer)
    answer = envelopes.against_version(asker, request.plugin_id, request.version, request.body.document)
    return Answer(ContainmentOut.of(answer))


@api.route(
    "POST",
    "/v1/plugins/{plugin_id}/envelope-proposal",
    summary="Propose an envelope from what a plugin's schema was and is",
    roles=(DEVELOPER, REVIEWER),
    takes=AskProposal,
    answers=EnvelopeProposalOut,
)
def propose_envelope(request: Request[AskProposal], envelopes: Envelopes) -> Answer:
    """Propose an envelope."""
    asker = Asker(request.caller.subject, reads_all=request.caller.is_reviewer)
    return Answer(EnvelopeProposalOut.of(envelopes.proposal(asker, request.plugin_id, request.body.documents)))


build = api.build
handler = build(from_environment)
