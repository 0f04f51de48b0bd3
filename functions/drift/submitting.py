"""Submitting what drifted, where the publisher wants that: the upgrade that needs no submission.

It goes the way of every submission, within the same limits, and is reviewed as any other. Each content goes it once,
whatever became of it; what a publisher does by hand is never taken back for it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from functions.drift.notes import Notes
from shared.domain.drifting import is_made_of, settled, submitted
from shared.domain.errors import RateLimitedError
from shared.domain.limits import Limits, quota_of, require_place
from shared.domain.plugin import OnDrift
from shared.domain.ports import ObjectStore, PageRequest, Records, SnapshotQueue
from shared.domain.transition import Transition
from shared.domain.version import State
from shared.envelope.pinned import carry_over

if TYPE_CHECKING:
    from shared.domain.drift import Origin
    from shared.domain.limits import Quota
    from shared.domain.plugin import Plugin, Pointer
    from shared.domain.version import Version

_EARLIER = PageRequest(limit=50)
"""Versions among which a content is looked for: those before are so old that it may be submitted once more."""

_logger = logging.getLogger("drift")


@dataclass(frozen=True, slots=True)
class Submitting:
    """Submits drifts. What does not come about now is tried again in the next round, as long as it is wanted."""

    records: Records
    objects: ObjectStore
    queue: SnapshotQueue
    limits: Limits
    notes: Notes

    def submit(self, live: Version, pointer: Pointer, origin: Origin) -> None:
        """Submit what an origin says in place of the live version, if its publisher wants that and has not done it."""
        if origin.drift is None or origin.drift.is_settled:
            return
        plugin = self.records.plugin(origin.plugin_id)
        newest = self.records.version(plugin.plugin_id, plugin.last_version)
        if plugin.on_drift is not OnDrift.SUBMIT or _is_in_the_way(newest) or plugin.manifest_url != live.manifest_url:
            return
        earlier = self.records.versions(plugin.plugin_id, _EARLIER).records
        known = next((version for version in earlier if is_made_of(version, origin.drift.parts)), None)
        if known:
            number = known.number if known.is_candidate else None
            self.notes.commit(Transition(origin=settled(origin, number), events=()))
            return
        try:
            self._submit(plugin, newest, live, pointer, origin=origin)
        except RateLimitedError:
            _logger.info("%s drifted, and cannot be submitted before others are decided", plugin.plugin_id)

    def _submit(self, plugin: Plugin, newest: Version, live: Version, pointer: Pointer, *, origin: Origin) -> None:
        """Submit. As with every submission, the snapshot is asked for before the version is committed."""
        occasion = self.notes.occasion(self.notes.clock())
        transition = submitted(plugin, newest, pointer, origin, dynamic=live.dynamic, occasion=occasion)
        quota = quota_of(self.limits, plugin.owner, occasion.at)
        self._require_room(plugin, newest, quota)
        version = transition.versions[0]
        carry_over(self.objects, live, version.number)
        self.queue.ask(version.plugin_id, version.number)
        self.notes.commit(replace(transition, quota=quota))

    def _require_room(self, plugin: Plugin, newest: Version, quota: Quota | None) -> None:
        most = self.limits.open_candidates
        if most and not newest.is_candidate:
            require_place(self.limits, self.records.open_candidates(plugin.owner, up_to=most))
        if quota and self.records.used(quota) >= quota.at_most:
            raise quota.exceeded()


def _is_in_the_way(newest: Version) -> bool:
    """Tell whether a candidate must not be replaced: one that is approved, and one that nobody has fetched yet."""
    return newest.state in {State.APPROVED, State.SUBMITTED}
