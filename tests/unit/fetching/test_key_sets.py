"""Key sets: fetched once, renewed when they should be, and never on a stranger's command."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.domain.documents import Document
from shared.domain.errors import UnavailableError
from shared.domain.ports import Fetched, FetchFailedError
from shared.fetching.key_sets import FetchedKeySets

URL = "https://issuer.example/jwks"


class Served:
    """A server of key sets, and a clock."""

    def __init__(self, *ids: str) -> None:
        self.now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
        self.body = key_set(*ids)
        self.fetches = 0
        self.is_down = False
        self.sets = FetchedKeySets(self, lambda: self.now)

    def __call__(self, url: str, *, role: str) -> Fetched:
        self.fetches += 1
        if self.is_down:
            raise FetchFailedError("No answer.", code="fetch.timeout", fix="")
        return Fetched(Document(role, url, self.body), ())

    def has(self, key_id: str, *, after: timedelta = timedelta()) -> bool:
        self.now += after
        return self.sets(URL, key_id) is not None


def key_set(*ids: Any) -> bytes:  # noqa: ANN401 - hostile ones too
    return json.dumps({"keys": [{"kid": each, "kty": "RSA"} for each in ids]}).encode()


def test_a_set_is_fetched_once_for_an_hour() -> None:
    served = Served("a", "b")
    assert all(served.has(key_id, after=timedelta(minutes=10)) for key_id in ("a", "b", "a", "b", "a"))
    assert served.fetches == 1
    assert served.has("a", after=timedelta(hours=1))
    assert served.fetches == 2


def test_a_new_key_is_taken_up_within_a_minute() -> None:
    served = Served("old")
    assert served.has("old")
    served.body = key_set("old", "new")
    assert not served.has("new", after=timedelta(seconds=30))
    assert served.has("new", after=timedelta(seconds=31))


def test_a_key_that_is_gone_counts_no_more() -> None:
    served = Served("a")
    assert served.has("a")
    served.body = key_set("b")
    assert not served.has("a", after=timedelta(hours=2))


def test_a_thousand_unknown_keys_are_one_fetch() -> None:
    served = Served("a")
    assert not any(served.has(f"unknown-{number}") for number in range(1000))
    assert served.fetches == 1


def test_an_outage_is_bridged_for_a_day() -> None:
    served = Served("a")
    assert served.has("a")
    served.is_down = True
    assert served.has("a", after=timedelta(hours=20))
    with pytest.raises(UnavailableError):
        served.has("a", after=timedelta(hours=5))


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"keys": {}}', b"\xff", b'{"keys": [' + b'{"kid": "a"},' * 100 + b"{}]}"],
)
def test_what_is_no_key_set_is_as_good_as_none(body: bytes) -> None:
    served = Served()
    served.body = body
    with pytest.raises(UnavailableError):
        served.has("a")


def test_keys_without_an_id_and_other_oddities_are_passed_over() -> None:
    served = Served()
    served.body = json.dumps({"keys": [None, 1, {}, {"kid": 7}, {"kid": "a", "n": 5, "e": "AQAB"}]}).encode()
    assert served.sets(URL, "a") == {"kid": "a", "e": "AQAB"}
