"""Publishers' webhooks: setting them up, trying them, and what was delivered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.console.schema import Page, Redirect
from functions.console.store import ProblemError, path_of
from functions.console.visits import Places
from shared.domain.messages import DOTTED_TYPES

if TYPE_CHECKING:
    from functions.console.store import Document
    from functions.console.visits import Visit

places = Places()

_LIST = "/console/webhooks"
_WEBHOOK = _LIST + "/{name}"
_PAGE = 25


@places.get(_LIST)
def webhooks(visit: Visit) -> Page:
    """Show the publisher's webhooks, and the form for a new one."""
    return _list_page(visit, sent={"name": "", "url": ""})


@places.post(_LIST)
def set_up(visit: Visit) -> Page | Redirect:
    """Set a webhook up; its secret is shown this once."""
    sent = {name: visit.form.text(name) for name in ("name", "url")}
    try:
        made = visit.store.put(path_of("v1", "webhooks", sent["name"] or " "), _wanted(visit))
    except ProblemError as problem:
        return _list_page(visit, sent=sent, problem=problem)
    return _secret_page(made, "made") if made["secret"] else Redirect(_page(made["name"]), notice="saved")


@places.get(_WEBHOOK)
def webhook(visit: Visit) -> Page:
    """Show a webhook and what was delivered to it."""
    return _webhook_page(visit)


@places.post(_WEBHOOK)
def change(visit: Visit) -> Page | Redirect:
    """Change a webhook."""
    try:
        visit.store.put(_api(visit), _wanted(visit))
    except ProblemError as problem:
        return _webhook_page(visit, problem)
    return Redirect(_page(visit.path["name"]), notice="saved")


@places.post(f"{_WEBHOOK}/test")
def try_out(visit: Visit) -> Redirect:
    """Have a test message delivered."""
    visit.store.post(_api(visit, "test"))
    return Redirect(_page(visit.path["name"]), notice="tested")


@places.post(f"{_WEBHOOK}/rotate-secret")
def rotate_secret(visit: Visit) -> Page:
    """Give a webhook a new secret, which is shown this once."""
    return _secret_page(visit.store.post(_api(visit, "rotate-secret")), "rotated")


@places.post(f"{_WEBHOOK}/remove")
def remove(visit: Visit) -> Redirect:
    """Remove a webhook."""
    visit.store.delete(_api(visit))
    return Redirect(_LIST, notice="removed")


@places.post(f"{_WEBHOOK}/deliveries/{{delivery_id}}/replay")
def replay(visit: Visit) -> Redirect:
    """Have a delivery attempted anew."""
    visit.store.post(_api(visit, "deliveries", visit.path["delivery_id"], "replay"))
    return Redirect(_page(visit.path["name"]), notice="delivery-replayed")


def _api(visit: Visit, *more: str) -> str:
    return path_of("v1", "webhooks", visit.path["name"], *more)


def _page(name: str) -> str:
    return path_of("console", "webhooks", name)


def _wanted(visit: Visit) -> Document:
    form = visit.form
    return {
        "url": form.text("url"),
        "description": form.text("description"),
        "types": [kind for kind in form.every("types") if kind],
        "plugin_ids": form.text("plugin_ids").replace(",", " ").split(),
        "state": "disabled" if form.text("state") == "disabled" else "enabled",
    }


def _list_page(visit: Visit, *, sent: Document, problem: ProblemError | None = None) -> Page:
    values = {**visit.store.get("/v1/webhooks"), "sent": sent, "problem": problem}
    return Page("publisher/webhooks.html", values, problem.status if problem else 200)


def _webhook_page(visit: Visit, problem: ProblemError | None = None) -> Page:
    cursor = visit.query.text("cursor")
    log = visit.store.get(_api(visit, "deliveries"), cursor=cursor, limit=_PAGE)
    values = {
        "webhook": visit.store.get(_api(visit)),
        "deliveries": log["items"],
        "next_cursor": log["next_cursor"],
        "is_first": not cursor,
        "is_moving": any(each["state"] == "pending" for each in log["items"]),
        "types": sorted(DOTTED_TYPES),
        "problem": problem,
    }
    return Page("publisher/webhook.html", values, problem.status if problem else 200)


def _secret_page(webhook: Document, what: str) -> Page:
    return Page.of("publisher/webhook_secret.html", webhook=webhook, what=what)
