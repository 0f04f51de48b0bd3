"""What the store promises, in plain dictionaries: which answer each request gets, and what is true afterwards.

One plugin, one owner. Nothing is shared with what is modelled but the names of states and events.
"""

from __future__ import annotations

from dataclasses import dataclass, field

DONE, TAKEN_IN, NO_CONTENT = 200, 202, 204
FORBIDDEN, UNKNOWN, CONFLICT, GONE, INVALID = 403, 404, 409, 410, 422
PLACES = 100
BROKEN = 0
"""The number of documents that cannot be read."""

_CANDIDATES = {"submitted", "in_review", "approved"}


@dataclass(slots=True)
class Model:
    """What should be true. `documents` is what the publisher's host has now; `contents`, what each snapshot found."""

    exists: bool = False
    documents: int = 1
    states: dict[int, str] = field(default_factory=dict)
    contents: dict[int, int] = field(default_factory=dict)
    approved: dict[int, int] = field(default_factory=dict)
    live: int | None = None
    is_banned: bool = False
    installs: dict[str, str] = field(default_factory=dict)
    events: list[tuple[str, int | None]] = field(default_factory=list)

    @property
    def places(self) -> int:
        """How many places are taken."""
        return sum(channel == "preview" for channel in self.installs.values())

    @property
    def status(self) -> str:
        """The plugin's status."""
        return "banned" if self.is_banned else "approved" if self.live else "unverified"

    @property
    def candidate(self) -> int | None:
        """The number of the candidate."""
        newest = max(self.states, default=0)
        return newest if self.states.get(newest) in _CANDIDATES else None

    @property
    def public_status(self) -> int:
        """What a reader of the live manifest is answered."""
        if not self.was_public:
            return UNKNOWN
        if self.is_banned:
            return GONE
        return DONE if self.live else UNKNOWN

    @property
    def was_public(self) -> bool:
        """Whether anything that is not revoked was ever live."""
        return any(state in {"live", "superseded"} for state in self.states.values())

    def register(self) -> int:
        """The owner registers the plugin."""
        if self.exists:
            return CONFLICT
        self.exists = True
        self.events.append(("PluginRegistered", None))
        self._submit(1)
        return TAKEN_IN

    def submit(self) -> int:
        """The owner submits an upgrade."""
        if not self.exists:
            return UNKNOWN
        if self.is_banned:
            return CONFLICT
        if replaced := self.candidate:
            self._move(replaced, "withdrawn", "VersionWithdrawn")
        self._submit(max(self.states) + 1)
        return TAKEN_IN

    def _submit(self, number: int) -> None:
        self.states[number] = "submitted"
        self.events.append(("VersionSubmitted", number))

    def snapshot(self) -> None:
        """The worker looks at what waits."""
        for number, state in self.states.items():
            if state != "submitted":
                continue
            self.contents[number] = self.documents
            if self.documents == BROKEN:
                self._move(number, "invalid", "VersionInvalidated")
            else:
                self._move(number, "in_review", "VersionPinned")

    def approve(self, number: int, seen: int, *, at_once: bool) -> int:
        """A reviewer approves what they saw."""
        if number not in self.states:
            return UNKNOWN
        if self.is_banned or not self._is_seen(number, seen) or self.states[number] != "in_review":
            return CONFLICT
        self.approved[number] = seen
        self._move(number, "approved", "VersionApproved")
        if at_once:
            self._release(number, "VersionReleased")
        return DONE

    def reject(self, number: int, seen: int) -> int:
        """A reviewer rejects what they saw."""
        if number not in self.states:
            return UNKNOWN
        if not self._is_seen(number, seen) or self.states[number] != "in_review":
            return CONFLICT
        self._move(number, "rejected", "VersionRejected")
        return DONE

    def _is_seen(self, number: int, seen: int) -> bool:
        return self.contents.get(number) == seen

    def withdraw(self, number: int) -> int:
        """The owner withdraws a candidate."""
        if number not in self.states:
            return UNKNOWN
        if self.states[number] not in _CANDIDATES:
            return CONFLICT
        self._move(number, "withdrawn", "VersionWithdrawn")
        return DONE

    def release(self, number: int) -> int:
        """The owner releases an approved version."""
        if number not in self.states:
            return UNKNOWN
        if self.is_banned or self.states[number] != "approved":
            return CONFLICT
        self._release(number, "VersionReleased")
        return DONE

    def roll_back(self, number: int) -> int:
        """A reviewer goes back to an earlier version."""
        if number not in self.states:
            return UNKNOWN
        if self.is_banned or self.states[number] != "superseded":
            return CONFLICT
        self._release(number, "VersionRestored")
        return DONE

    def _release(self, number: int, event: str) -> None:
        before, self.live = self.live, number
        self._move(number, "live", event)
        if before:
            self._move(before, "superseded", "VersionSuperseded")

    def revoke(self, number: int, to: int | None) -> int:
        """A reviewer revokes a version, a live one in favour of another."""
        if number not in self.states or (to is not None and to not in self.states):
            return UNKNOWN
        state = self.states[number]
        if state not in {"approved", "live", "superseded"}:
            return CONFLICT
        if state != "live":
            return INVALID if to else self._revoke(number)
        if (to and self.states[to] != "superseded") or not (to or self.is_banned):
            return CONFLICT
        self.live = None
        self._revoke(number)
        if to:
            self.live = to
            self._move(to, "live", "VersionRestored")
        return DONE

    def _revoke(self, number: int) -> int:
        self._move(number, "revoked", "VersionRevoked")
        return DONE

    def _move(self, number: int, state: str, event: str) -> None:
        self.states[number] = state
        self.events.append((event, number))

    def ban(self) -> int:
        """A reviewer bans the plugin."""
        return self._ban("PluginBanned", is_banned=True)

    def lift(self) -> int:
        """A reviewer lifts the ban."""
        return self._ban("PluginBanLifted", is_banned=False)

    def _ban(self, event: str, *, is_banned: bool) -> int:
        if not self.exists:
            return UNKNOWN
        if self.is_banned == is_banned:
            return CONFLICT
        self.is_banned = is_banned
        self.events.append((event, None))
        return DONE

    def install(self, who: str, channel: str, *, is_developer: bool) -> int:
        """Somebody installs the plugin."""
        if not self.exists:
            return UNKNOWN if is_developer else FORBIDDEN
        if self.is_banned or (not is_developer and (channel == "preview" or not self.live)):
            return FORBIDDEN
        wanted = channel if self.live else "preview"
        held = self.installs.get(who)
        if held in {wanted, "preview"}:
            return DONE
        if wanted == "preview" and self.places == PLACES:
            return CONFLICT
        self.installs[who] = wanted
        return DONE

    def uninstall(self, who: str) -> int:
        """Somebody uninstalls the plugin."""
        self.installs.pop(who, None)
        return NO_CONTENT

    def may_use(self, who: str) -> bool:
        """Tell whether a developer may use the plugin now."""
        if self.is_banned or who not in self.installs:
            return False
        return bool(self.live) or (self.installs[who] == "preview" and self.candidate in self.contents)
