"""What owners say of their workflows, what these send, and what both are told."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from shared.domain.publishers import TrustedPublisher
from shared.edge.told import DecisionOut, FoundOut

if TYPE_CHECKING:
    from shared.domain.publishers import TrustedPublishers
    from shared.domain.report import Report
    from shared.domain.version import Version

_LONGEST_URL = 2048
_REPOSITORY = r"^[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}$"
_WORKFLOW = r"^[A-Za-z0-9._-]{1,100}\.ya?ml$"
_ENVIRONMENT = r"^[^\x00-\x1f\x7f]{0,255}$"
_REF = r"^(refs/(heads|tags)/[\x21-\x7e]{1,200})?$"


class Trust(BaseModel):
    """A workflow that may submit upgrades: one file of one repository."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    issuer: Literal["github"] = "github"
    repository: str = Field(pattern=_REPOSITORY, examples=["octo/todo"])
    workflow: str = Field(
        pattern=_WORKFLOW, examples=["publish.yml"], description="The file's name in `.github/workflows`."
    )
    environment: str = Field(
        default="", pattern=_ENVIRONMENT, description="The environment that the job must run in; empty is any."
    )
    ref: str = Field(
        default="", pattern=_REF, examples=["refs/heads/main"], description="The branch or tag; empty is any."
    )
    repository_id: str = Field(
        default="",
        pattern=r"^[0-9]{0,20}$",
        description="The service's own id of the repository, since a name can pass to somebody else. Where it is not "
        "given, the first run that submits sets it.",
    )

    def as_publisher(self, name: str, at: datetime) -> TrustedPublisher:
        """Return what is to be trusted."""
        return TrustedPublisher(
            name=name,
            issuer=self.issuer,
            repository=self.repository,
            workflow=self.workflow,
            added_at=at,
            environment=self.environment,
            ref=self.ref,
            repository_id=self.repository_id,
        )


class PublisherOut(BaseModel):
    """A trusted workflow."""

    name: str
    issuer: str
    repository: str
    workflow: str
    environment: str
    ref: str
    repository_id: str
    added_at: datetime

    @classmethod
    def of(cls, publisher: TrustedPublisher) -> Self:
        """Tell a trusted workflow."""
        return cls(
            name=publisher.name,
            issuer=publisher.issuer,
            repository=publisher.repository,
            workflow=publisher.workflow,
            environment=publisher.environment,
            ref=publisher.ref,
            repository_id=publisher.repository_id,
            added_at=publisher.added_at,
        )


class PublisherList(BaseModel):
    """The workflows that a plugin trusts, by name."""

    items: list[PublisherOut]

    @classmethod
    def of(cls, trusted: TrustedPublishers) -> Self:
        """Tell all of them."""
        return cls(items=[PublisherOut.of(each) for each in trusted.publishers])


class SubmitFromWorkflow(BaseModel):
    """An upgrade: where its manifest is, when that has changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    manifest_url: str | None = Field(default=None, min_length=1, max_length=_LONGEST_URL)


class Progress(BaseModel):
    """A version as a workflow may follow it: where it stands, what was found, what was decided."""

    plugin_id: str
    version: int
    state: str
    digest: str | None
    manifest_url: str
    submitted_at: datetime
    released_at: datetime | None
    findings_by_severity: dict[str, int]
    findings: list[FoundOut]
    decision: DecisionOut | None

    @classmethod
    def of(cls, version: Version, report: Report) -> Self:
        """Tell a version and its report."""
        snapshot, decision = version.snapshot, version.decision
        return cls(
            plugin_id=version.plugin_id,
            version=version.number,
            state=version.state,
            digest=version.digest,
            manifest_url=version.manifest_url,
            submitted_at=version.submitted_at,
            released_at=version.released_at,
            findings_by_severity={each.value: count for each, count in snapshot.counts.items()} if snapshot else {},
            findings=[FoundOut.of(finding) for finding in report.findings],
            decision=DecisionOut.of(decision) if decision else None,
        )
