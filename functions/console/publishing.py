"""Pages for publishers: their plugins, submitting, and what becomes of each version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.console.excerpts import beside_their_lines
from functions.console.prospects import prospect_of, seconds_until_news
from functions.console.schema import Page, Redirect
from functions.console.store import ProblemError, path_of
from functions.console.submitting import envelope_of, submission_of
from functions.console.visits import Places
from shared.domain.reasons import REASONS

if TYPE_CHECKING:
    from functions.console.store import Document
    from functions.console.visits import Visit

places = Places()

_PLUGIN = "/console/plugins/{plugin_id}"
_VERSION = _PLUGIN + "/versions/{version}"
_PAGE = 10
_LONG_PAGE = 25


def api_path(visit: Visit, *more: str) -> str:
    """Return the API's path of the plugin that a visit is about, or of something below it."""
    return path_of("v1", "plugins", visit.path["plugin_id"], *more)


def page_path(visit: Visit, *more: str) -> str:
    """Return the console's path of the plugin that a visit is about, or of something below it."""
    return path_of("console", "plugins", visit.path["plugin_id"], *more)


@places.get("/console/plugins")
def plugins(visit: Visit) -> Page:
    """Show the publisher's plugins, each with what is live and what waits."""
    cursor = visit.query.text("cursor")
    found = visit.store.get("/v1/plugins", cursor=cursor, limit=_PAGE)
    # The list is one of names: where each stands is for each to say.
    standing = [_summed_up(visit, each["plugin_id"]) for each in found["items"]]
    values = {"items": standing, "next_cursor": found["next_cursor"], "is_first": not cursor}
    return Page("publisher/plugins.html", values)


@places.get("/console/submit")
def show_submission(visit: Visit) -> Page:
    """Show the form for a new plugin."""
    sent = {"manifest_url": visit.query.text("manifest_url"), "plugin_id": "", "envelope": ""}
    return Page.of("publisher/submit.html", sent=sent, problem=None)


@places.post("/console/submit")
def submit(visit: Visit) -> Page | Redirect:
    """Register a plugin and submit its first version."""
    sent = {name: visit.form.text(name) for name in ("manifest_url", "plugin_id", "envelope")}
    try:
        accepted = visit.store.post("/v1/plugins", submission_of(visit.form, "manifest_url", "plugin_id"))
    except ProblemError as problem:
        return Page.of("publisher/submit.html", status=problem.status, sent=sent, problem=problem)
    return _to_version(accepted)


@places.get(_PLUGIN)
def plugin(visit: Visit) -> Page:
    """Show where a plugin stands: what is live and what waits, side by side."""
    return Page("publisher/plugin.html", _standing(visit))


@places.post(f"{_PLUGIN}/versions")
def submit_upgrade(visit: Visit) -> Page | Redirect:
    """Submit an upgrade, from another manifest URL if one is given."""
    try:
        accepted = visit.store.post(api_path(visit, "versions"), submission_of(visit.form, "manifest_url"))
    except ProblemError as problem:
        again = {"problem": problem, "envelope": visit.form.text("envelope")}
        return Page("publisher/plugin.html", _standing(visit) | again, problem.status)
    return _to_version(accepted)


@places.get(f"{_PLUGIN}/versions")
def versions(visit: Visit) -> Page:
    """Show all versions of a plugin."""
    cursor = visit.query.text("cursor")
    found = visit.store.get(api_path(visit, "versions"), cursor=cursor, limit=_LONG_PAGE)
    return Page.of("publisher/versions.html", plugin_id=visit.path["plugin_id"], **found, is_first=not cursor)


@places.get(f"{_PLUGIN}/messages")
def messages(visit: Visit) -> Page:
    """Show what happened to a plugin, and why."""
    cursor = visit.query.text("cursor")
    found = visit.store.get(api_path(visit, "messages"), cursor=cursor, limit=_LONG_PAGE)
    return Page.of("publisher/messages.html", plugin_id=visit.path["plugin_id"], **found, is_first=not cursor)


@places.get(_VERSION)
def version(visit: Visit) -> Page:
    """Show a version: its findings beside their lines, what it changes, and what happens next."""
    found = visit.store.get(api_path(visit, "versions", visit.path["version"]))
    outlook = visit.store.get(api_path(visit))["outlook"] if found["state"] == "in_review" else None
    report = visit.store.get(api_path(visit, "versions", visit.path["version"], "report"))
    return Page.of(
        "publisher/version.html",
        version=found,
        report=report,
        findings=beside_their_lines(found, visit.store),
        next=prospect_of(found, outlook, live=report["live_version"]),
        live=seconds_until_news(found),
        envelope=envelope_of(visit.store, found),
        reasons={code: reason.title for code, reason in REASONS.items()},
    )


def _summed_up(visit: Visit, plugin_id: str) -> Document:
    """Return where a plugin stands; `newest` is the last version where it is neither live nor waiting."""
    path = path_of("v1", "plugins", plugin_id)
    found = visit.store.get(path)
    last = found["last_version"]
    is_told = found["candidate"] or (found["live"] and found["live"]["version"] == last)
    return {**found, "newest": None if is_told else visit.store.get(f"{path}/versions/{last}")}


def _standing(visit: Visit) -> Document:
    found = visit.store.get(api_path(visit))
    candidate = found["candidate"]
    return {
        "plugin": found,
        "next": prospect_of(candidate, found["outlook"], live=_live_number(found)) if candidate else None,
        "live": seconds_until_news(candidate) if candidate else 0.0,
        "testers": visit.store.find(api_path(visit, "installs")),
        "origin": found.get("origin"),
        "envelope": envelope_of(visit.store, candidate or found["live"]),
        "problem": None,
    }


def _live_number(plugin: Document) -> int | None:
    return plugin["live"]["version"] if plugin["live"] else None


def _to_version(accepted: Document) -> Redirect:
    page = path_of("console", "plugins", accepted["plugin_id"], "versions", accepted["version"])
    return Redirect(page, notice="submitted")
