"""Deciding about versions and plugins."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from shared.domain import claims, lifecycle
from shared.domain.access import require_owner
from shared.domain.commands import Command, carry_out
from shared.domain.confirmations import SECOND_REVIEWER, FourEyes, require_impartial
from shared.domain.errors import NotFoundError
from shared.domain.events import Occasion
from shared.domain.glance import Glance, glance
from shared.domain.identity import PluginId, Subject
from shared.domain.lifecycle import Standing
from shared.domain.ports import Clock, Entropy, Installs, Page, Records, ReleaseSchedule
from shared.domain.reasons import require_known
from shared.domain.sightings import Sighting
from shared.domain.transition import Outcome, Transition
from shared.domain.version import Claim, State, Version

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from shared.domain.identity import Digest
    from shared.domain.ports import PageRequest
    from shared.domain.version import Reason, Release

    type Decide = Callable[[Occasion], tuple[Transition | None, Outcome]]

_ENTROPY_BYTES = 8


@dataclass(frozen=True, slots=True)
class QueueWish:
    """Which waiting versions somebody wants to see: what they claimed, what is claimed or free, those of one plugin."""

    mine: bool = False
    claimed: bool | None = None
    plugin: PluginId | None = None

    def fits(self, version: Version, caller: Subject, now: datetime) -> bool:
        """Tell whether a version is among them."""
        claim = version.claimed(now)
        is_mine = claim is not None and claim.by == caller
        return (is_mine or not self.mine) and self.claimed in {None, claim is not None}


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who moves the pointer between approved versions: a reviewer that of every plugin, a publisher their own."""

    command: Command
    keeps_all: bool


