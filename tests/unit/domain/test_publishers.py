"""Which run of which workflow a plugin trusts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from shared.domain.errors import PublisherNotFoundError, TooManyPublishersError, UntrustedWorkflowError
from shared.domain.events import EventType, Occasion
from shared.domain.messages import Author, author_of
from shared.domain.publishers import (
    MOST_PUBLISHERS,
    TrustedPublisher,
    TrustedPublishers,
    WorkflowRun,
    pinned,
    require_trusted,
)
from shared.domain.trusting import distrust, trust
from tests.building import NOON, OWNER, TODO

OCCASION = Occasion(OWNER, NOON, b"12345678")
RELEASES = TrustedPublisher("releases", "github", "octo/todo", "publish.yml", NOON, repository_id="4711")
RUN = WorkflowRun(
    issuer="github",
    token_id="token-1",  # noqa: S106 - an id
    repository="octo/todo",
    repository_id="4711",
    workflow_ref="octo/todo/.github/workflows/publish.yml@refs/heads/main",
    ref="refs/heads/main",
    event="push",
)


def trusting(*publishers: TrustedPublisher) -> TrustedPublishers:
    return TrustedPublishers(TODO, publishers, 1)


def test_a_run_of_the_trusted_file_is_trusted() -> None:
    assert require_trusted(trusting(RELEASES), RUN) == RELEASES


def test_a_repositorys_name_is_the_same_in_any_case() -> None:
    run = replace(RUN, repository="Octo/Todo", workflow_ref=RUN.workflow_ref.replace("octo/todo", "Octo/Todo"))
    assert require_trusted(trusting(RELEASES), run) == RELEASES


@pytest.mark.parametrize(
    ("change", "claim", "seen"),
    [
        ({"repository": "evil/todo"}, "repository", "evil/todo"),
        ({"repository": "octo/todo-fork"}, "repository", "octo/todo-fork"),
        ({"issuer": "gitlab"}, "repository", "octo/todo"),
        ({"repository_id": "4712"}, "repository_id", "4712"),
        (
            {"workflow_ref": "octo/todo/.github/workflows/other.yml@refs/heads/main"},
            "job_workflow_ref",
            "octo/todo/.github/workflows/other.yml@refs/heads/main",
        ),
        (
            # A reusable workflow of somebody else, called by the trusted repository.
            {"workflow_ref": "evil/lib/.github/workflows/publish.yml@refs/heads/main"},
            "job_workflow_ref",
            "evil/lib/.github/workflows/publish.yml@refs/heads/main",
        ),
        (
            # The file as it is on another branch than the one that the run is for.
            {"ref": "refs/heads/feature"},
            "job_workflow_ref",
            RUN.workflow_ref,
        ),
        ({"event": "pull_request_target"}, "event_name", "pull_request_target"),
        ({"event": "workflow_run"}, "event_name", "workflow_run"),
    ],
)
def test_a_run_that_differs_is_told_the_claim(change: dict[str, str], claim: str, seen: str) -> None:
    with pytest.raises(UntrustedWorkflowError) as refusal:
        require_trusted(trusting(RELEASES), replace(RUN, **change))
    assert refusal.value.claim == claim
    assert f"claim {claim!r} is {seen!r}" in str(refusal.value)


def test_a_stranger_is_not_told_what_would_have_been_right() -> None:
    with pytest.raises(UntrustedWorkflowError) as refusal:
        require_trusted(trusting(RELEASES), replace(RUN, repository="evil/todo"))
    assert "octo" not in str(refusal.value)


@pytest.mark.parametrize(
    ("narrowed", "claim"), [({"environment": "store"}, "environment"), ({"ref": "refs/tags/v1"}, "ref")]
)
def test_an_environment_or_a_ref_narrows_it_down(narrowed: dict[str, Any], claim: str) -> None:
    publisher = replace(RELEASES, **narrowed)
    with pytest.raises(UntrustedWorkflowError, match=claim):
        require_trusted(trusting(publisher), RUN)
    fitting = replace(RUN, **narrowed)
    fitting = replace(fitting, workflow_ref=f"octo/todo/.github/workflows/publish.yml@{fitting.ref}")
    assert require_trusted(trusting(publisher), fitting) == publisher


def test_any_of_several_will_do() -> None:
    nightly = replace(RELEASES, name="nightly", workflow="nightly.yml")
    assert require_trusted(trusting(nightly, RELEASES), RUN) == RELEASES


def test_a_plugin_that_trusts_nobody_trusts_nobody() -> None:
    with pytest.raises(UntrustedWorkflowError):
        require_trusted(TrustedPublishers(TODO), RUN)


def test_the_first_run_sets_the_repositorys_id_and_the_next_ones_are_held_to_it() -> None:
    by_name = replace(RELEASES, repository_id="")
    known = pinned(trusting(by_name), by_name, RUN)
    assert known is not None
    assert known.publishers == (RELEASES,)
    assert known.revision == 2
    assert pinned(known, RELEASES, RUN) is None
    with pytest.raises(UntrustedWorkflowError, match="repository_id"):
        require_trusted(known, replace(RUN, repository_id="9999"))


def test_trusting_and_distrusting_are_in_the_audit() -> None:
    given = trust(TrustedPublishers(TODO), RELEASES, OCCASION)
    assert given.trusted == trusting(RELEASES)
    assert [event.type for event in given.events] == [EventType.PLUGIN_PUBLISHER_TRUSTED]
    taken = distrust(trusting(RELEASES), "releases", OCCASION)
    assert taken.trusted == TrustedPublishers(TODO, (), 2)
    assert [event.type for event in taken.events] == [EventType.PLUGIN_PUBLISHER_DISTRUSTED]


def test_setting_one_of_the_same_name_changes_it() -> None:
    changed = trust(trusting(RELEASES), replace(RELEASES, workflow="other.yml"), OCCASION).trusted
    assert changed is not None
    assert [each.workflow for each in changed.publishers] == ["other.yml"]


def test_what_is_not_trusted_cannot_be_distrusted() -> None:
    with pytest.raises(PublisherNotFoundError):
        distrust(trusting(RELEASES), "nightly", OCCASION)


def test_a_plugin_trusts_no_more_than_ten() -> None:
    full = trusting(*(replace(RELEASES, name=f"r{number}") for number in range(MOST_PUBLISHERS)))
    with pytest.raises(TooManyPublishersError):
        trust(full, RELEASES, OCCASION)
    assert trust(full, replace(RELEASES, name="r0"), OCCASION).trusted


def test_what_a_workflow_does_is_the_publishers_doing() -> None:
    assert author_of(RUN.subject, OWNER) is Author.PUBLISHER
