"""What every `Table` does alike."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.storage.items import BY_OWNER, CATALOGUE, REVIEW_QUEUE
from shared.storage.table import (
    PRIMARY,
    Check,
    Count,
    Delete,
    Guard,
    GuardFailedError,
    Item,
    Key,
    Put,
    Query,
)

if TYPE_CHECKING:
    from shared.storage.table import Index, ItemPage, Table, Value, Write

KEY = Key("PLUGIN#weather", "META")
OTHER = Key("PLUGIN#todo", "META")
FREE = 0
TEXT = st.text(st.characters(exclude_categories=["Cs"]))


def put(key: Key = KEY, *, over: int | None = None, attributes: dict[str, Value] | None = None, **named: Value) -> Put:
    guard = None if over is None else Guard("it is as it was read", over)
    return Put(Item(key, {**(attributes or {}), **named}), guard)


def stored(table: Table, key: Key = KEY) -> dict[str, Value] | None:
    item = table.get(key)
    return None if item is None else dict(item.attributes)


def sort_keys(page: ItemPage) -> list[str]:
    return [item.key.sk for item in page.items]


def all_pages(table: Table, query: Query) -> list[ItemPage]:
    pages = [table.query(query)]
    while end := pages[-1].end:
        pages.append(table.query(replace(query, after=end)))
        assert len(pages) < 100
    return pages


def fill(table: Table, *sorts: str, pk: str = "P", **attributes: Value) -> None:
    for sort in sorts:
        table.transact([put(Key(pk, sort), revision=1, attributes=attributes)])


# ------------------------------------------------------------------------------------------------------------- items


def test_an_item_that_was_never_stored_is_none(table: Table) -> None:
    assert table.get(KEY) is None


def test_an_item_comes_back_as_it_was_put(table: Table) -> None:
    attributes: dict[str, Value] = {
        "revision": 1,
        "text": "Wetter für Zürich, 天気 🌦",
        "empty": "",
        "spaces": "  a\tb\n",
        "controls": "\x00\x01\x85\u2028",
        "zero": 0,
        "negative": -7,
        "large": 2**63 + 1,
        "true": True,
        "false": False,
        "nothing inside": {"absent": None},
        "list": [1, "1", True, None, [], {}, [[""]]],
        "map": {"empty": "", "a.b": {"#x": 1, ":y": [2]}, "ключ": "значение"},
    }
    table.transact([put(attributes=attributes)])
    item = table.get(KEY)
    assert item == Item(KEY, attributes)
    assert [type(value) for value in item.attributes.values()] == [type(value) for value in attributes.values()]


def test_an_attribute_that_is_none_is_left_out(table: Table) -> None:
    table.transact([put(revision=1, gone=None)])
    assert stored(table) == {"revision": 1}


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.recursive(
        TEXT | st.integers(-(10**37), 10**37) | st.booleans(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT.filter(bool), inner, max_size=4),
        max_leaves=12,
    )
)
def test_any_value_comes_back_as_it_was_put(table: Table, value: Value) -> None:
    table.transact([put(value=value)])
    assert stored(table) == {"value": value}


def test_keys_hold_any_text(table: Table) -> None:
    key = Key("OWNER#auth0|5f7c8ec7 %'\"\\", "KEY#ä/🌦#")
    table.transact([put(key, revision=1)])
    assert stored(table, key) == {"revision": 1}
    assert table.get(Key(key.pk, key.sk.lower())) is None


def test_a_put_replaces_the_whole_item(table: Table) -> None:
    table.transact([put(revision=1, old="x")])
    table.transact([put(revision=2, new="y", over=1)])
    assert stored(table) == {"revision": 2, "new": "y"}


def test_a_put_without_a_guard_may_be_repeated(table: Table) -> None:
    for _ in range(2):
        table.transact([put(revision=1, text="same")])
    assert stored(table) == {"revision": 1, "text": "same"}


# ------------------------------------------------------------------------------------------------------------ guards


def test_the_guard_of_a_new_item_holds_once(table: Table) -> None:
    table.transact([put(revision=1, by="first", over=FREE)])
    with pytest.raises(GuardFailedError):
        table.transact([put(revision=1, by="second", over=FREE)])
    assert stored(table) == {"revision": 1, "by": "first"}


def test_the_guard_of_a_new_item_fails_on_one_without_revision(table: Table) -> None:
    table.transact([put(count=1)])
    with pytest.raises(GuardFailedError):
        table.transact([put(revision=1, over=FREE)])


@pytest.mark.parametrize("expected", [1, 3])
def test_a_revision_guard_fails_on_any_other_revision(table: Table, expected: int) -> None:
    table.transact([put(revision=2)])
    with pytest.raises(GuardFailedError):
        table.transact([put(revision=expected + 1, over=expected)])
    assert stored(table) == {"revision": 2}


def test_a_revision_guard_fails_where_nothing_is_stored(table: Table) -> None:
    with pytest.raises(GuardFailedError):
        table.transact([put(revision=2, over=1)])


def test_a_revision_guard_fails_on_an_item_without_revision(table: Table) -> None:
    table.transact([put(text="x")])
    with pytest.raises(GuardFailedError):
        table.transact([put(revision=2, over=1)])


def test_a_check_stores_nothing(table: Table) -> None:
    table.transact([put(OTHER, revision=3)])
    table.transact([Check(OTHER, Guard("unmoved", 3)), Check(Key("no", "item"), Guard("free", FREE)), put(revision=1)])
    assert stored(table, OTHER) == {"revision": 3}
    assert table.get(Key("no", "item")) is None
    assert stored(table) == {"revision": 1}


def test_a_check_that_fails_stops_the_whole_transaction(table: Table) -> None:
    table.transact([put(OTHER, revision=4)])
    with pytest.raises(GuardFailedError):
        table.transact([put(revision=1, over=FREE), Check(OTHER, Guard("unmoved", 3))])
    assert table.get(KEY) is None


def test_a_delete_removes_the_item_under_its_guard(table: Table) -> None:
    table.transact([put(revision=1)])
    with pytest.raises(GuardFailedError):
        table.transact([Delete(KEY, Guard("as read", 2))])
    assert stored(table) == {"revision": 1}
    table.transact([Delete(KEY, Guard("as read", 1))])
    assert table.get(KEY) is None


def test_the_first_guard_that_fails_is_named_with_its_place(table: Table) -> None:
    table.transact([put(OTHER, revision=5)])
    writes: list[Write] = [
        put(revision=1, over=FREE),
        Put(Item(OTHER, {"revision": 2}), Guard("the pointer is as it was read", 1)),
        Check(Key("x", "y"), Guard("never", 9)),
    ]
    with pytest.raises(GuardFailedError) as failure:
        table.transact(writes)
    assert (failure.value.place, failure.value.name) == (1, "the pointer is as it was read")


def test_of_many_writes_none_is_stored_when_the_last_guard_fails(table: Table) -> None:
    keys = [Key("P", f"{number:03}") for number in range(30)]
    writes: list[Write] = [put(key, revision=1, over=FREE) for key in keys]
    with pytest.raises(GuardFailedError) as failure:
        table.transact([*writes, Check(KEY, Guard("there", 1))])
    assert failure.value.place == 30
    assert table.query(Query("P")).items == ()
    table.transact(writes)
    assert len(table.query(Query("P")).items) == 30


# ---------------------------------------------------------------------------------------------------------- counters


def count(by: int, *, at_most: int = 3, **attributes: Value) -> Count:
    return Count(KEY, "installs", by, at_most, "fewer than the limit", attributes)


def test_a_counter_begins_at_nothing_and_stops_at_its_limit(table: Table) -> None:
    for _ in range(3):
        table.transact([count(1)])
    with pytest.raises(GuardFailedError) as failure:
        table.transact([count(1)])
    assert (failure.value.place, failure.value.name) == (0, "fewer than the limit")
    assert stored(table) == {"installs": 3}


def test_a_counter_never_falls_below_zero(table: Table) -> None:
    with pytest.raises(GuardFailedError):
        table.transact([count(-1)])
    table.transact([count(1)])
    table.transact([count(-1)])
    with pytest.raises(GuardFailedError):
        table.transact([count(-1)])
    assert stored(table) == {"installs": 0}


def test_a_step_beyond_the_limit_is_refused_even_as_the_first(table: Table) -> None:
    with pytest.raises(GuardFailedError):
        table.transact([count(4)])
    with pytest.raises(GuardFailedError):
        table.transact([count(1, at_most=0)])
    assert table.get(KEY) is None


def test_a_counter_item_is_made_with_its_attributes(table: Table) -> None:
    table.transact([count(2, kind="installs", plugin_id="weather")])
    table.transact([count(1, kind="installs", plugin_id="weather")])
    assert stored(table) == {"installs": 3, "kind": "installs", "plugin_id": "weather"}


def test_a_counter_that_is_full_stops_the_whole_transaction(table: Table) -> None:
    table.transact([count(3)])
    with pytest.raises(GuardFailedError) as failure:
        table.transact([put(OTHER, revision=1), count(1)])
    assert failure.value.place == 1
    assert table.get(OTHER) is None


def test_other_attributes_of_a_counter_stay(table: Table) -> None:
    table.transact([put(revision=1, text="kept")])
    table.transact([count(1)])
    assert stored(table) == {"revision": 1, "text": "kept", "installs": 1}


# ----------------------------------------------------------------------------------------------------------- queries


def test_a_partition_is_read_in_the_order_of_its_sort_keys(table: Table) -> None:
    fill(table, "b", "a", "Ω", "B", "a#", "🌦", "\uffff", "10", "9")
    assert sort_keys(table.query(Query("P"))) == ["10", "9", "B", "a", "a#", "b", "Ω", "\uffff", "🌦"]
    assert sort_keys(table.query(Query("P", descending=True)))[:2] == ["🌦", "\uffff"]
    assert table.query(Query("Q")).items == ()


def test_a_query_gives_whole_items(table: Table) -> None:
    fill(table, "a", text="x")
    assert table.query(Query("P")).items == (Item(Key("P", "a"), {"revision": 1, "text": "x"}),)


@pytest.mark.parametrize("descending", [False, True])
def test_a_prefix_selects_what_begins_with_it(table: Table, *, descending: bool) -> None:
    fill(table, "EVENT", "EVENT#1", "EVENT#2", "EVENT#🌦", "EVENT$", "META", "VERSION#1")
    found = sort_keys(table.query(Query("P", "EVENT#", descending=descending)))
    assert found == sorted(["EVENT#1", "EVENT#2", "EVENT#🌦"], reverse=descending)


def test_a_prefix_is_no_pattern(table: Table) -> None:
    fill(table, "a%b", "axb", "a_b", "A%b")
    assert sort_keys(table.query(Query("P", "a%"))) == ["a%b"]
    assert sort_keys(table.query(Query("P", "a_"))) == ["a_b"]


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 6])
@pytest.mark.parametrize("descending", [False, True])
def test_pages_hold_everything_once_and_in_order(table: Table, limit: int, *, descending: bool) -> None:
    names = [f"VERSION#{number:08d}" for number in range(1, 6)]
    fill(table, "META", *names, "ZZZ")
    pages = all_pages(table, Query("P", "VERSION#", limit=limit, descending=descending))
    assert [name for page in pages for name in sort_keys(page)] == sorted(names, reverse=descending)
    assert all(len(page.items) <= limit for page in pages)


def test_a_page_that_is_not_full_is_the_last(table: Table) -> None:
    fill(table, "a", "b")
    assert table.query(Query("P", limit=3)).end is None


def test_the_next_page_starts_after_an_item_that_is_gone_meanwhile(table: Table) -> None:
    fill(table, "a", "b", "c")
    page = table.query(Query("P", limit=2))
    table.transact([Delete(Key("P", "b"), Guard("as read", 1))])
    assert sort_keys(table.query(Query("P", limit=2, after=page.end))) == ["c"]


# ----------------------------------------------------------------------------------------------------------- indexes


def listed(table: Table, index: Index, partition: str) -> list[Key]:
    return [item.key for page in all_pages(table, Query(partition, index=index, limit=2)) for item in page.items]


def test_an_item_is_in_an_index_only_with_both_of_its_attributes(table: Table) -> None:
    table.transact([put(Key("A", "1"), owner_pk="OWNER#me", owner_sk="1")])
    table.transact([put(Key("A", "2"), owner_pk="OWNER#me")])
    table.transact([put(Key("A", "3"), owner_sk="1")])
    assert listed(table, BY_OWNER, "OWNER#me") == [Key("A", "1")]


def test_an_item_leaves_an_index_with_its_attributes(table: Table) -> None:
    table.transact([put(revision=1, queue_pk="QUEUE", queue_sk="2026-01-01#weather")])
    table.transact([put(revision=2, over=1)])
    assert listed(table, REVIEW_QUEUE, "QUEUE") == []
    assert stored(table) == {"revision": 2}


def test_an_item_leaves_an_index_when_it_is_deleted(table: Table) -> None:
    table.transact([put(revision=1, queue_pk="QUEUE", queue_sk="1")])
    table.transact([Delete(KEY, Guard("as read", 1))])
    assert listed(table, REVIEW_QUEUE, "QUEUE") == []


def test_an_item_moves_within_an_index(table: Table) -> None:
    table.transact([put(revision=1, owner_pk="OWNER#a", owner_sk="1")])
    table.transact([put(revision=2, owner_pk="OWNER#b", owner_sk="0", over=1)])
    assert listed(table, BY_OWNER, "OWNER#a") == []
    assert listed(table, BY_OWNER, "OWNER#b") == [KEY]


def test_an_item_may_be_in_several_indexes(table: Table) -> None:
    table.transact([put(revision=1, owner_pk="O", owner_sk="1", catalogue_pk="CATALOGUE", catalogue_sk="weather")])
    assert listed(table, BY_OWNER, "O") == listed(table, CATALOGUE, "CATALOGUE") == [KEY]
    assert listed(table, REVIEW_QUEUE, "QUEUE") == []


def test_an_index_is_read_in_the_order_of_its_own_sort_key(table: Table) -> None:
    for number, sort in enumerate(["c", "a", "b"]):
        table.transact([put(Key("P", str(number)), queue_pk="QUEUE", queue_sk=sort)])
    assert listed(table, REVIEW_QUEUE, "QUEUE") == [Key("P", "1"), Key("P", "2"), Key("P", "0")]


def test_items_of_an_index_give_their_index_attributes_too(table: Table) -> None:
    table.transact([put(revision=1, queue_pk="QUEUE", queue_sk="1", text="x")])
    (item,) = table.query(Query("QUEUE", index=REVIEW_QUEUE)).items
    assert item == Item(KEY, {"revision": 1, "queue_pk": "QUEUE", "queue_sk": "1", "text": "x"})


def test_a_prefix_and_an_order_hold_in_an_index(table: Table) -> None:
    for sort in ("2025-1", "2026-1", "2026-2", "2027-1"):
        table.transact([put(Key("P", sort), queue_pk="QUEUE", queue_sk=sort)])
    page = table.query(Query("QUEUE", "2026-", REVIEW_QUEUE, descending=True))
    assert sort_keys(page) == ["2026-2", "2026-1"]


def test_pages_of_an_index_pass_over_no_item_with_an_equal_sort_key(table: Table) -> None:
    keys = {Key(f"P{number}", "same") for number in range(7)}
    for key in keys:
        table.transact([put(key, queue_pk="QUEUE", queue_sk="same")])
    found = listed(table, REVIEW_QUEUE, "QUEUE")
    assert len(found) == 7
    assert set(found) == keys


def test_a_position_says_where_its_page_ended(table: Table) -> None:
    fill(table, "a", "b")
    end = table.query(Query("P", limit=1, index=PRIMARY)).end
    assert end is not None
    assert (end.sort, end.key) == ("a", Key("P", "a"))
