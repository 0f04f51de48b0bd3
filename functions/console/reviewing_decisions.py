"""What reviewers do: claim, approve, reject, ban, revoke, roll back. A decision is bound to what was on the screen."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from functions.console.reviewing_reasons import rejection_letter, suggested
from functions.console.schema import Page, Redirect
from functions.console.store import ProblemError, path_of
from functions.console.visits import Places

if TYPE_CHECKING:
    from functions.console.store import Document
    from functions.console.visits import Visit

places = Places()

_VERSION = "/console/reviews/{plugin_id}/{version}"
_PLUGIN = "/console/reviews/{plugin_id}"


@places.post(f"{_VERSION}/claim")
def claim(visit: Visit) -> Redirect:
    """Let the others see that somebody is on it."""
    visit.store.put(f"{_api(visit)}/claim")
    return Redirect(_page(visit), "claimed")


@places.post(f"{_VERSION}/give-up")
def give_up(visit: Visit) -> Redirect:
    """Give a claim up."""
    visit.store.delete(f"{_api(visit)}/claim")
    return Redirect(_page(visit), "claim-given-up")


@places.post(f"{_VERSION}/approve")
def approve(visit: Visit) -> Page | Redirect:
    """Approve the digest that was on the screen, and nothing else."""
    form = visit.form
    decision = {"digest": form.text("digest"), "note": form.text("note"), "release": _release(visit)}
    try:
        decided = visit.store.post(f"{_api(visit)}/approve", decision)
    except ProblemError as problem:
        return _not_decided(visit, problem)
    return Redirect(_page(visit), _approved(decided))


def _release(visit: Visit) -> str | dict[str, str]:
    wish = visit.form.text("release") or "immediate"
    # A browser's `datetime-local` has no zone; the page says that it is read as UTC.
    return {"at": f"{visit.form.text('at')}:00Z"} if wish == "scheduled" else wish


def _approved(decided: Document) -> str:
    if decided["awaiting"]:
        return "approval-noted"
    return "approved-live" if decided["state"] == "live" else "approved"


@places.get(f"{_VERSION}/reject")
def word_rejection(visit: Visit) -> Page:
    """Show the reasons to choose from, those first that the findings suggest."""
    return _rejection(visit, digest=visit.query.text("digest"))


@places.post(f"{_VERSION}/reject/preview")
def preview_rejection(visit: Visit) -> Page:
    """Show what the publisher will read, before anything is sent."""
    reasons, note = _reasons(visit), visit.form.text("note")
    wrong = _wrong_with(reasons)
    letter = None if wrong else rejection_letter(int(visit.path["version"]), reasons, note, visit.now)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return _rejection(visit, digest=visit.form.text("digest"), letter=letter, wrong=wrong, status=status)


@places.post(f"{_VERSION}/reject")
def reject(visit: Visit) -> Page | Redirect:
    """Reject the digest that was on the screen, with the reasons that were previewed."""
    form = visit.form
    decision = {"digest": form.text("digest"), "reasons": _reasons(visit), "note": form.text("note")}
    try:
        visit.store.post(f"{_api(visit)}/reject", decision)
    except ProblemError as problem:
        return _not_decided(visit, problem)
    return Redirect(_page(visit), "rejected")


def _rejection(visit: Visit, *, digest: str, status: int = HTTPStatus.OK, **shown: object) -> Page:
    version = visit.store.get(_api(visit))
    if version["state"] != "in_review" or version["digest"] != digest:
        return _moved(visit, version, "The version is not what you saw any more.")
    catalogue = visit.store.get("/v1/reasons")["items"]
    likely = suggested(finding["code"] for finding in version["findings"])
    values = {"letter": None, "wrong": "", **shown}
    return Page(
        "reviewer/reject.html",
        {
            **values,
            "version": version,
            "reasons": sorted(catalogue, key=lambda reason: reason["code"] not in likely),
            "likely": likely,
            "chosen": {each["code"]: each["detail"] for each in _reasons(visit)},
            "note": visit.form.text("note"),
        },
        status,
    )


def _reasons(visit: Visit) -> list[dict[str, str]]:
    codes = dict.fromkeys(visit.form.every("reason"))
    return [{"code": code, "detail": visit.form.text(f"detail.{code}")} for code in codes]


def _wrong_with(reasons: list[dict[str, str]]) -> str:
    if not reasons:
        return "Choose at least one reason."
    if any(reason["code"] == "other" and not reason["detail"] for reason in reasons):
        return "“Another reason” needs your words: the publisher reads nothing else."
    return ""


@places.post(f"{_PLUGIN}/revoke")
def revoke(visit: Visit) -> Redirect:
    """Take an approved version out of the way for good."""
    wish = {"reason": visit.form.text("reason"), "rollback_to": visit.form.number("rollback_to")}
    visit.store.post(f"{_plugin_api(visit)}{path_of('versions', visit.form.text('version'), 'revoke')}", wish)
    return Redirect(_plugin_page(visit), "revoked")


@places.post(f"{_PLUGIN}/rollback/rehearse")
def rehearse_rollback(visit: Visit) -> Page:
    """Show what a rollback would do."""
    outcome = visit.store.post(f"{_plugin_api(visit)}/rollback", {**_rollback(visit), "dry_run": True})
    return Page.of("reviewer/rollback.html", outcome=outcome, reason=visit.form.text("reason"))


@places.post(f"{_PLUGIN}/rollback")
def roll_back(visit: Visit) -> Redirect:
    """Go back to an earlier approved version."""
    visit.store.post(f"{_plugin_api(visit)}/rollback", _rollback(visit))
    return Redirect(_plugin_page(visit), "rolled-back")


def _rollback(visit: Visit) -> dict[str, Any]:
    return {"version": visit.form.number("version"), "reason": visit.form.text("reason")}


@places.post(f"{_PLUGIN}/ban")
def ban(visit: Visit) -> Redirect:
    """Ban a plugin, or be the first of two who do."""
    standing = visit.store.post(f"{_plugin_api(visit)}/ban", {"reason": visit.form.text("reason")})
    return Redirect(_plugin_page(visit), "ban-proposed" if standing["awaiting"] else "banned")


@places.post(f"{_PLUGIN}/lift-ban")
def lift_ban(visit: Visit) -> Redirect:
    """Lift a ban."""
    visit.store.post(f"{_plugin_api(visit)}/lift-ban", {"reason": visit.form.text("reason")})
    return Redirect(_plugin_page(visit), "ban-lifted")


def _not_decided(visit: Visit, problem: ProblemError) -> Page:
    """Return the page that says that nothing happened, and what to do; raise what is no matter of moved state."""
    if problem.status != HTTPStatus.CONFLICT:
        raise problem
    return _moved(visit, visit.store.get(_api(visit)), problem.detail or problem.title)


def _moved(visit: Visit, version: Document, because: str) -> Page:
    digest = visit.form.text("digest") or visit.query.text("digest")
    plugin = visit.store.get(_plugin_api(visit))
    return Page.of(
        "reviewer/moved.html",
        status=HTTPStatus.CONFLICT,
        version=version,
        plugin=plugin,
        because=because,
        seen=digest,
    )


def _plugin_api(visit: Visit) -> str:
    return path_of("v1", "plugins", visit.path["plugin_id"])


def _api(visit: Visit) -> str:
    return path_of("v1", "plugins", visit.path["plugin_id"], "versions", visit.path["version"])


def _plugin_page(visit: Visit) -> str:
    return path_of("console", "reviews", visit.path["plugin_id"])


def _page(visit: Visit) -> str:
    return path_of("console", "reviews", visit.path["plugin_id"], visit.path["version"])
