"""HTTP: reviewers read the queue and decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.review.schema import Approve, Decided, Queue, Reject
from functions.review.wiring import from_environment
from shared.domain.identity import digest
from shared.domain.version import Reason
from shared.edge.api import Answer, Api, Nothing, Request
from shared.edge.callers import REVIEWER

if TYPE_CHECKING:
    from functions.review.use_case import Review

api = Api("review")


@api.route("GET", "/v1/reviews", summary="Read the review queue", roles=(REVIEWER,), answers=Queue, pages=True)
def read_queue(request: Request[Nothing], review: Review) -> Answer:
    """Read the queue."""
    return Answer(Queue.of(review.queue(request.page)))


@api.route(
    "POST",
    "/v1/plugins/{plugin_id}/versions/{version}/approve",
    summary="Approve exactly what you saw",
    roles=(REVIEWER,),
    takes=Approve,
    answers=Decided,
)
def approve_version(request: Request[Approve], review: Review) -> Answer:
    """Approve a version."""
    body = request.body
    outcome = review.approve(
        request.command, request.plugin_id, request.version, digest=digest(body.digest), note=body.note
    )
    return Answer(Decided.of(outcome))


@api.route(
    "POST",
    "/v1/plugins/{plugin_id}/versions/{version}/reject",
    summary="Reject exactly what you saw, with reasons",
    roles=(REVIEWER,),
    takes=Reject,
    answers=Decided,
)
def reject_version(request: Request[Reject], review: Review) -> Answer:
    """Reject a version."""
    body = request.body
    outcome = review.reject(
        request.command,
        request.plugin_id,
        request.version,
        digest=digest(body.digest),
        reasons=tuple(Reason(reason.code, reason.detail) for reason in body.reasons),
        note=body.note,
    )
    return Answer(Decided.of(outcome))


build = api.build
handler = build(from_environment)
