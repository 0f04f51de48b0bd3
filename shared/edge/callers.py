"""Who calls: the claims that the authorizer has checked, read as roles."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from shared.domain.identity import Subject

if TYPE_CHECKING:
    from collections.abc import Mapping


class Scope(StrEnum):
    """What a token may be used for. The authorizer checks it, and the function again."""

    PUBLISH = "standfast/publish"
    REVIEW = "standfast/review"
    USE = "standfast/use"
    OPERATE = "standfast/operate"


class Group(StrEnum):
    """The kinds of people, as groups of the user pool. The authorizer cannot check these: the function does."""

    DEVELOPERS = "developers"
    REVIEWERS = "reviewers"
    PLUS = "plus"
    OPERATORS = "operators"


@dataclass(frozen=True, slots=True)
class Role:
    """A scope and the group that may use it: both must be in the token."""

    scope: Scope
    group: Group


DEVELOPER = Role(Scope.PUBLISH, Group.DEVELOPERS)
REVIEWER = Role(Scope.REVIEW, Group.REVIEWERS)
TESTER = Role(Scope.USE, Group.DEVELOPERS)
"""A developer who installs and tries plugins."""
USER = Role(Scope.USE, Group.PLUS)
OPERATOR = Role(Scope.OPERATE, Group.OPERATORS)
"""Whoever keeps the store running. It is theirs to decide on no plugin."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A person, by the subject of the token, and what the token lets them do."""

    subject: Subject
    scopes: frozenset[str]
    groups: frozenset[str]

    def has(self, role: Role) -> bool:
        """Tell whether the token grants a role."""
        return role.scope in self.scopes and role.group in self.groups

    @property
    def is_reviewer(self) -> bool:
        """Whether they may read what is under review, and decide."""
        return self.has(REVIEWER)


def caller_of(event: Mapping[str, Any]) -> Caller | None:
    """Read the caller from an HTTP API event, or None where no access token was checked.

    An ID token passes API Gateway's authorizer where no scope is demanded; it has no `token_use` of "access".
    """
    authorizer = event.get("requestContext", {}).get("authorizer") or {}
    claims = (authorizer.get("jwt") or {}).get("claims") or {}
    if not claims.get("sub") or claims.get("token_use") != "access":
        return None
    return Caller(
        subject=Subject(claims["sub"]),
        scopes=frozenset(str(claims.get("scope", "")).split()),
        groups=_list(claims.get("cognito:groups", "")),
    )


def _list(claim: str | list[str]) -> frozenset[str]:
    """Read a list claim, which API Gateway writes as `[developers reviewers]`."""
    if isinstance(claim, list):
        return frozenset(claim)
    return frozenset(claim.strip("[]").replace(",", " ").split())
