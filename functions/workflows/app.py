"""HTTP: owners say which workflows they trust; these submit, with the token of their CI service and no other secret."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from functions.workflows.schema import (
    Progress,
    PublisherList,
    PublisherOut,
    SubmitFromWorkflow,
    Trust,
)
from functions.workflows.use_case import Bearer
from functions.workflows.wiring import Serving, from_environment
from shared.domain.errors import InvalidValueError, PublisherNotFoundError
from shared.edge.api import Answer, Api, Nothing, Request
from shared.edge.callers import DEVELOPER
from shared.edge.told import Accepted

if TYPE_CHECKING:
    from typing import Any

api = Api("workflows")

_TRUSTED = "/v1/plugins/{plugin_id}/trusted-publishers"
_ONE = f"{_TRUSTED}/{{publisher_name}}"
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


@api.route("GET", _TRUSTED, summary="List the workflows that may submit", roles=(DEVELOPER,), answers=PublisherList)
def list_publishers(request: Request[Nothing], serving: Serving) -> Answer:
    """List trusted workflows."""
    return Answer(PublisherList.of(serving.workflows.trusted(request.command, request.plugin_id)))


@api.route("PUT", _ONE, summary="Let a workflow submit", roles=(DEVELOPER,), takes=Trust, answers=PublisherOut)
def trust(request: Request[Trust], serving: Serving) -> Answer:
    """Trust a workflow."""
    workflows = serving.workflows
    publisher = request.body.as_publisher(_new_name(request), workflows.clock())
    return Answer(PublisherOut.of(workflows.trust(request.command, request.plugin_id, publisher)))


@api.route("DELETE", _ONE, summary="Let a workflow submit no more", roles=(DEVELOPER,), answers=None, status=204)
def distrust(request: Request[Nothing], serving: Serving) -> Answer:
    """Trust a workflow no more."""
    serving.workflows.distrust(request.command, request.plugin_id, _name(request))
    return Answer("", 204)


@api.route(
    "POST",
    "/v1/plugins/{plugin_id}/versions/from-workflow",
    summary="Submit an upgrade as a trusted workflow, with its CI service's token",
    takes=SubmitFromWorkflow,
    answers=Accepted,
    status=202,
)
def submit(request: Request[SubmitFromWorkflow], serving: Serving) -> Answer:
    """Submit an upgrade as a workflow."""
    bearer, url = _bearer(request, serving), request.body.manifest_url
    outcome = serving.workflows.submit(bearer, request.command.request, request.plugin_id, manifest_url=url)
    location = f"/v1/plugins/{outcome.plugin_id}/versions/{outcome.version}/from-workflow"
    return Answer(Accepted.of(outcome), 202, {"location": location})


@api.route(
    "GET",
    "/v1/plugins/{plugin_id}/versions/{version}/from-workflow",
    summary="Follow a version as a trusted workflow",
    answers=Progress,
)
def look(request: Request[Nothing], serving: Serving) -> Answer:
    """Follow a version as a workflow."""
    version, report = serving.workflows.look(_bearer(request, serving), request.plugin_id, request.version)
    return Answer(Progress.of(version, report))


def _bearer(request: Request[Any], serving: Serving) -> Bearer:
    return Bearer(request.authorization, serving.public_base_url or f"https://{request.domain}")


def _new_name(request: Request[Any]) -> str:
    name = request.path["publisher_name"]
    if not _NAME.fullmatch(name):
        message = "A name is 1 to 63 lower-case letters, digits and inner hyphens, such as 'releases'."
        raise InvalidValueError(message, field="publisher_name")
    return name


def _name(request: Request[Any]) -> str:
    name = request.path["publisher_name"]
    if not _NAME.fullmatch(name):
        raise PublisherNotFoundError(name)
    return name


build = api.build
handler = build(from_environment)
