"""HTTP: publishers register plugins, submit versions, and take them back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.submission.schema import Accepted, RegisterPlugin, SubmitVersion, Withdraw, Withdrawn
from functions.submission.wiring import from_environment
from shared.edge.api import Answer, Api, Request
from shared.edge.callers import DEVELOPER

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
    return _accepted(submission.register(request.command, manifest_url=body.manifest_url, wished_id=body.plugin_id))


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
    return _accepted(submission.submit(request.command, request.plugin_id, manifest_url=request.body.manifest_url))


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


def _accepted(outcome: Outcome) -> Answer:
    location = f"/v1/plugins/{outcome.plugin_id}/versions/{outcome.version}"
    return Answer(Accepted.of(outcome), 202, {"location": location})


build = api.build
handler = build(from_environment)
