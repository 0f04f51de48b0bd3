"""What went wrong, as a page that says what to do about it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from functions.console.addresses import way_back, way_in
from functions.console.schema import Page
from functions.console.store import ProblemError
from shared.domain.errors import ForbiddenError, StandfastError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from functions.console.visits import Visit


class NoSuchPageError(StandfastError):
    """Nothing is at this address."""


class WrongMethodError(StandfastError):
    """Something is at this address, but not for this method."""


class SessionEndedError(StandfastError):
    """The access token is over, and there is nothing to renew it with."""


class FormForeignError(StandfastError):
    """The form is not one of this session's."""


ADVICE: Mapping[str, str] = {
    "access-denied": "Who may use a plugin follows from its status and from your account.",
    "conflict": "Go back and look at how it stands now.",
    "digest-mismatch": "The content has changed since you saw it. Nothing was done. Look at it anew.",
    "forbidden": "Your account is not in the group that this takes. Whoever runs the store can change that.",
    "idempotency-key-reused": "This form was sent before with other content. Load its page anew, and send it again.",
    "illegal-move": "It has moved on since this page was made. Go back and look at how it stands now.",
    "installs-suspended": "It ends when the publisher serves again what was approved, or a reviewer approves it.",
    "internal": "Try again. If it stays so, tell whoever runs the store when it happened.",
    "invalid-value": "Go back, change what is named here, and send it again.",
    "malformed-request": "Load the page anew, and send the form again.",
    "no-place-left": "A place becomes free when one of the testers uninstalls the plugin.",
    "not-found": "It may be gone, or not yours to see. Check the address.",
    "plugin-banned": "Nothing can be done with a banned plugin until a reviewer lifts the ban.",
    "plugin-id-taken": "Choose another id for the plugin.",
    "rate-limited": "Wait a while, then do it again.",
    "state-moved": "Somebody else did something at the same moment. Go back and look at how it stands now.",
    "too-many-publishers": "Remove a workflow that needs it no longer.",
    "too-many-webhooks": "Remove one that you need no longer.",
    "unavailable": "Nothing is lost. Try again in a moment.",
    "untrusted-workflow": "Name the workflow among the plugin's trusted publishers first.",
    "workflow-token-refused": "Let the workflow ask for a fresh token, made for this store.",
}
"""What to do about each problem of the API, by the end of its type."""

_UNKNOWN = "Go back and try again."


@dataclass(frozen=True, slots=True)
class _Told:
    """What is said of an error of the console's own."""

    status: HTTPStatus
    title: str
    advice: str


_OWN: Mapping[type[Exception], _Told] = {
    NoSuchPageError: _Told(HTTPStatus.NOT_FOUND, "There is no page at this address.", ADVICE["not-found"]),
    WrongMethodError: _Told(HTTPStatus.METHOD_NOT_ALLOWED, "This address takes forms, and shows no page.", _UNKNOWN),
    FormForeignError: _Told(
        HTTPStatus.FORBIDDEN,
        "This form is not from your present session.",
        "Nothing was done. Load the page with the form anew, and send it from there.",
    ),
    ForbiddenError: _Told(HTTPStatus.FORBIDDEN, "You may not do this here.", "Come through the store's own address."),
    UnavailableError: _Told(
        HTTPStatus.SERVICE_UNAVAILABLE, "The store does not answer at this moment.", ADVICE["unavailable"]
    ),
    Exception: _Told(
        HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong here. It is not your fault.", ADVICE["internal"]
    ),
}


def page_of(error: Exception, visit: Visit) -> Page:
    """Return the page of an error. What is unforeseen tells nothing of the inside."""
    match error:
        case SessionEndedError() | ProblemError(status=HTTPStatus.UNAUTHORIZED):
            return _ended(visit)
        case ProblemError():
            more = {"name": error.name, "detail": error.detail, "errors": error.errors}
            return _problem(error.status, error.title, ADVICE.get(error.name, _UNKNOWN), **more)
    told = next(_OWN[kind] for kind in type(error).__mro__ if kind in _OWN)
    return _problem(told.status, told.title, told.advice)


def _ended(visit: Visit) -> Page:
    values = {"was_form": visit.request.method != "GET", "again": way_in(way_back(visit.request))}
    return Page("errors/session_ended.html", values, HTTPStatus.UNAUTHORIZED)


def _problem(status: int, title: str, advice: str, **values: object) -> Page:
    shown = {"name": "", "detail": "", "errors": [], **values, "problem_title": title, "advice": advice}
    return Page("errors/problem.html", {**shown, "problem_status": int(status)}, int(status))
