"""One error tree.

StandfastError
├── InvalidValueError            a value does not have the form its type demands
│   └── InvalidCursorError       a cursor that this store did not hand out
├── NotFoundError
│   ├── PluginNotFoundError
│   └── VersionNotFoundError
├── ForbiddenError               the caller may not do this, whatever the state
├── ConflictError                the state forbids it; the caller is told the state
│   ├── IllegalMoveError         the state machine has no such move
│   ├── DigestMismatchError      the candidate is not the one that was seen
│   ├── PluginBannedError
│   ├── PluginIdTakenError
│   ├── StaleStateError          something moved between reading and writing; read again
│   └── IdempotencyMismatchError the key was used for another request
├── UnavailableError             storage is throttled, busy or out of reach: try again
└── IntegrityError               stored data contradicts itself: never the caller's fault
"""

from __future__ import annotations


class StandfastError(Exception):
    """Base of everything this project raises on purpose. Its text is one sentence for the caller."""


class InvalidValueError(StandfastError):
    """A value does not have the form its type demands. `field` names it as the caller knows it."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class InvalidCursorError(InvalidValueError):
    """A cursor that this store did not hand out."""

    def __init__(self) -> None:
        super().__init__("The cursor is not one that this store handed out. Start again without it.", field="cursor")


class NotFoundError(StandfastError):
    """What was asked for does not exist, or the caller may not know that it does."""


class PluginNotFoundError(NotFoundError):
    """No such plugin, as far as the caller may know."""

    def __init__(self, plugin_id: str) -> None:
        super().__init__(f"There is no plugin {plugin_id!r}.")


class VersionNotFoundError(NotFoundError):
    """No such version of the plugin."""

    def __init__(self, plugin_id: str, number: int) -> None:
        super().__init__(f"The plugin {plugin_id!r} has no version {number}.")


class ForbiddenError(StandfastError):
    """The caller may not do this, whatever the state of the plugin."""


class ConflictError(StandfastError):
    """The present state forbids the request. `state` is the state that it met."""

    def __init__(self, message: str, *, state: str = "") -> None:
        super().__init__(message)
        self.state = state


class IllegalMoveError(ConflictError):
    """The state machine has no such move from the present state."""

    def __init__(self, *, state: str, action: str) -> None:
        super().__init__(f"A version that is {state!r} cannot be moved by {action!r}.", state=state)
        self.action = action


class DigestMismatchError(ConflictError):
    """The digest that the reviewer names is not the digest of the version."""

    def __init__(self, *, state: str) -> None:
        super().__init__("The digest is not that of this version: what you saw is not what is here.", state=state)


class PluginBannedError(ConflictError):
    """The plugin is banned; only lifting the ban changes that."""

    def __init__(self, plugin_id: str) -> None:
        super().__init__(f"The plugin {plugin_id!r} is banned. Only lifting the ban changes that.", state="banned")


class PluginIdTakenError(ConflictError):
    """Another plugin already has this id."""

    def __init__(self, plugin_id: str) -> None:
        super().__init__(f"The plugin id {plugin_id!r} is taken. Choose another one.", state="taken")


class StaleStateError(ConflictError):
    """A guard of the write did not hold: something moved between reading and writing.

    `guard` names the first guard that failed. A use case reads again and decides anew.
    """

    def __init__(self, guard: str) -> None:
        super().__init__(f"The state moved meanwhile ({guard}). Read it again and decide anew.", state="moved")
        self.guard = guard


class IdempotencyMismatchError(ConflictError):
    """The idempotency key was used before, for another request."""

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key was used for another request. Take a new key.", state="used")


class UnavailableError(StandfastError):
    """Storage did not answer as it should: throttled, busy, out of reach. The same call may go through later."""


class IntegrityError(StandfastError):
    """Stored data contradicts itself, such as a pointer that names an object that is not there."""
