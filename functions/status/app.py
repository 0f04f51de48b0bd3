"""HTTP: publishers, reviewers and visitors read; the API describes itself."""

from __future__ import annotations

from pathlib import Path

from functions.status.report import ComparisonOut, DriftDetail, ReportOut
from functions.status.schema import (
    FINDINGS_PATH,
    Audit,
    AuditQuery,
    Catalogue,
    CatalogueQuery,
    DocumentOut,
    LivePlugin,
    PermissionsOut,
    PluginList,
    PluginOut,
    PluginQuery,
    Reasons,
    SignInOut,
    VersionList,
    VersionOut,
)
from functions.status.use_case import Reader, Status
from functions.status.wiring import from_environment
from shared.domain.identity import Subject
from shared.domain.plugin import cache_tag
from shared.domain.reasons import REASONS
from shared.edge.api import HTML, JSON, Answer, Api, Nothing, Request
from shared.edge.callers import DEVELOPER, REVIEWER
from shared.reporting.page import CONTENT_SECURITY_POLICY
from shared.reporting.report_page import report_page

api = Api("status")

_HERE = Path(__file__).parent
_PUBLIC = {"cache-control": "public, max-age=30, s-maxage=30", "access-control-allow-origin": "*"}
_NEGOTIATED = {"vary": "Accept"}
_READERS = (DEVELOPER, REVIEWER)


@api.route(
    "GET",
    "/v1/plugins",
    summary="List your plugins",
    roles=_READERS,
    answers=PluginList,
    pages=True,
    queries={"owner": "For reviewers: whose plugins to list instead."},
)
def list_plugins(request: Request[Nothing], status: Status) -> Answer:
    """List plugins."""
    owner = request.asked(PluginQuery).owner
    return Answer(
        PluginList.of(status.plugins(_reader(request), request.page, owner=Subject(owner) if owner else None))
    )


@api.route("GET", "/v1/plugins/{plugin_id}", summary="Read where a plugin stands", roles=_READERS, answers=PluginOut)
def read_plugin(request: Request[Nothing], status: Status) -> Answer:
    """Read a plugin."""
    return Answer(PluginOut.of_view(status.plugin(_reader(request), request.plugin_id)))


@api.route(
    "GET",
    "/v1/plugins/{plugin_id}/drift",
    summary="Read how a plugin's origin differs from what is live",
    roles=_READERS,
    answers=DriftDetail,
)
def read_drift(request: Request[Nothing], status: Status) -> Answer:
    """Read a drift."""
    return Answer(DriftDetail.of(status.drift(_reader(request), request.plugin_id)))


@api.route(
    "GET",
    "/v1/plugins/{plugin_id}/versions",
    summary="List a plugin's versions",
    roles=_READERS,
    answers=VersionList,
    pages=True,
)
def list_versions(request: Request[Nothing], status: Status) -> Answer:
    """List versions."""
    return Answer(VersionList.of(status.versions(_reader(request), request.plugin_id, request.page)))


@api.route(
    "GET",
    "/v1/plugins/{plugin_id}/versions/{version}",
    summary="Read a version, its findings and its digest",
    roles=_READERS,
    answers=VersionOut,
)
def read_version(request: Request[Nothing], status: Status) -> Answer:
    """Read a version."""
    return Answer(VersionOut.of_view(status.version(_reader(request), request.plugin_id, request.version)))


@api.route(
    "GET",
    "/v1/plugins/{plugin_id}/versions/{version}/report",
    summary="Read what a version changes, what was found in it, and how it was come by",
    roles=_READERS,
    answers=ReportOut,
    also=(HTML,),
)
def read_report(request: Request[Nothing], status: Status) -> Answer:
    """Read a report, as JSON or as a page."""
    report = status.report(_reader(request), request.plugin_id, request.version)
    if request.wants(JSON, HTML) == JSON:
        return Answer(ReportOut.of(report), headers=_NEGOTIATED)
    headers = {**_NEGOTIATED, "content-security-policy": CONTENT_SECURITY_POLICY}
    return Answer(report_page(report), headers=headers, media_type=f"{HTML}; charset=utf-8")


@api.route(
    "GET",
    "/v1/plugins/{plugin_id}/versions/{version}/permissions",
    summary="Read what a version may do: sign-in, hosts, operations",
    roles=_READERS,
    answers=PermissionsOut,
)
def read_permissions(request: Request[Nothing], status: Status) -> Answer:
    """Read permissions."""
    version, found = status.permissions(_reader(request), request.plugin_id, request.version)
    return Answer(PermissionsOut.of_view(version, found))


