"""What can go wrong between a person and a store, and the exit status of each.

CommandError
├── ProblemError        the store answered with a problem
├── NotSignedInError    there is no token to send, or none that is good any more
├── UnreachableError    no answer came
├── TimedOutError       what was waited for has not happened yet
├── RefusedError        it happened, and it is a refusal
└── WrongUsageError     what was asked for makes no sense
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any

from shared.domain.errors import StandfastError

if TYPE_CHECKING:
    from collections.abc import Mapping


class Exit(IntEnum):
    """How a command ends. A build may rely on these."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    TIMED_OUT = 3
    NOT_ALLOWED = 4
    UNREACHABLE = 5
    INTERRUPTED = 130


class CommandError(StandfastError):
    """Why a command ends early. `hint` says how to go on; `status` is the exit status."""

    status = Exit.REFUSED

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class WrongUsageError(CommandError):
    """What was asked for makes no sense, or something is missing."""

    status = Exit.USAGE


class RefusedError(CommandError):
    """The answer is no, and everything about it has been shown."""


class TimedOutError(CommandError):
    """What was waited for has not happened yet; it may still."""

    status = Exit.TIMED_OUT


class NotSignedInError(CommandError):
    """There is no token to send, or none that is good any more."""

    status = Exit.NOT_ALLOWED


class UnreachableError(CommandError):
    """No answer came. `was_sent` says whether the request may have reached the store all the same."""

    status = Exit.UNREACHABLE

    def __init__(self, message: str, *, was_sent: bool, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.was_sent = was_sent


_UNAUTHENTICATED, _FORBIDDEN, _INTERNAL = 401, 403, 500

_HINTS: Mapping[str, str] = {
    "unauthenticated": "Sign in again: standfast login",
    "forbidden": "Look at who you are with: standfast whoami",
    "illegal-move": "Look at where it stands: standfast status PLUGIN",
    "digest-mismatch": "What you saw is not what is there now. Look again: standfast review PLUGIN VERSION",
    "plugin-banned": "Only reviewers can lift the ban.",
    "plugin-id-taken": "Choose another id with --plugin.",
    "state-moved": "Somebody else was faster. Look again, then repeat the command.",
    "not-found": "Look at what there is: standfast list",
    "unavailable": "Try again in a moment.",
    "untrusted-workflow": "Look at what the plugin's owner trusts: standfast trust list PLUGIN",
}
"""What to do about a problem, by the end of its type."""


_NAMES = {_UNAUTHENTICATED: "unauthenticated", _FORBIDDEN: "forbidden"}
"""What the gateway's own refusals are, which have no type."""


class ProblemError(CommandError):
    """The store answered with a problem (RFC 9457). `name` is the stable end of its type."""

    def __init__(self, status: int, problem: Mapping[str, Any], *, request_id: str, retry_after: str = "") -> None:
        self.problem = {"status": status, **problem}
        self.type = str(problem.get("type", ""))
        self.name = self.type.rpartition(":")[2]
        self.http_status = status
        self.request_id = request_id
        name = self.name or _NAMES.get(status, "")
        hint = f"Try again in {retry_after} seconds." if retry_after.isdigit() else _HINTS.get(name, "")
        title = str(problem.get("title") or problem.get("message") or "The store refused.")
        super().__init__(title, hint=hint)
        self.status = self._exit_status(status)

    @property
    def detail(self) -> str:
        """What the store says of this very case."""
        return str(self.problem.get("detail", ""))

    @property
    def errors(self) -> list[Mapping[str, Any]]:
        """The places of the request that are wrong."""
        found = self.problem.get("errors")
        return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []

    @staticmethod
    def _exit_status(status: int) -> Exit:
        if status in {_UNAUTHENTICATED, _FORBIDDEN}:
            return Exit.NOT_ALLOWED
        return Exit.UNREACHABLE if status >= _INTERNAL else Exit.REFUSED
