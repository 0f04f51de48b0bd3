"""Records to attributes and back."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.errors import IntegrityError, InvalidCursorError
from shared.domain.events import Event
from shared.domain.feed import Change
from shared.domain.installs import Install
from shared.domain.plugin import Plugin, Pointer
from shared.domain.version import Version
from shared.domain.webhooks import Delivery, Webhook
from shared.storage.codec import decode, encode
from shared.storage.dynamo import from_wire, to_wire
from shared.storage.items import read_cursor, write_cursor
from shared.storage.table import Key, Position, Value
from tests.building import plugin
from tests.unit.domain import records

values: st.SearchStrategy[Value] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@pytest.mark.parametrize("kind", [Plugin, Version, Pointer, Event, Install, Change, Webhook, Delivery])
@given(data=st.data())
def test_a_record_comes_back_as_it_went(kind: type, data: st.DataObject) -> None:
    record = data.draw(records.of(kind))
    stored = json.loads(json.dumps(encode(record)))
    assert decode(kind, stored) == record


@given(values)
def test_a_value_comes_back_from_dynamodbs_own_json(value: Value) -> None:
    assert from_wire(to_wire(value)) == value


def test_attributes_that_a_record_does_not_know_are_passed_over() -> None:
    stored = encode(plugin())
    assert isinstance(stored, dict)
    assert decode(Plugin, stored | {"owner_pk": "OWNER#x"}) == plugin()


def test_an_item_that_lacks_a_member_is_a_named_error() -> None:
    with pytest.raises(IntegrityError, match="Plugin"):
        decode(Plugin, {"plugin_id": "a"})


def test_a_fraction_is_refused() -> None:
    with pytest.raises(IntegrityError, match="float"):
        encode({"a": 1.5})


@given(st.text(min_size=1), st.text(min_size=1), st.text(min_size=1))
def test_a_cursor_comes_back_as_it_went(sort: str, pk: str, sk: str) -> None:
    position = Position(sort, Key(pk, sk))
    cursor = write_cursor(position)
    if len(cursor) <= 1024:
        assert read_cursor(cursor) == position


@given(st.text())
def test_a_made_up_cursor_is_refused_or_read_but_never_crashes(text: str) -> None:
    try:
        read_cursor(text)
    except InvalidCursorError:
        return
    assert read_cursor(text).sort