@api.route(
    "GET",
    "/v1/plugins/{plugin_id}/versions/{version}/documents/{document_name}",
    summary="Read a pinned document exactly as it was fetched",
    roles=_READERS,
    answers=DocumentOut,
)
def read_document(request: Request[Nothing], status: Status) -> Answer:
    """Read a document."""
    name = request.path["document_name"]
    return Answer(DocumentOut.of(*status.document(_reader(request), request.plugin_id, request.version, name)))


@api.route(
    "GET",
    "/v1/plugins/{plugin_id}/audit",
    summary="Read who did what to a plugin, when and why",
    roles=_READERS,
    answers=Audit,
    pages=True,
    queries={"format": "`jsonl` for one JSON document a line, long pages, and the next one as `Link`."},
)
def read_audit(request: Request[Nothing], status: Status) -> Answer:
    """Read the audit, or export it."""
    if request.asked(AuditQuery).format == "json":
        return Answer(Audit.of(status.audit(_reader(request), request.plugin_id, request.page)))
    found = Audit.of(status.export(_reader(request), request.plugin_id, request.page.cursor))
    next_page = f'</v1/plugins/{request.plugin_id}/audit?format=jsonl&cursor={found.next_cursor}>; rel="next"'
    headers = {"link": next_page} if found.next_cursor else {}
    return Answer(found.as_lines(), headers=headers, media_type="application/jsonl")


@api.route("GET", "/v1/reasons", summary="List the reasons for a rejection", answers=Reasons)
def list_reasons(_request: Request[Nothing], _status: Status) -> Answer:
    """List the reasons."""
    return Answer(Reasons.of(REASONS.values()), headers=_PUBLIC)


@api.route(
    "GET",
    "/catalog",
    summary="List the approved plugins, or search them",
    answers=Catalogue,
    pages=True,
    queries={"q": "Words that all have to be in the id, a name or the description. A page may be short."},
)
def list_catalogue(request: Request[Nothing], status: Status) -> Answer:
    """List the catalogue."""
    return Answer(Catalogue.of(status.catalogue(request.page, request.asked(CatalogueQuery).q)), headers=_PUBLIC)


@api.route("GET", "/catalog/{plugin_id}", summary="Read about an approved plugin", answers=LivePlugin)
def read_live_plugin(request: Request[Nothing], status: Status) -> Answer:
    """Read about a live plugin."""
    plugin_id = request.plugin_id
    headers = {**_PUBLIC, "cache-tag": cache_tag(plugin_id)}
    return Answer(LivePlugin.of_view(*status.live_plugin(plugin_id)), headers=headers)


@api.route(
    "GET",
    "/catalog/{plugin_id}/versions/{version}/changes",
    summary="Read what a released version changed",
    answers=ComparisonOut,
)
def read_released_changes(request: Request[Nothing], status: Status) -> Answer:
    """Read what a released version changed. What it compares never changes, but a ban ends it."""
    plugin_id = request.plugin_id
    headers = {**_PUBLIC, "cache-control": "public, max-age=300, s-maxage=3600", "cache-tag": cache_tag(plugin_id)}
    return Answer(ComparisonOut.of(status.released_changes(plugin_id, request.version)), headers=headers)


@api.route("GET", "/v1/sign-in", summary="Read where people sign in", answers=SignInOut)
def read_sign_in(_request: Request[Nothing], status: Status) -> Answer:
    """Read where people sign in, for programs on their machines."""
    return Answer(SignInOut.of(status.sign_in), headers=_PUBLIC)


@api.route("GET", "/v1/openapi.json", summary="Read the description of this API", answers=None)
def read_openapi(_request: Request[Nothing], _status: Status) -> Answer:
    """Read the API's own OpenAPI document."""
    return Answer((_HERE / "openapi.json").read_text(encoding="utf-8"), headers=_PUBLIC, media_type=JSON)


@api.route("GET", "/v1/docs", summary="Read the documentation of this API", answers=None)
def read_docs(_request: Request[Nothing], _status: Status) -> Answer:
    """Read the API's documentation as a page."""
    return _page("docs.html")


@api.route("GET", FINDINGS_PATH, summary="Read what every finding means and how to mend it", answers=None)
def read_findings(_request: Request[Nothing], _status: Status) -> Answer:
    """Read the findings' meaning as a page; each has its code as the anchor."""
    return _page("findings.html")


def _page(name: str) -> Answer:
    page = (_HERE / name).read_text(encoding="utf-8")
    policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    return Answer(page, headers={**_PUBLIC, "content-security-policy": policy}, media_type="text/html; charset=utf-8")


def _reader(request: Request[Nothing]) -> Reader:
    return Reader(request.caller.subject, reads_all=request.caller.is_reviewer)


build = api.build
handler = build(from_environment)
