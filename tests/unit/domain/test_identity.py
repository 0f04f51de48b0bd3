"""Names: ids, digests, moments."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import identity
from shared.domain.errors import InvalidValueError
from tests.building import NOON

digests = st.binary().map(identity.digest_of_bytes)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize("text", ["a", "todo", "a-b", "0", "x" * 63])
def test_a_plugin_id_is_letters_digits_and_inner_hyphens(text: str) -> None:
    assert identity.plugin_id(text) == text


@pytest.mark.parametrize(
    "text", ["", "-a", "a-", "A", "a_b", "a.b", "a/b", "x" * 64, "a\n", "ä", "..", "a b", "a%2fb", "PLUGIN#a"]
)
def test_anything_else_is_no_plugin_id(text: str) -> None:
    with pytest.raises(InvalidValueError, match="plugin id"):
        identity.plugin_id(text)


@pytest.mark.parametrize(
    ("host", "derived"),
    [
        ("todo.example.com", "todo-example-com"),
        ("www.example.com", "example-com"),
        ("xn--bcher-kva.example", "xn-bcher-kva-example"),
        ("a" * 70 + ".com", "a" * 63),
    ],
)
def test_an_id_is_derived_from_a_host(host: str, derived: str) -> None:
    assert identity.plugin_id_from_host(host) == derived


@pytest.mark.parametrize(
    "text", ["", "sha256:", "sha256:" + "0" * 63, "sha256:" + "A" * 64, "sha256:" + "0" * 64 + "\n"]
)
def test_another_form_is_no_digest(text: str) -> None:
    with pytest.raises(InvalidValueError, match="digest"):
        identity.digest(text)


@given(st.dictionaries(st.text("abcdefghij.-", min_size=1), digests))
def test_the_digest_of_parts_is_that_of_their_canonical_json(parts: dict[str, identity.Digest]) -> None:
    canonical = rfc8785.dumps({"kind": "ai-plugin-v1", "parts": {**parts}})
    expected = "sha256:" + hashlib.sha256(canonical).hexdigest()
    assert identity.digest_of_parts("ai-plugin-v1", parts) == expected


@given(moments, moments)
def test_the_text_of_moments_sorts_as_they_do(one: datetime, other: datetime) -> None:
    one, other = (each.replace(microsecond=each.microsecond // 1000 * 1000) for each in (one, other))
    assert (identity.format_moment(one) < identity.format_moment(other)) == (one < other)
    assert identity.parse_moment(identity.format_moment(one)) == one


@given(moments, moments, st.integers(0, 99), st.integers(0, 99))
def test_event_ids_sort_by_time_and_then_by_place(one: datetime, other: datetime, place: int, next_place: int) -> None:
    ids = [identity.event_id(at, b"x" * 8, place) for at in (one, other)]
    if int(one.timestamp() * 1000) < int(other.timestamp() * 1000):
        assert ids[0] < ids[1]
    pair = [identity.event_id(NOON, b"y" * 8, each) for each in (place, next_place)]
    assert (pair[0] < pair[1]) == (place < next_place)
