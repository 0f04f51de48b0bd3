"""What publishers do to a version or a plugin: release, withdraw, go back, and say what is to happen on drift."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.console.publishing import api_path, page_path
from functions.console.schema import Page, Redirect
from functions.console.store import ProblemError
from functions.console.visits import Places

if TYPE_CHECKING:
    from functions.console.store import Document
    from functions.console.visits import Visit

places = Places()

_PLUGIN = "/console/plugins/{plugin_id}"
_VERSION = _PLUGIN + "/versions/{version}"
_MOST_VERSIONS = 100


@places.post(f"{_VERSION}/release")
def release(visit: Visit) -> Redirect:
    """Release an approved version."""
    visit.store.post(api_path(visit, "versions", visit.path["version"], "release"))
    return Redirect(page_path(visit), notice="released")


@places.get(f"{_VERSION}/withdraw")
def show_withdrawal(visit: Visit) -> Page:
    """Ask whether a version is to be withdrawn."""
    found = visit.store.get(api_path(visit, "versions", visit.path["version"]))
    return Page.of("publisher/withdraw.html", version=found)


@places.post(f"{_VERSION}/withdraw")
def withdraw(visit: Visit) -> Redirect:
    """Withdraw a version."""
    reason = visit.form.text("reason")
    path = api_path(visit, "versions", visit.path["version"], "withdraw")
    visit.store.post(path, {"reason": reason} if reason else {})
    return Redirect(page_path(visit), notice="withdrawn")


@places.get(f"{_PLUGIN}/rollback")
def show_rollback(visit: Visit) -> Page:
    """Show the versions that the plugin can go back to."""
    return _rollback_page(visit, sent={"version": visit.query.number("version"), "reason": ""})


@places.post(f"{_PLUGIN}/rollback")
def roll_back(visit: Visit) -> Page | Redirect:
    """Say what going back would do; where that was seen already, go back."""
    sent = {"version": visit.form.number("version") or 0, "reason": visit.form.text("reason")}
    is_rehearsal = visit.form.text("seen") != "yes"
    try:
        outcome = visit.store.post(api_path(visit, "rollback"), {**sent, "dry_run": is_rehearsal})
    except ProblemError as problem:
        return _rollback_page(visit, sent=sent, problem=problem)
    if is_rehearsal:
        return _rollback_page(visit, sent=sent, rehearsal=outcome)
    return Redirect(page_path(visit), notice="rolled-back")


@places.get(f"{_PLUGIN}/drift")
def show_drift(visit: Visit) -> Page:
    """Show how what the publisher serves differs from what was approved."""
    return Page.of("publisher/drift.html", drift=visit.store.get(api_path(visit, "drift")))


@places.post(f"{_PLUGIN}/drift")
def choose_on_drift(visit: Visit) -> Redirect:
    """Set what is to happen when the publisher's documents change."""
    visit.store.put(api_path(visit, "drift"), {"on_drift": visit.form.text("on_drift")})
    return Redirect(page_path(visit, "drift"), notice="saved")


def _rollback_page(
    visit: Visit, *, sent: Document, rehearsal: Document | None = None, problem: ProblemError | None = None
) -> Page:
    found = visit.store.get(api_path(visit, "versions"), limit=_MOST_VERSIONS)
    values = {
        "plugin_id": visit.path["plugin_id"],
        "earlier": [version for version in found["items"] if version["state"] == "superseded"],
        "sent": sent,
        "rehearsal": rehearsal,
        "problem": problem,
    }
    return Page("publisher/rollback.html", values, problem.status if problem else 200)