@dataclass(frozen=True, slots=True)
class Review:
    """The reviewer's reads and writes, and every other write of the pointer that somebody asks for."""

    records: Records
    installs: Installs
    schedule: ReleaseSchedule
    clock: Clock
    entropy: Entropy
    policy: FourEyes
    claim_length: timedelta

    def queue(self, caller: Subject, wish: QueueWish, page: PageRequest) -> tuple[Page[Version], datetime]:
        """Return the versions in review, the longest waiting first, and the moment that their claims are seen from."""
        now = self.clock()
        if wish.plugin is None:
            return self.records.queue(page, lambda version: wish.fits(version, caller, now)), now
        waiting = [each for each in self._waiting(wish.plugin) if wish.fits(each, caller, now)]
        return Page(tuple(waiting), None), now

    def glance(self, version: Version) -> Glance:
        """Return what can be told of a waiting version without reading its documents."""
        return glance(version, self._standing(version.plugin_id).live)

    def _waiting(self, plugin: PluginId) -> list[Version]:
        try:
            newest = self.records.version(plugin, self.records.plugin(plugin).last_version)
        except NotFoundError:
            return []
        return [newest] if newest.state is State.IN_REVIEW else []

    def claim(self, command: Command, plugin: PluginId, number: int) -> Claim:
        """Claim a version for a while, or renew the claim. Raises ClaimedError, IllegalMoveError, OwnPluginError."""
        claim = claims.lease(command.caller, self.claim_length, self.clock())

        def decide(occasion: Occasion) -> tuple[Transition, Outcome]:
            version = self._judged(plugin, number, command.caller)
            taken = _seen(claims.take(version, claim, occasion.at), version, occasion)
            return taken, Outcome(plugin, number, version.state)

        self._carried(replace(command, key=""), decide)
        return claim

    def give_up(self, command: Command, plugin: PluginId, number: int) -> None:
        """Give up one's claim, if there is one. Raises ClaimedError for somebody else's."""

        def decide(occasion: Occasion) -> tuple[Transition | None, Outcome]:
            version = self.records.version(plugin, number)
            return claims.give_up(version, command.caller, occasion.at), Outcome(plugin, number, version.state)

        self._carried(replace(command, key=""), decide)

    def approve(
        self, command: Command, plugin: PluginId, number: int, *, digest: Digest, note: str, release: Release
    ) -> Outcome:
        """Approve exactly what `digest` names, and release it as `release` says; at once is the same write.

        A scheduled release is asked for before the approval is committed: the other order could lose it.
        Raises DigestMismatchError, IllegalMoveError, PluginBannedError, VersionNotFoundError, OwnPluginError,
        SecondReviewerNeededError, InvalidValueError.
        """

        def decide(occasion: Occasion) -> tuple[Transition, Outcome]:
            version, standing = self._judged(plugin, number, command.caller), self._standing(plugin)
            transition = lifecycle.approve(
                version,
                standing,
                digest=digest,
                note=note,
                release=release,
                occasion=occasion,
                policy=self.policy,
            )
            if release.at and transition.versions[0].state is State.APPROVED:
                self.schedule.at(release.at, plugin, number)
            return _seen(transition, version, occasion), _outcome(transition, standing)

        return self._carried(command, decide)

    def reject(
        self, command: Command, plugin: PluginId, number: int, *, digest: Digest, reasons: tuple[Reason, ...], note: str
    ) -> Outcome:
        """Reject exactly what `digest` names.

        Raises DigestMismatchError, IllegalMoveError, VersionNotFoundError, OwnPluginError, InvalidValueError.
        """
        require_known(reasons)

        def decide(occasion: Occasion) -> tuple[Transition, Outcome]:
            version = self._judged(plugin, number, command.caller)
            transition = lifecycle.reject(version, digest=digest, reasons=reasons, note=note, occasion=occasion)
            return _seen(transition, version, occasion), _outcome(transition)

        return self._carried(command, decide)

    def release(self, command: Command, plugin: PluginId, number: int) -> Outcome:
        """Release an approved version, as its owner.

        Raises PluginNotFoundError for anybody else, IllegalMoveError, PluginBannedError, ReleaseNotDueError.
        """

        def decide(occasion: Occasion) -> tuple[Transition, Outcome]:
            require_owner(self.records.plugin(plugin), command.caller)
            version, standing = self.records.version(plugin, number), self._standing(plugin)
            transition = lifecycle.release(version, standing, occasion)
            return transition, _outcome(transition, standing)

        return self._carried(command, decide)

    def roll_back(self, keeper: Keeper, plugin: PluginId, number: int, *, reason: str) -> Outcome:
        """Make an earlier approved version live again, without a review and without a new number.

        Raises PluginNotFoundError for whoever does not keep the plugin, IllegalMoveError, PluginBannedError.
        """

        def decide(occasion: Occasion) -> tuple[Transition, Outcome]:
            return self._rolled_back(keeper, plugin, number, reason=reason, occasion=occasion)

        return self._carried(keeper.command, decide)

    def rehearse_rollback(self, keeper: Keeper, plugin: PluginId, number: int, *, reason: str) -> Outcome:
        """Return what a rollback would do now, and write nothing. Raises what it would raise."""
        occasion = self._occasion(keeper.command)
        _, outcome = self._rolled_back(keeper, plugin, number, reason=reason, occasion=occasion)
        return outcome

    def _rolled_back(
        self, keeper: Keeper, plugin: PluginId, number: int, *, reason: str, occasion: Occasion
    ) -> tuple[Transition, Outcome]:
        known = self.records.plugin(plugin)
        if not keeper.keeps_all:
            require_owner(known, keeper.command.caller)
        version, standing = self.records.version(plugin, number), self._standing(plugin)
        transition = lifecycle.roll_back(version, standing, reason=reason, occasion=occasion)
        return transition, _outcome(transition, standing)

    def revoke(
        self, command: Command, plugin: PluginId, number: int, *, reason: str, rollback_to: int | None
    ) -> Outcome:
        """Take an approved version out of the way for good; a live one together with a rollback.

        Raises IllegalMoveError, LiveVersionError, VersionNotFoundError, OwnPluginError, InvalidValueError.
        """

        def decide(occasion: Occasion) -> tuple[Transition, Outcome]:
            version, standing = self._judged(plugin, number, command.caller), self._standing(plugin)
            fallback = self.records.version(plugin, rollback_to) if rollback_to else None
            transition = lifecycle.revoke(version, standing, fallback=fallback, reason=reason, occasion=occasion)
            return transition, Outcome(plugin, number, State.REVOKED)

        return self._carried(command, decide)

    def ban(self, command: Command, plugin: PluginId, *, reason: str) -> Outcome:
        """Ban a plugin: nobody is served it from the next read on.

        Raises PluginNotFoundError, PluginBannedError, OwnPluginError, SecondReviewerNeededError.
        """

        def decide(occasion: Occasion) -> tuple[Transition, Outcome]:
            known = self.records.plugin(plugin)
            require_impartial(command.caller, known)
            pointer = self.records.pointer(plugin)
            if self._ban_takes_two(plugin):
                transition = lifecycle.ban_by_two(known, pointer, reason=reason, occasion=occasion)
            else:
                transition = lifecycle.ban(pointer, reason=reason, occasion=occasion, plugin=known)
            awaiting = "" if transition.pointer else SECOND_REVIEWER
            return transition, Outcome(plugin, status=(transition.pointer or pointer).status, awaiting=awaiting)

        return self._carried(command, decide)

    def lift_ban(self, command: Command, plugin: PluginId, *, reason: str) -> Outcome:
        """Lift a ban: what was live is live again. Raises PluginNotFoundError, IllegalMoveError, OwnPluginError."""

        def decide(occasion: Occasion) -> tuple[Transition, Outcome]:
            require_impartial(command.caller, self.records.plugin(plugin))
            transition = lifecycle.lift_ban(self.records.pointer(plugin), reason=reason, occasion=occasion)
            return transition, Outcome(plugin, status=transition.pointer.status if transition.pointer else "")

        return self._carried(command, decide)

    def _ban_takes_two(self, plugin: PluginId) -> bool:
        least = self.policy.least_installs
        return least is not None and self.installs.are_at_least(plugin, least)

    def _judged(self, plugin: PluginId, number: int, caller: Subject) -> Version:
        """Return a version that the caller may decide about."""
        known, version = self.records.plugin(plugin), self.records.version(plugin, number)
        require_impartial(caller, known, version)
        return version

    def _standing(self, plugin: PluginId) -> Standing:
        pointer = self.records.pointer(plugin)
        return Standing(pointer, self.records.version(plugin, pointer.live.number) if pointer.live else None)

    def _carried(self, command: Command, decide: Decide) -> Outcome:
        occasion = self._occasion(command)
        return carry_out(self.records, command, occasion.at, lambda: decide(occasion))

    def _occasion(self, command: Command) -> Occasion:
        return Occasion(command.caller, self.clock(), self.entropy(_ENTROPY_BYTES))


def _seen(transition: Transition, version: Version, occasion: Occasion) -> Transition:
    """Note with a transition that its actor has seen the version."""
    return replace(transition, sighting=Sighting(version.plugin_id, version.number, occasion.actor, occasion.at))


def _outcome(transition: Transition, before: Standing | None = None) -> Outcome:
    """Tell what became of the first version of a transition; `before` is what the pointer said, where it matters."""
    version = transition.versions[0]
    was_live = before.live.number if before and before.live and transition.pointer else None
    awaiting = SECOND_REVIEWER if version.state is State.IN_REVIEW else ""
    return Outcome(version.plugin_id, version.number, version.state, replaced=was_live, awaiting=awaiting)
