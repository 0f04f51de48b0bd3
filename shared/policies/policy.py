"""The words of a policy: what a rule allows, and the case that it is asked about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from shared.diff.changes import Change, Lane, Risk
from shared.domain.findings import Finding
from shared.domain.identity import Digest, Subject
from shared.domain.messages import POLICY_SUBJECT


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `allow` names its kind; which of the others matter depends on that.

    `risk` is the gravest change that it lets through, `lanes` and `codes` are the changes that it is about, and
    `tolerates` has the codes of errors and warnings that do not stop it.
    """

    name: str
    allow: str
    risk: Risk = Risk.LOW
    lanes: frozenset[Lane] = frozenset()
    codes: frozenset[str] = frozenset()
    tolerates: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Policy:
    """Rules in order, the name that the audit knows them by, and the digest of the very file."""

    name: str
    rules: tuple[Rule, ...]
    digest: Digest

    @property
    def subject(self) -> Subject:
        """Who approves, in the audit."""
        return Subject(f"{POLICY_SUBJECT}{self.name}")


@dataclass(frozen=True, slots=True)
class Case:
    """An upgrade as a rule sees it: what changed since the live version, and what was found in it.

    `is_same_content` says that both name the same content, whatever its formatting. `outside_envelope` tells why the
    schema is outside what the live version may vary in, "" where it is inside; it is asked by the rules that need it.
    """

    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]
    is_same_content: bool
    outside_envelope: Callable[[], str]
