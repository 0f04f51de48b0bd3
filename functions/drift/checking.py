"""Looking at origins: a conditional request for each document, and nothing parsed.

What differs from the last look is left to `examining`, in a message of its own: if a stranger's document takes the
process down, it takes no other one with it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from functions.drift.notes import Notes
from shared.domain.drift import MOST_ON_TRUST, Watched, in_sync, unchanged
from shared.domain.identity import digest_of_bytes
from shared.domain.plugin import OnDrift
from shared.domain.ports import ConditionalFetcher, Fetched, FetchFailedError, NotModified, Origins, Records, Validators
from shared.domain.rounds import Check, Examine

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shared.domain.drift import Origin
    from shared.domain.ports import Hop
    from shared.domain.rounds import Look

_AT_ONCE = timedelta()
_VALIDATOR = re.compile(r"[\x20-\x7e]{1,256}")
"""What may be sent back to an origin in a header; a longer one may have been cut."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the documents of an origin were seen to be, in order, and whether any of them was not sent again (304)."""

    watched: tuple[Watched, ...]
    on_trust: bool


@dataclass(frozen=True, slots=True)
class Checking:
    """Looks at many origins, several hosts at a time, each host's one after the other."""

    records: Records
    origins: Origins
    fetch: ConditionalFetcher
    notes: Notes
    at_once: int

    def check(self, task: Check) -> None:
        """Look at some origins. What cannot be noted is raised once all are looked at, so that it is tried again."""
        by_host: dict[str, list[Look]] = defaultdict(list)
        for look in task.looks:
            by_host[look.host].append(look)
        with ThreadPoolExecutor(min(self.at_once, len(by_host)) or 1) as threads:
            failures = threads.map(lambda looks: self._at_host(task, looks), by_host.values())
        for failure in (each for some in failures for each in some):
            raise failure

    def _at_host(self, task: Check, looks: Iterable[Look]) -> list[Exception]:
        failures: list[Exception] = []
        for look in looks:
            try:
                self._look(replace(task, looks=(look,)), look)
            except Exception as error:  # noqa: BLE001 - one origin's trouble must not keep the others from their turn
                failures.append(error)
        return failures

    def _look(self, task: Check, look: Look) -> None:
        before = self.origins.origin(look.plugin_id)
        if before is None or before.version != look.version:
            self._ask_to_examine(task, look)
        elif before.is_due(task.round, by_hand=task.by_hand):
            try:
                seen = self._ask(before)
            except FetchFailedError as error:
                self.notes.unanswered(task, before, str(error), _host(before))
            else:
                self._settle(task, look, before, seen)

    def _ask(self, before: Origin) -> _Seen:
        """Ask for every document, unless it is as it was. Raises FetchFailedError.

        Where a manifest has changed, what it named before may be gone: then there is no more to ask for here.
        """
        seen = _Seen((), on_trust=False)
        in_full = before.on_trust >= MOST_ON_TRUST
        for watched in before.watched:
            try:
                now, on_trust = self._document(watched, in_full=in_full)
            except FetchFailedError:
                if not _says_the_same(before.watched[: len(seen.watched)], seen.watched):
                    return seen
                raise
            seen = _Seen((*seen.watched, now), on_trust=seen.on_trust or on_trust)
        return seen

    def _document(self, watched: Watched, *, in_full: bool) -> tuple[Watched, bool]:
        held = Validators() if in_full else Validators(watched.etag, watched.last_modified)
        answer = self.fetch(watched.url, role=watched.role, validators=held)
        if isinstance(answer, NotModified):
            return watched, True
        return seen_as(watched, answer), False

    def _settle(self, task: Check, look: Look, before: Origin, seen: _Seen) -> None:
        at = self.notes.clock()
        if _says_the_same(before.watched, seen.watched):
            if self._has_to_be_submitted(before):
                self._ask_to_examine(task, look)
            self.notes.keep(before, unchanged(before, seen.watched, at, on_trust=seen.on_trust))
        elif _is_as_pinned(before, seen):
            self.notes.keep(before, in_sync(before, seen.watched, at, on_trust=False))
        else:
            self._ask_to_examine(task, look)

    def _has_to_be_submitted(self, before: Origin) -> bool:
        """Tell whether a known drift waits for its submission: it was over a limit, or its owner changed their mind."""
        if before.drift is None or before.drift.is_settled:
            return False
        return self.records.plugin(before.plugin_id).on_drift is OnDrift.SUBMIT

    def _ask_to_examine(self, task: Check, look: Look) -> None:
        self.notes.queue.ask((Examine(task.round, look, by_hand=task.by_hand), _AT_ONCE))


def seen_as(watched: Watched, answer: Fetched) -> Watched:
    """Return what is watched of a document after it was fetched."""
    validators = validators_of(answer.hops)
    return replace(
        watched,
        seen=digest_of_bytes(answer.document.body),
        etag=validators.etag,
        last_modified=validators.last_modified,
    )


def validators_of(hops: Sequence[Hop]) -> Validators:
    """Return the validators of a last answer, those that can be sent back."""
    headers = hops[-1].headers if hops else {}
    etag, moment = (headers.get(name, "") for name in ("etag", "last-modified"))
    return Validators(*(text if _VALIDATOR.fullmatch(text) else "" for text in (etag, moment)))


def _is_as_pinned(before: Origin, seen: _Seen) -> bool:
    """Tell whether every document is what is live, byte for byte, and nothing follows from that."""
    is_whole = len(seen.watched) == len(before.watched)
    return is_whole and not before.varies and all(each.is_as_pinned for each in seen.watched)


def _says_the_same(before: Iterable[Watched], after: Iterable[Watched]) -> bool:
    return [each.seen for each in before] == [each.seen for each in after]


def _host(origin: Origin) -> str:
    return urlsplit(origin.watched[0].url).hostname or ""
