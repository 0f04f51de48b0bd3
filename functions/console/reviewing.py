"""Pages for reviewers: the queue, what a version is decided on, and a plugin's whole history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.console.reviewing_case import case_of
from functions.console.reviewing_history import standing_of
from functions.console.schema import Page, Redirect
from functions.console.store import path_of
from functions.console.visits import Places

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.console.visits import Visit

places = Places()

_PAGE = 25
_MOST_LINES = 5000
_SHOWN: Mapping[str, Mapping[str, str]] = {"all": {}, "free": {"claimed": "false"}, "mine": {"mine": "true"}}
"""The parts of the queue, and what the API is asked for."""


@places.get("/console/reviews")
def queue(visit: Visit) -> Page | Redirect:
    """Show what waits for a decision, the longest waiting first; or lead to a plugin that somebody looks for."""
    if wanted := visit.query.text("plugin"):
        return Redirect(path_of("console", "reviews", wanted))
    show, cursor = visit.query.text("show"), visit.query.text("cursor")
    show = show if show in _SHOWN else "all"
    found = visit.store.get("/v1/reviews", cursor=cursor, limit=_PAGE, **_SHOWN[show])
    return Page.of("reviewer/queue.html", **found, show=show, is_first=not cursor)


@places.get("/console/reviews/{plugin_id}")
def plugin(visit: Visit) -> Page:
    """Show a plugin with all of its versions, what was decided about it, and what else can be done with it."""
    return Page.of("reviewer/plugin.html", **standing_of(visit))


@places.get("/console/reviews/{plugin_id}/{version}")
def report(visit: Visit) -> Page:
    """Show everything that a version is decided on."""
    return Page.of("reviewer/report.html", **case_of(visit))


@places.get("/console/reviews/{plugin_id}/{version}/presence")
def presence(visit: Visit) -> Page:
    """Show who is on a version, and whether it still waits: the part of its page that follows by itself."""
    plugin_id, number = visit.path["plugin_id"], visit.path["version"]
    version = visit.store.get(path_of("v1", "plugins", plugin_id, "versions", number))
    return Page.of("reviewer/presence.html", version=version)


@places.get("/console/reviews/{plugin_id}/{version}/documents/{name}")
def document(visit: Visit) -> Page:
    """Show a pinned document as it was fetched, line by line."""
    plugin_id, number, name = (visit.path[part] for part in ("plugin_id", "version", "name"))
    found = visit.store.get(path_of("v1", "plugins", plugin_id, "versions", number, "documents", name))
    lines = (found["text"] or "").splitlines()
    return Page.of(
        "reviewer/document.html",
        document=found,
        plugin_id=plugin_id,
        number=number,
        lines=lines[:_MOST_LINES],
        lines_left_out=max(len(lines) - _MOST_LINES, 0),
    )
