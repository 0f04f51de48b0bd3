"""What every `ObjectStore` does alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.domain.errors import IntegrityError

if TYPE_CHECKING:
    from shared.domain.ports import ObjectStore

KEY = f"plugins/weather/versions/1/{'0' * 64}/openapi.yaml"


def test_an_object_comes_back_byte_for_byte(objects: ObjectStore) -> None:
    body = bytes(range(256)) * 100
    objects.put(KEY, body, "application/yaml")
    assert objects.get(KEY) == body


def test_an_object_may_be_empty(objects: ObjectStore) -> None:
    objects.put(KEY, b"", "application/yaml")
    assert objects.get(KEY) == b""


def test_an_object_that_is_there_is_never_replaced(objects: ObjectStore) -> None:
    objects.put(KEY, b"first", "application/yaml")
    objects.put(KEY, b"second", "application/json")
    assert objects.get(KEY) == b"first"


@pytest.mark.parametrize("key", [KEY, "plugins", "plugins/weather", "../../etc/passwd", "/etc/passwd"])
def test_an_object_that_is_not_there_is_an_integrity_error(objects: ObjectStore, key: str) -> None:
    objects.put(f"{KEY}.other", b"x", "text/plain")
    with pytest.raises(IntegrityError, match="not stored"):
        objects.get(key)


def test_a_key_may_go_through_another_one(objects: ObjectStore) -> None:
    for key in ("a/b", "a", "a/b/c", "a/b/"):
        objects.put(key, key.encode(), "text/plain")
    assert [objects.get(key) for key in ("a/b", "a", "a/b/c", "a/b/")] == [b"a/b", b"a", b"a/b/c", b"a/b/"]


def test_keys_that_differ_in_anything_are_different_objects(objects: ObjectStore) -> None:
    keys = [
        "k",
        "k ",
        "K/../k",
        "k%2F",
        "k%252F",
        "k.",
        ".k",
        "%2Ek",
        "ü",
        "u\u0308",
        "x" * 300,
        "x" * 301,
        "=k",
        "a//b",
        "a/b",
    ]
    for key in keys:
        objects.put(key, key.encode(), "text/plain")
    assert [objects.get(key) for key in keys] == [key.encode() for key in keys]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.binary(max_size=64), min_size=1, max_size=4))
def test_whatever_is_put_is_what_comes_back(objects: ObjectStore, bodies: list[bytes]) -> None:
    for body in bodies:
        objects.put(f"by-content/{body.hex()}/x", body, "application/octet-stream")
    assert [objects.get(f"by-content/{body.hex()}/x") for body in bodies] == bodies
