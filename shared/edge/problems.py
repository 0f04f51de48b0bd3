"""RFC 9457 problems, and the one table that turns errors into them. Standard library only: the public route uses it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared.domain import errors

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MEDIA_TYPE = "application/problem+json"
_TYPE_PREFIX = "urn:standfast:problem:"


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of problem. `name` is the stable end of its `type`."""

    name: str
    status: int
    title: str


MALFORMED = Problem("malformed-request", 400, "The request cannot be read.")
INVALID = Problem("invalid-value", 422, "A value in the request is not acceptable.")
UNAUTHENTICATED = Problem("unauthenticated", 401, "A valid access token is needed.")
FORBIDDEN = Problem("forbidden", 403, "You may not do this.")
NO_ROUTE = Problem("no-such-route", 404, "There is nothing at this address.")
GONE = Problem("gone", 410, "This plugin is banned.")
INTERNAL = Problem("internal", 500, "Something went wrong here. It is not your fault.")

PROBLEMS: Mapping[type[Exception], Problem] = {
    errors.InvalidCursorError: Problem("invalid-cursor", 400, "The cursor is not valid."),
    errors.InvalidValueError: INVALID,
    errors.NotFoundError: Problem("not-found", 404, "There is no such thing."),
    errors.ForbiddenError: FORBIDDEN,
    errors.WorkflowTokenRefusedError: Problem("workflow-token-refused", 401, "The workflow's token is not good here."),
    errors.UntrustedWorkflowError: Problem("untrusted-workflow", 403, "The plugin does not trust this workflow."),
    errors.AccessDeniedError: Problem("access-denied", 403, "You may not use this plugin."),
    errors.InstallsSuspendedError: Problem("installs-suspended", 403, "Nobody new may install this plugin for now."),
    errors.IllegalMoveError: Problem("illegal-move", 409, "The present state does not allow it."),
    errors.DigestMismatchError: Problem("digest-mismatch", 409, "The digest is not that of this version."),
    errors.PluginBannedError: Problem("plugin-banned", 409, "The plugin is banned."),
    errors.PluginIdTakenError: Problem("plugin-id-taken", 409, "The plugin id is taken."),
    errors.NoPlaceLeftError: Problem("no-place-left", 409, "All places are taken."),
    errors.TooManyWebhooksError: Problem("too-many-webhooks", 409, "You have as many webhooks as there may be."),
    errors.TooManyPublishersError: Problem("too-many-publishers", 409, "The plugin trusts as many as it may."),
    errors.StaleStateError: Problem("state-moved", 409, "The state moved meanwhile."),
    errors.IdempotencyMismatchError: Problem("idempotency-key-reused", 422, "The Idempotency-Key was used before."),
    errors.ConflictError: Problem("conflict", 409, "The present state does not allow it."),
    errors.RateLimitedError: Problem("rate-limited", 429, "That is more than this store takes."),
    errors.UnavailableError: Problem("unavailable", 503, "The store is busy. Try again in a moment."),
}
"""By class; a subclass that is not listed is its nearest ancestor's problem."""


def problem_of(error: Exception) -> Problem:
    """Return the problem that an error is, by its class. Everything unforeseen is `internal`."""
    for kind in type(error).__mro__:
        if kind in PROBLEMS:
            return PROBLEMS[kind]
    return INTERNAL


def body_of(error: Exception) -> str:
    """Write the problem document of an error. What is not the caller's fault tells nothing of the inside."""
    problem = problem_of(error)
    members: dict[str, Any] = {}
    if isinstance(error, errors.ConflictError) and error.state:
        members["state"] = error.state
    if isinstance(error, errors.AccessDeniedError):
        members["reason"] = error.reason
    if isinstance(error, errors.InvalidValueError) and error.field:
        pointer = f"/{error.field}"
        members["errors"] = [{"code": problem.name, "pointer": pointer, "message": str(error)}]
    own_text = isinstance(error, errors.StandfastError) and problem.status < INTERNAL.status
    return write(problem, str(error) if own_text else "", **members)


def headers_of(error: Exception) -> Mapping[str, str]:
    """Return the headers that an error adds to its answer: when to try again (RFC 9110, 10.2.3)."""
    return {"retry-after": str(error.retry_after)} if isinstance(error, errors.RateLimitedError) else {}


def write(problem: Problem, detail: str = "", **members: str | Sequence[Mapping[str, Any]]) -> str:
    """Write a problem document; `members` are extensions, such as `errors`."""
    document = {"type": _TYPE_PREFIX + problem.name, "title": problem.title, "status": problem.status}
    return json.dumps({**document, **({"detail": detail} if detail else {}), **members}, ensure_ascii=False)
