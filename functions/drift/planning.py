"""Planning a round: the catalogue, then the review queue, some pages at a time.

A step reads so many pages, asks for what is due in them, and asks for the next step by message: no number of plugins
outlasts a function.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from shared.domain.ports import DriftQueue, PageRequest, Records
from shared.domain.rounds import TICK, Check, Look, Plan, Probe, Shelf, dealt, interval_of, is_due, look_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.domain.plugin import Pointer
    from shared.domain.ports import Page
    from shared.domain.rounds import DriftTask

    type Tasks = list[tuple[DriftTask, timedelta]]

PAGE = 500
PAGES = 10
"""Pages of one step: enough plugins for its messages to be full."""

_AT_ONCE = timedelta()
_PROBES_WITHIN = timedelta(minutes=5)
"""Every candidate is probed in every round, and soon: reviewers look at what is new."""


@dataclass(frozen=True, slots=True)
class Planning:
    """Plans rounds. `interval` is how often each origin is looked at; zero is never by the clock."""

    records: Records
    queue: DriftQueue
    interval: timedelta

    def plan(self, step: Plan) -> None:
        """Plan on from a step. A step that is repeated asks for looks that are found done.

        Raises UnavailableError.
        """
        is_live = step.shelf is Shelf.LIVE
        tasks, cursor = self._live(step) if is_live else self._under_review(step)
        if cursor:
            tasks.append((replace(step, cursor=cursor), _AT_ONCE))
        elif is_live:
            tasks.append((replace(step, shelf=Shelf.REVIEW, cursor=""), _AT_ONCE))
        self.queue.ask(*tasks)

    def _live(self, step: Plan) -> tuple[Tasks, str]:
        pointers, cursor = _gathered(self.records.catalogue, step.cursor)
        looks = [look for pointer in pointers if (look := self._look(pointer, step))]
        batches = dealt(looks, step.round, _AT_ONCE if step.by_hand else TICK)
        return [(Check(step.round, batch.looks, by_hand=step.by_hand), batch.delay) for batch in batches], cursor

    def _look(self, pointer: Pointer, step: Plan) -> Look | None:
        look = look_at(pointer)
        interval = interval_of(pointer, self.interval)
        return look if look and (step.by_hand or (interval and is_due(look, interval, step.round))) else None

    def _under_review(self, step: Plan) -> tuple[Tasks, str]:
        versions, cursor = _gathered(self.records.queue, step.cursor)
        wanted = versions if step.by_hand or self.interval else []
        looks = [Look(version.plugin_id, version.number) for version in wanted]
        batches = dealt(looks, step.round, _AT_ONCE if step.by_hand else _PROBES_WITHIN)
        return [(Probe(look.plugin_id, look.version), batch.delay) for batch in batches for look in batch.looks], cursor


def _gathered[Record](read: Callable[[PageRequest], Page[Record]], cursor: str) -> tuple[list[Record], str]:
    """Read some pages from a cursor on, and return what they hold and the cursor of the next, "" at the end."""
    found: list[Record] = []
    for _ in range(PAGES):
        page = read(PageRequest(cursor, PAGE))
        found += page.records
        cursor = page.next_cursor or ""
        if not cursor:
            break
    return found, cursor
