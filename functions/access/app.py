"""HTTP: developers and users install plugins, hosts ask who may use them, developers preview candidates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.access.schema import EntitlementOut, InstallOut, InstallPlugin, TestersOut
from functions.access.wiring import from_environment
from shared.domain.access import PLACES, Kind, Person
from shared.edge.api import Answer, Api, Nothing, Request
from shared.edge.callers import DEVELOPER, REVIEWER, TESTER, USER

if TYPE_CHECKING:
    from typing import Any

    from functions.access.use_case import Preview
    from functions.access.wiring import Accessing

api = Api("access")

_KINDS = {TESTER: Kind.DEVELOPER, USER: Kind.PLUS}
_UNCACHED = {"cache-control": "private, no-store"}


@api.route(
    "PUT",
    "/v1/plugins/{plugin_id}/installs/me",
    summary="Install a plugin",
    roles=(TESTER, USER),
    takes=InstallPlugin,
    answers=InstallOut,
)
def install_plugin(request: Request[InstallPlugin], accessing: Accessing) -> Answer:
    """Install a plugin."""
    return Answer(InstallOut.of(accessing.access.install(_person(request), request.plugin_id, request.body.channel)))


@api.route(
    "GET",
    "/v1/plugins/{plugin_id}/installs",
    summary="Read how many testers a plugin has",
    roles=(DEVELOPER, REVIEWER),
    answers=TestersOut,
)
def read_testers(request: Request[Nothing], accessing: Accessing) -> Answer:
    """Read how many testers there are."""
    caller = request.caller
    taken = accessing.access.places_taken(caller.subject, request.plugin_id, reads_all=caller.is_reviewer)
    return Answer(TestersOut(plugin_id=request.plugin_id, taken=taken, places=PLACES))


@api.route(
    "DELETE",
    "/v1/plugins/{plugin_id}/installs/me",
    summary="Uninstall a plugin",
    roles=(TESTER, USER),
    answers=None,
    status=204,
)
def uninstall_plugin(request: Request[Nothing], accessing: Accessing) -> Answer:
    """Uninstall a plugin."""
    accessing.access.uninstall(_person(request), request.plugin_id)
    return Answer("", 204)


@api.route(
    "GET",
    "/v1/plugins/{plugin_id}/entitlement",
    summary="Ask whether the bearer of the token may use a plugin",
    roles=(TESTER, USER),
    answers=EntitlementOut,
)
def read_entitlement(request: Request[Nothing], accessing: Accessing) -> Answer:
    """Read an entitlement."""
    entitlement = accessing.access.entitlement(_person(request), request.plugin_id)
    return Answer(EntitlementOut.of(request.plugin_id, entitlement), headers=_UNCACHED)


@api.route(
    "GET",
    "/v1/plugins/{plugin_id}/versions/{version}/ai-plugin.json",
    summary="Preview the candidate's manifest",
    roles=(TESTER,),
    answers=None,
)
def preview_manifest(request: Request[Nothing], accessing: Accessing) -> Answer:
    """Preview a manifest."""
    base_url = accessing.public_base_url or f"https://{request.domain}"
    person = _person(request)
    return _shown(accessing.access.manifest(person, request.plugin_id, request.version, base_url=base_url))


@api.route(
    "GET",
    "/v1/plugins/{plugin_id}/versions/{version}/{schema_name}",
    summary="Preview the candidate's schema",
    roles=(TESTER,),
    answers=None,
)
def preview_schema(request: Request[Nothing], accessing: Accessing) -> Answer:
    """Preview a schema."""
    name = request.path["schema_name"]
    return _shown(accessing.access.schema(_person(request), request.plugin_id, request.version, name))


def _person(request: Request[Any]) -> Person:
    kinds = frozenset(kind for role, kind in _KINDS.items() if request.caller.has(role))
    return Person(request.caller.subject, kinds)


def _shown(preview: Preview) -> Answer:
    return Answer(preview.body.decode(), headers=_UNCACHED, media_type=preview.media_type)


build = api.build
handler = build(from_environment)
