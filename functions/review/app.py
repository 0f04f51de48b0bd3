"""HTTP: reviewers read the queue and decide; owners release, and roll back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.review.schema import (
    Approve,
    Because,
    Claimed,
    Decided,
    Queue,
    QueueQuery,
    Reject,
    Revoke,
    RollBack,
    RolledBack,
    Standing,
)
from functions.review.use_case import Keeper, QueueWish
from functions.review.wiring import from_environment
from shared.domain.identity import PluginId, digest
from shared.domain.version import Reason
from shared.edge.api import Answer, Api, Nothing, Request
from shared.edge.callers import DEVELOPER, REVIEWER

if TYPE_CHECKING:
    from functions.review.use_case import Review
    from shared.domain.transition import Outcome

api = Api("review")


@api.route(
    "GET",
    "/v1/reviews",
    summary="Read the review queue",
    roles=(REVIEWER,),
    answers=Queue,
    pages=True,
    queries={
        "mine": "`true` for what you have claimed.",
        "claimed": "`true` for what somebody has claimed, `false` for what nobody has.",
        "plugin": "The id of a plugin, for its candidate alone.",
    },
)
def read_queue(request: Request[Nothing], review: Review) -> Answer:
    """Read the queue."""
    asked, caller = request.asked(QueueQuery), request.caller.subject
    wish = QueueWish(asked.mine, asked.claimed, PluginId(asked.plugin) if asked.plugin else None)
    page, now = review.queue(caller, wish, request.page)
    return Answer(Queue.of(page, [review.glance(version) for version in page.records], caller, now))


@api.route(
    "PUT",
    "/v1/plugins/{plugin_id}/versions/{version}/claim",
    summary="Claim a version for a while, so that others see that you are on it",
    roles=(REVIEWER,),
    answers=Claimed,
)
def claim_version(request: Request[Nothing], review: Review) -> Answer:
    """Claim a version."""
    claim = review.claim(request.command, request.plugin_id, request.version)
    return Answer(Claimed.of(request.plugin_id, request.version, claim))


@api.route(
    "DELETE",
    "/v1/plugins/{plugin_id}/versions/{version}/claim",
    summary="Give up your claim",
    roles=(REVIEWER,),
    answers=Claimed,
)
def give_up_claim(request: Request[Nothing], review: Review) -> Answer:
    """Give up a claim."""
    review.give_up(request.command, request.plugin_id, request.version)
    return Answer(Claimed.of(request.plugin_id, request.version, None))


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
        request.command,
        request.plugin_id,
        request.version,
        digest=digest(body.digest),
        note=body.note,
        release=body.plan(),
    )
    return Answer(Decided.of(outcome), _status(outcome))


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


@api.route(
    "POST",
    "/v1/plugins/{plugin_id}/versions/{version}/release",
    summary="Release an approved version",
    roles=(DEVELOPER,),
    answers=Decided,
)
def release_version(request: Request[Nothing], review: Review) -> Answer:
    """Release a version."""
    return Answer(Decided.of(review.release(request.command, request.plugin_id, request.version)))


@api.route(
    "POST",
    "/v1/plugins/{plugin_id}/versions/{version}/revoke",
    summary="Revoke an approved version in which something bad was found",
    roles=(REVIEWER,),
    takes=Revoke,
    answers=Decided,
)
def revoke_version(request: Request[Revoke], review: Review) -> Answer:
    """Revoke a version."""
    body = request.body
    outcome = review.revoke(
        request.command, request.plugin_id, request.version, reason=body.reason, rollback_to=body.rollback_to
    )
    return Answer(Decided.of(outcome))


@api.route(
    "POST",
    "/v1/plugins/{plugin_id}/rollback",
    summary="Go back to an earlier approved version, at once",
    roles=(DEVELOPER, REVIEWER),
    takes=RollBack,
    answers=RolledBack,
)
def roll_back(request: Request[RollBack], review: Review) -> Answer:
    """Roll back, or say what a rollback would do."""
    body, keeper = request.body, Keeper(request.command, request.caller.is_reviewer)
    if body.dry_run:
        outcome = review.rehearse_rollback(keeper, request.plugin_id, body.version, reason=body.reason)
        return Answer(RolledBack.of_rehearsal(outcome))
    return Answer(RolledBack.of(review.roll_back(keeper, request.plugin_id, body.version, reason=body.reason)))


@api.route(
    "POST",
    "/v1/plugins/{plugin_id}/ban",
    summary="Ban a plugin",
    roles=(REVIEWER,),
    takes=Because,
    answers=Standing,
)
def ban_plugin(request: Request[Because], review: Review) -> Answer:
    """Ban a plugin."""
    outcome = review.ban(request.command, request.plugin_id, reason=request.body.reason)
    return Answer(Standing.of(outcome), _status(outcome))


@api.route(
    "POST",
    "/v1/plugins/{plugin_id}/lift-ban",
    summary="Lift a ban",
    roles=(REVIEWER,),
    takes=Because,
    answers=Standing,
)
def lift_ban(request: Request[Because], review: Review) -> Answer:
    """Lift a ban."""
    return Answer(Standing.of(review.lift_ban(request.command, request.plugin_id, reason=request.body.reason)))


def _status(outcome: Outcome) -> int:
    """Return 202 while somebody else has to agree: the decision is taken in, and has no effect yet."""
    return 202 if outcome.awaiting else 200


build = api.build
handler = build(from_environment)
