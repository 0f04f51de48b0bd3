"""The workflows that a plugin trusts, on every table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from shared.domain.errors import StaleStateError
from shared.domain.publishers import TrustedPublisher, TrustedPublishers
from shared.domain.trusting import distrust, trust
from shared.storage.publishers import PublisherStore
from shared.storage.store import Store
from tests.building import NOON, TODO, occasion

if TYPE_CHECKING:
    from shared.storage.table import Table

RELEASES = TrustedPublisher("releases", "github", "octo/todo", "publish.yml", NOON, environment="store")


def test_a_plugin_that_trusts_nobody_has_no_record(table: Table) -> None:
    assert PublisherStore(table).trusted(TODO) == TrustedPublishers(TODO)


def test_what_is_trusted_is_read_as_it_was_written_with_its_event(table: Table) -> None:
    store, publishers = Store(table), PublisherStore(table)
    transition = trust(publishers.trusted(TODO), RELEASES, occasion())
    store.commit(transition)
    assert publishers.trusted(TODO) == TrustedPublishers(TODO, (RELEASES,), 1)
    again = trust(publishers.trusted(TODO), replace(RELEASES, name="nightly"), occasion(entropy=b"abcdefgh"))
    store.commit(again)
    assert [each.name for each in publishers.trusted(TODO).publishers] == ["nightly", "releases"]


def test_of_two_changes_at_once_one_is_told_that_the_state_moved(table: Table) -> None:
    store, publishers = Store(table), PublisherStore(table)
    store.commit(trust(publishers.trusted(TODO), RELEASES, occasion()))
    known = publishers.trusted(TODO)
    store.commit(distrust(known, "releases", occasion(entropy=b"abcdefgh")))
    with pytest.raises(StaleStateError, match="the trusted workflows are as they were read"):
        store.commit(trust(known, replace(RELEASES, name="late"), occasion(entropy=b"ijklmnop")))
    assert publishers.trusted(TODO).publishers == ()
