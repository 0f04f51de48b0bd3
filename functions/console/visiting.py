"""Pages for everybody: the catalogue, and a plugin as the public gets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.console.failures import NoSuchPageError
from functions.console.schema import Page, Redirect
from functions.console.store import path_of
from functions.console.visits import Door, Places

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.console.store import Document
    from functions.console.visits import Visit

places = Places()

_PAGE = 24
_LONGEST_QUERY = 100

_TOLD: Mapping[str, tuple[str, str]] = {
    "version.released": ("Version {version} went live", "good"),
    "version.restored": ("The store went back to version {version}", "info"),
    "version.revoked": ("Version {version} was revoked", "bad"),
    "version.refreshed": ("Version {version} has a newer schema", "info"),
    "schema.refreshed": ("The schema of version {version} was refreshed", "info"),
    "plugin.banned": ("The plugin was banned", "bad"),
    "plugin.ban_lifted": ("The ban was lifted", "info"),
}
"""What each public change is called, and its tone."""

_RELEASED = "version.released"

_SIGN_IN: Mapping[str, str] = {
    "none": "Not needed",
    "user_http": "With a token of the user's own",
    "service_http": "The assistant has a token for all its users",
    "oauth": "The user signs in",
}
"""What each way of signing in means for users."""

_VERIFIED: Mapping[str, tuple[str, str]] = {
    "in_sync": ("the same there", "good"),
    "drifted": ("its publisher has changed it there", "warn"),
    "unreachable": ("no answer there", "warn"),
    "gone": ("that address is gone", "bad"),
}
"""What the last look at the publisher's own address found. What is served from here stays as it was approved."""


@places.get("/console", Door.OPEN)
def enter(_visit: Visit) -> Redirect:
    """Lead to the first page."""
    return Redirect("/")


@places.get("/", Door.OPEN)
def catalogue(visit: Visit) -> Page:
    """Show the approved plugins, or those that a search finds."""
    query, cursor = visit.query.text("q")[:_LONGEST_QUERY], visit.query.text("cursor")
    found = visit.store.get("/catalog", q=query, cursor=cursor, limit=_PAGE)
    return Page.of("visitor/catalogue.html", **found, query=query, is_first=not cursor)


@places.get("/console/catalog/{plugin_id}", Door.OPEN)
def plugin(visit: Visit) -> Page:
    """Show a plugin: what it does, where it sends what, and how it came to be what it is."""
    path = path_of("catalog", visit.path["plugin_id"])
    found = visit.store.get(path)
    changes = visit.store.find(f"{path}/changes") or {"items": []}
    return Page.of(
        "visitor/plugin.html",
        plugin=found,
        history=[_told(change) for change in changes["items"]],
        manifest_url=f"{visit.request.origin}{found['manifest_path']}",
        sign_in=_SIGN_IN.get(found["permissions"]["auth_type"], found["permissions"]["auth_type"]),
        verified=_verified(found),
    )


@places.get("/console/catalog/{plugin_id}/versions/{version}", Door.OPEN)
def version(visit: Visit) -> Page:
    """Show what a released version changed. What never was released is nobody's business."""
    path, number = path_of("catalog", visit.path["plugin_id"]), visit.path["version"]
    found = visit.store.get(path)
    comparison = visit.store.find(path + path_of("versions", number, "changes"))
    if comparison is None and number not in _released(visit.store.get(f"{path}/changes")):
        raise NoSuchPageError
    return Page.of("visitor/changes.html", plugin=found, number=number, comparison=comparison)


def _released(history: Document) -> set[str]:
    return {str(change["version"]) for change in history["items"] if change["type"] == _RELEASED}


def _told(change: Document) -> Document:
    title, tone = _TOLD.get(change["type"], (change["type"], ""))
    return {**change, "title": title.format_map(change), "tone": tone}


def _verified(found: Document) -> Document | None:
    if not found["last_verified_at"] and not found["origin_state"]:
        return None
    told, tone = _VERIFIED.get(found["origin_state"], (found["origin_state"], ""))
    return {"at": found["last_verified_at"], "told": told, "tone": tone}
