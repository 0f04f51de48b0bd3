"""A desk at which versions have documents: what is live, what is a candidate, and what is told of them."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from functions.fastlane.use_case import FastLane
from shared.contracts.canonical import content_digest
from shared.domain.confirmations import ONE_REVIEWER
from shared.domain.report import Report
from shared.policies.reading import read_policy
from shared.storage.reports import write_report
from tests.building import REVIEWER, TODO
from tests.unit.diff.documents import MANIFEST, SCHEMA
from tests.unit.functions.desk import reader
from tests.unit.reporting.pinned import Shelf

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.domain.confirmations import FourEyes
    from shared.domain.findings import Finding
    from shared.reporting.comparing import Against
    from shared.reporting.reports import VersionReport
    from tests.unit.functions.desk import Desk

_RULES = [{"name": "same", "allow": "byte-only"}, {"name": "shop", "allow": "listing-only"}]
CAREFUL = {"policy": "careful", "rules": _RULES}


def number_the_title(schema: dict[str, Any], number: int) -> None:
    """Make each version another one."""
    schema["info"]["title"] = f"Title {number}"


def as_it_was(_schema: dict[str, Any], _number: int) -> None:
    """Let a version say what the others say, in other bytes."""


class Office:
    """A desk and a shelf. The title of each version's schema is its number, unless `edit` says otherwise."""

    def __init__(self, desk: Desk, edit: Callable[[dict[str, Any], int], None] = number_the_title) -> None:
        self.desk = desk
        self.shelf = Shelf()
        self.edit = edit

    def candidate(self, *findings: Finding) -> int:
        """Submit the next version with its documents, put it into review, and return its number."""
        number = self.desk.submit()
        schema = copy.deepcopy(SCHEMA)
        self.edit(schema, number)
        snapshot = self.shelf.version(number, schema=schema).snapshot
        assert snapshot
        key = f"{number}/report.json"
        self.shelf.put(key, write_report(Report("enforced/1", findings)), "application/json")
        content = content_digest({"manifest": MANIFEST, "schema": schema})
        self.desk.pin(number, found=replace(snapshot, report_key=key, content_digest=content))
        return number

    def live(self) -> int:
        """Have somebody else approve the next version, and return its number."""
        number = self.candidate()
        self.desk.approve(number, by="reviewer-3")
        return number

    def report(self, number: int, by: str = REVIEWER) -> VersionReport:
        """Read the report on a version."""
        return self.desk.status(self.shelf).report(reader(by), TODO, number)

    def compared(self, number: int, by: str = REVIEWER) -> list[tuple[Against, int]]:
        """Return what the report on a version compares it with."""
        return [(each.against, each.earlier.number) for each in self.report(number, by).comparisons]

    def fast_lane(self, policy: object = CAREFUL, *, four_eyes: FourEyes = ONE_REVIEWER) -> FastLane:
        """Return the fast lane under a policy, or under none."""
        known = read_policy(json.dumps(policy).encode()) if policy else None
        desk = self.desk
        return FastLane(desk.records, self.shelf, desk.clock, desk.entropy, known, four_eyes)
