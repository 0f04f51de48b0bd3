"""One error tree.

StandfastError
├── InvalidValueError            a value does not have the form its type demands
│   └── InvalidCursorError       a cursor that this store did not hand out
├── NotFoundError
│   ├── PluginNotFoundError
│   ├── VersionNotFoundError
│   ├── DocumentNotFoundError
│   ├── WebhookNotFoundError
│   ├── DeliveryNotFoundError
│   ├── PublisherNotFoundError
│   ├── QueueNotFoundError
│   └── RunNotFoundError
├── WorkflowTokenRefusedError    the token of a CI workflow is not good, or not for this store
├── ForbiddenError               the caller may not do this, whatever the state
│   ├── UntrustedWorkflowError   the plugin does not trust this workflow; `claim` says by what
│   ├── AccessDeniedError        the access table gives the caller nothing here; `reason` says why
│   │   └── InstallsSuspendedError  the origin drifted dangerously
│   └── OwnPluginError           nobody decides on their own plugin
├── ConflictError                the state forbids it; the caller is told the state
│   ├── IllegalMoveError         the state machine has no such move
│   ├── DigestMismatchError      the candidate is not the one that was seen
│   ├── PluginBannedError
│   ├── PluginIdTakenError
│   ├── LiveVersionError         what is live may not go without something in its place
│   ├── ReleaseNotDueError       the moment that the approval set has not come
│   ├── ClaimedError             somebody else has the claim
│   ├── SecondReviewerNeededError  the caller decided so before; it takes another one
│   ├── PeopleNeededError        no policy may decide this, whatever its rules say
│   ├── NoPlaceLeftError         the places for trying an unverified plugin are all taken
│   ├── TooManyWebhooksError
│   ├── TooManyPublishersError
│   ├── StaleStateError          something moved between reading and writing; read again
│   └── IdempotencyMismatchError the key was used for another request
├── RateLimitedError             more than the store takes of one publisher: later, or less
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


class DocumentNotFoundError(NotFoundError):
    """No such document of the version."""

    def __init__(self, plugin_id: str, number: int, name: str) -> None:
        super().__init__(f"Version {number} of the plugin {plugin_id!r} has no document {name!r}.")


class WebhookNotFoundError(NotFoundError):
    """The caller has no webhook of this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"You have no webhook {name!r}.")


class DeliveryNotFoundError(NotFoundError):
    """Nothing of this id was ever to be delivered to the webhook, or it is too long ago."""

    def __init__(self, delivery_id: str) -> None:
        super().__init__(f"There is no delivery {delivery_id!r}.")


class QueueNotFoundError(NotFoundError):
    """There is no such queue."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no queue {name!r}.")


class RunNotFoundError(NotFoundError):
    """There was no such reconciliation, or it is too long ago."""

    def __init__(self, run_id: str) -> None:
        super().__init__(f"There is no reconciliation {run_id!r}.")


class PublisherNotFoundError(NotFoundError):
    """The plugin trusts no workflow of this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The plugin trusts no workflow {name!r}.")


class WorkflowTokenRefusedError(StandfastError):
    """The token of a CI workflow is not good, or not for this store."""


class ForbiddenError(StandfastError):
    """The caller may not do this, whatever the state of the plugin."""


class AccessDeniedError(ForbiddenError):
    """The access table gives the caller nothing here. `reason` is a stable code."""

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


class InstallsSuspendedError(AccessDeniedError):
    """The plugin's origin drifted dangerously, and the operator wants nobody new to install it meanwhile."""

    def __init__(self, danger: str) -> None:
        super().__init__(
            f"New installs wait: what the plugin's publisher serves now differs in its {danger} from what was approved,"
            " or is gone. Whoever installed it before is served what was approved.",
            reason=f"origin_{danger}",
        )


class OwnPluginError(ForbiddenError):
    """Nobody decides on what they own or submitted themselves."""

    def __init__(self, plugin_id: str) -> None:
        super().__init__(f"The plugin {plugin_id!r} is your own: somebody else has to decide on it.")


class UntrustedWorkflowError(ForbiddenError):
    """The plugin does not trust this workflow. `claim` names the first member of its token that differs."""

    def __init__(self, claim: str, *, wanted: str, seen: str) -> None:
        super().__init__(f"The workflow's claim {claim!r} is {seen!r}, and wanted is {wanted!r}.")
        self.claim = claim


class ConflictError(StandfastError):
    """The present state forbids the request. `state` is the state that it met."""

    def __init__(self, message: str, *, state: str = "") -> None:
        super().__init__(message)
        self.state = state


class IllegalMoveError(ConflictError):
    """The state machine has no such move from the present state."""

    def __init__(self, *, state: str, action: str) -> None:
        super().__init__(f"A version that is {str(state)!r} cannot be moved by {str(action)!r}.", state=state)
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


class LiveVersionError(ConflictError):
    """A live version may only go if another one takes its place in the same write."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"Version {number} is live: name the version to go back to in `rollback_to`, or ban the plugin.",
            state="live",
        )


class ReleaseNotDueError(ConflictError):
    """The approval set a moment for the release, and it has not come."""

    def __init__(self, moment: str) -> None:
        super().__init__(f"The approval set the release for {moment}: not before.", state="approved")


class ClaimedError(ConflictError):
    """Somebody else has claimed the version. That binds nobody: deciding is possible all the same."""

    def __init__(self, *, by: str, until: str) -> None:
        super().__init__(f"{by} is on it until {until}. You may decide nevertheless.", state="claimed")


class SecondReviewerNeededError(ConflictError):
    """The decision needs two people, and the caller was the first of them."""

    def __init__(self, *, state: str) -> None:
        super().__init__(
            "You have decided so already. It takes effect once a second reviewer does the same.", state=state
        )


class PeopleNeededError(ConflictError):
    """No policy may decide this, whatever its rules say."""

    def __init__(self, why: str, *, state: str) -> None:
        super().__init__(f"That is for people to decide: {why}.", state=state)


class NoPlaceLeftError(ConflictError):
    """As many developers as may try a plugin in development have installed it."""

    def __init__(self, places: int) -> None:
        super().__init__(
            f"All {places} places for trying this plugin are taken. One becomes free when somebody uninstalls it.",
            state="full",
        )


class TooManyWebhooksError(ConflictError):
    """A publisher has as many webhooks as there may be."""

    def __init__(self, most: int) -> None:
        super().__init__(f"You have {most} webhooks, which is as many as there may be. Remove one first.", state="full")


class TooManyPublishersError(ConflictError):
    """A plugin trusts as many workflows as it may."""

    def __init__(self, most: int) -> None:
        super().__init__(f"The plugin trusts {most} workflows, and may trust no more. Remove one first.", state="full")


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


class RateLimitedError(StandfastError):
    """A publisher asked for more than the store takes. `retry_after` is in whole seconds."""

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class UnavailableError(StandfastError):
    """Storage did not answer as it should: throttled, busy, out of reach. The same call may go through later."""


class IntegrityError(StandfastError):
    """Stored data contradicts itself, such as a pointer that names an object that is not there."""
