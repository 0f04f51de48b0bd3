"""Composition root of the feeds function."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from functions.feeds.settings import Settings
from functions.feeds.use_case import Feeds
from shared.edge.settings import read
from shared.storage import clients
from shared.storage.changes import ChangeStore
from shared.storage.dynamo import DynamoTable

if TYPE_CHECKING:
    from shared.domain.ports import Changes


@dataclass(frozen=True, slots=True)
class Publishing:
    """The use case, and where the public reaches it."""

    feeds: Feeds
    public_base_url: str


def wire(settings: Settings, *, changes: Changes) -> Publishing:
    """Put the use case together from its ports."""
    return Publishing(Feeds(changes), settings.public_base_url.rstrip("/"))


@cache
def from_environment() -> Publishing:
    """Put it together for AWS."""
    settings = read(Settings, os.environ)
    return wire(settings, changes=ChangeStore(DynamoTable(clients.dynamodb(), settings.table_name)))
