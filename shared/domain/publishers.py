"""Trusted publishing: which workflows may submit upgrades of a plugin, and telling a run of one from any other.

A workflow proves itself with a token of its CI service, signed for this store and good for minutes; no secret is kept
anywhere. It may submit. Approval stays with people.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from shared.domain.errors import PublisherNotFoundError, TooManyPublishersError, UntrustedWorkflowError
from shared.domain.identity import PluginId, Subject

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WORKFLOW = "workflow:"
"""How the subjects of workflows begin."""
MOST_PUBLISHERS = 10
"""How many workflows one plugin may trust."""
_FOLDER = ".github/workflows"


@dataclass(frozen=True, slots=True)
class Issuer:
    """A CI service that signs tokens for its workflows: the `iss` of these, where its keys are, how it signs."""

    url: str
    keys_url: str
    algorithm: str


ISSUERS: Mapping[str, Issuer] = MappingProxyType(
    {
        "github": Issuer(
            url="https://token.actions.githubusercontent.com",
            keys_url="https://token.actions.githubusercontent.com/.well-known/jwks",
            algorithm="RS256",
        )
    }
)
"""Whose tokens are taken, by the names that publishers know them by."""

_STRANGERS = frozenset({"pull_request_target", "issue_comment", "workflow_run"})
"""Events by which a stranger's action runs the repository's own workflow, with all its rights."""


@dataclass(frozen=True, slots=True)
class TrustedPublisher:
    """A workflow that may submit: one file of one repository.

    `environment` and `ref` ("" is any) narrow it down. `repository_id` is the service's own id of the repository: a
    name can pass to somebody else. Where the owner did not give it, the first accepted run sets it.
    """

    name: str
    issuer: str
    repository: str
    workflow: str
    added_at: datetime
    environment: str = ""
    ref: str = ""
    repository_id: str = ""


@dataclass(frozen=True, slots=True)
class TrustedPublishers:
    """All that a plugin trusts, by name. Revision 0 is that of a plugin that never trusted any: it is not stored."""

    plugin_id: PluginId
    publishers: tuple[TrustedPublisher, ...] = ()
    revision: int = 0

    def publisher(self, name: str) -> TrustedPublisher:
        """Return one of them. Raises PublisherNotFoundError."""
        for each in self.publishers:
            if each.name == name:
                return each
        raise PublisherNotFoundError(name)

    def with_publisher(self, publisher: TrustedPublisher) -> TrustedPublishers:
        """Return them with one set. Raises TooManyPublishersError."""
        others = [each for each in self.publishers if each.name != publisher.name]
        if len(others) >= MOST_PUBLISHERS:
            raise TooManyPublishersError(MOST_PUBLISHERS)
        in_order = tuple(sorted([*others, publisher], key=lambda each: each.name))
        return replace(self, publishers=in_order, revision=self.revision + 1)

    def without(self, name: str) -> TrustedPublishers:
        """Return them without one. Raises PublisherNotFoundError."""
        gone = self.publisher(name)
        others = tuple(each for each in self.publishers if each is not gone)
        return replace(self, publishers=others, revision=self.revision + 1)


@dataclass(frozen=True, slots=True)
class WorkflowRun:
    """A run of a workflow, as its token describes it: who signed that has been checked. `token_id` names the token."""

    issuer: str
    token_id: str
    repository: str
    repository_id: str
    workflow_ref: str
    ref: str
    event: str
    environment: str = ""
    run_id: str = ""
    run_attempt: str = ""
    commit: str = ""

    @property
    def subject(self) -> Subject:
        """Who it is, for the audit."""
        return Subject(f"{WORKFLOW}{self.issuer}:{self.repository}")

    def detail(self, publisher: TrustedPublisher) -> dict[str, str]:
        """Return what the audit says of it."""
        return {
            "publisher": publisher.name,
            "workflow": self.workflow_ref,
            "run": f"{self.run_id}/{self.run_attempt}",
            "commit": self.commit,
        }


def require_trusted(known: TrustedPublishers, run: WorkflowRun) -> TrustedPublisher:
    """Return the publisher that a run is of. Raises UntrustedWorkflowError, which names the first claim that differs.

    A run of another repository is not told what would have been right: that is not its business.
    """
    if run.event in _STRANGERS:
        raise UntrustedWorkflowError("event_name", wanted="an event that strangers cannot cause", seen=run.event)
    own = [each for each in known.publishers if _is_of(each, run)]
    if not own:
        raise UntrustedWorkflowError("repository", wanted="one that the plugin trusts", seen=run.repository)
    return _fitting(own, run)


def _is_of(publisher: TrustedPublisher, run: WorkflowRun) -> bool:
    """Tell whether a publisher names a run's repository. Names there are the same in any case of letters."""
    return publisher.issuer == run.issuer and publisher.repository.lower() == run.repository.lower()


def _fitting(publishers: Sequence[TrustedPublisher], run: WorkflowRun) -> TrustedPublisher:
    differences = [_difference(each, run) for each in publishers]
    for publisher, difference in zip(publishers, differences, strict=True):
        if difference is None:
            return publisher
    raise next(difference for difference in differences if difference)


def _difference(publisher: TrustedPublisher, run: WorkflowRun) -> UntrustedWorkflowError | None:
    """Return how a run differs from what a publisher of its repository may be, None if it does not."""
    # The file at the very ref that the run is for: a reusable workflow of somebody else's names its own repository.
    workflow = f"{run.repository}/{_FOLDER}/{publisher.workflow}@{run.ref}"
    checks = (
        ("repository_id", publisher.repository_id, run.repository_id, not publisher.repository_id),
        ("job_workflow_ref", workflow, run.workflow_ref, False),
        ("environment", publisher.environment, run.environment, not publisher.environment),
        ("ref", publisher.ref, run.ref, not publisher.ref),
    )
    for claim, wanted, seen, is_any in checks:
        if not is_any and wanted != seen:
            return UntrustedWorkflowError(claim, wanted=wanted, seen=seen)
    return None


def pinned(known: TrustedPublishers, publisher: TrustedPublisher, run: WorkflowRun) -> TrustedPublishers | None:
    """Return what is trusted once a first run has told its repository's id; None where that is known."""
    if publisher.repository_id:
        return None
    return known.with_publisher(replace(publisher, repository_id=run.repository_id))
