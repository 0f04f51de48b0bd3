"""HTTP: publishers register plugins, submit versions, and take them back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.submission.schema import (
    DriftWish,
    DriftWishSet,
    RegisterPlugin,
    SubmitVersion,
    Withdraw,
    Withdrawn,
)
from functions.submission.wiring import from_environment
from shared.edge.api import Answer, Api, Request
from shared.edge.callers import DEVELOPER
from shared.edge.told import Accepted

if TYPE_CHECKING:
    from functions.submission.use_case import Submission
    from shared.domain.transition import Outcome

api = Api("submission")


@api.route(
    "POST",
    "/v1/plugins",
    summary="Register a plugin and submit its first version",
    roles=(DEVELOPER,),
    takes=RegisterPlugin,
    answers=Accepted,
    status=202,
)
def register_plugin(request: Request[RegisterPlugin], submission: Submission) -> Answer:
    """Register a plugin."""
    body = request.body
    outcome = submission.register(
        request.command, manifest_url=body.manifest_url, wished_id=body.plugin_id, envelope=body.envelope
    )
    return _accepted(outcome)


@api.route(
    "POST",
    "/v1/plugins/{plugin_id}/versions",
    summary="Submit an upgrade",
    roles=(DEVELOPER,),
    takes=SubmitVersion,
    answers=Accepted,
    status=202,
)
def submit_version(request: Request[SubmitVersion], submission: Submission) -> Answer:
    """Submit an upgrade."""
    body = request.body
    outcome = submission.submit(
        request.command, request.plugin_id, manifest_url=body.manifest_url, envelope=body.envelope
    )
    return _accepted(outcome)


@api.route(
    "POST",
    "/v1/plugins/{plugin_id}/versions/{version}/withdraw",
    summary="Withdraw a candidate",
    roles=(DEVELOPER,),
    takes=Withdraw,
    answers=Withdrawn,
)
def withdraw_version(request: Request[Withdraw], submission: Submission) -> Answer:
    """Withdraw a candidate."""
    outcome = submission.withdraw(request.command, request.plugin_id, request.version, reason=request.body.reason)
    return Answer(Withdrawn.of(outcome))


@api.route(
    "PUT",
    "/v1/plugins/{plugin_id}/drift",
    summary="Choose what happens when your documents change after their approval",
    roles=(DEVELOPER,),
    takes=DriftWish,
    answers=DriftWishSet,
)
def set_drift_wish(request: Request[DriftWish], submission: Submission) -> Answer:
    """Set what happens on drift."""
    on_drift = submission.wish_on_drift(request.command, request.plugin_id, request.body.on_drift)
    return Answer(DriftWishSet(plugin_id=request.plugin_id, on_drift=on_drift))


def _accepted(outcome: Outcome) -> Answer:
    location = f"/v1/plugins/{outcome.plugin_id}/versions/{outcome.version}"
    return Answer(Accepted.of(outcome), 202, {"location": location})


build = api.build
handler = build(from_environment)
