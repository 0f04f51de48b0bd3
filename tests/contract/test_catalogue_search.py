"""Searching the catalogue, on every implementation of the table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from shared.domain.identity import PluginId, digest_of_bytes
from shared.domain.plugin import Live, Pointer
from shared.domain.ports import PageRequest
from shared.domain.searching import answers
from shared.storage.items import pointer_item
from shared.storage.store import Store
from shared.storage.table import Put
from tests.building import LISTING, NOON

if TYPE_CHECKING:
    from shared.storage.table import Table

NAMES = {
    "todo": ("Todo", "Keeps lists."),
    "weather": ("Weather Today", "Forecasts for ten days, and tides."),
    "strasse": ("STRASSE", "Findet eine Straße in Köln."),
    "wide": ("\uff34\uff41\uff53\uff4b\uff53", "Full-width letters in its name."),
}


def live(plugin_id: str, name: str, description: str) -> Pointer:
    """Return the pointer of a live plugin."""
    listing = replace(LISTING, name_for_human=name, name_for_model=plugin_id, description_for_human=description)
    digest = digest_of_bytes(b"")
    return Pointer(
        PluginId(plugin_id), Live(1, digest, "ai-plugin.json", digest, "openapi.json", listing, NOON), revision=1
    )


def found(table: Table, query: str) -> list[str]:
    store = Store(table)
    for plugin_id, texts in NAMES.items():
        table.transact([Put(pointer_item(live(plugin_id, *texts)), guard=None)])
    page = store.catalogue(PageRequest(limit=10), lambda pointer: answers(pointer, query))
    return [pointer.plugin_id for pointer in page.records]


@pytest.mark.parametrize(
    ("query", "plugins"),
    [
        ("todo", ["todo"]),
        ("LISTS", ["todo"]),
        ("today forecasts", ["weather"]),
        ("forecasts todo", []),
        ("strasse köln", ["strasse"]),
        ("straße", ["strasse"]),
        ("tasks", ["wide"]),
        ("  ", ["strasse", "todo", "weather", "wide"]),
    ],
)
def test_a_query_finds_what_has_all_of_its_words(table: Table, query: str, plugins: list[str]) -> None:
    assert found(table, query) == plugins


def test_a_search_goes_on_where_its_page_ended(table: Table) -> None:
    found(table, "")
    store, seen, cursor = Store(table), [], ""
    while True:
        page = store.catalogue(PageRequest(cursor, 1), lambda pointer: answers(pointer, "e"))
        seen += [pointer.plugin_id for pointer in page.records]
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
    assert seen == ["strasse", "todo", "weather", "wide"]


def test_a_plugin_that_is_not_live_is_no_answer() -> None:
    assert not answers(Pointer(PluginId("todo")), "todo")
