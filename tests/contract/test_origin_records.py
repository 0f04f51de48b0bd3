"""Records of origins and of probes, on every implementation of the table."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from shared.domain.drift import Danger, Drift, Origin, OriginState, Watched, drifted, in_sync
from shared.domain.drifting import looked
from shared.domain.errors import StaleStateError
from shared.domain.identity import digest_of_bytes
from shared.domain.ports import PageRequest
from shared.domain.probing import Endpoint, Of, Probes
from shared.domain.transition import Transition
from shared.storage.drift import OriginStore
from shared.storage.store import Store
from tests.building import NOON, TODO, URL, occasion, part

if TYPE_CHECKING:
    from shared.storage.table import Table

LIVE = digest_of_bytes(b"live")
WATCHED = (Watched("manifest", URL, LIVE, LIVE, '"1"', "Sat, 21 Nov 2026 10:00:00 GMT"),)
UNSEEN = Origin(TODO, 1, LIVE, OriginState.IN_SYNC, NOON, NOON, WATCHED, revision=0)
DRIFT = Drift(
    content=digest_of_bytes(b"other"),
    risk="high",
    lanes={"destination": 1, "model_text": 2},
    reasons=("Calls go elsewhere.",),
    dangers=(Danger.HOST,),
    parts=(part("manifest", "ai-plugin.json", b"other"),),
    report_key="plugins/todo/versions/1/report.json",
    submitted=2,
)
LATER = NOON + timedelta(hours=1)


def test_a_record_comes_back_as_it_went_with_everything_in_it(table: Table) -> None:
    store, origins = Store(table), OriginStore(table)
    assert origins.origin(TODO) is None
    first = in_sync(UNSEEN, WATCHED, NOON, on_trust=False)
    store.commit(looked(UNSEEN, first, occasion()))
    assert origins.origin(TODO) == first
    second = drifted(first, WATCHED, DRIFT, LATER)
    store.commit(looked(first, second, occasion(after=timedelta(hours=1))))
    assert origins.origin(TODO) == second


def test_the_news_is_written_with_the_record_or_not_at_all(table: Table) -> None:
    store, origins = Store(table), OriginStore(table)
    after = drifted(UNSEEN, WATCHED, DRIFT, NOON)
    store.commit(looked(UNSEEN, after, occasion()))
    with pytest.raises(StaleStateError, match="the origin is as it was read"):
        store.commit(looked(UNSEEN, replace(after, failure="late"), occasion(entropy=b"87654321")))
    assert origins.origin(TODO) == after
    (event,) = store.events(TODO, PageRequest()).records
    assert event.detail["lanes"] == "destination 1, model_text 2"
    assert event.detail["dangers"] == "host"


def test_of_two_looks_at_once_one_is_kept(table: Table) -> None:
    store = Store(table)
    store.commit(Transition(origin=in_sync(UNSEEN, WATCHED, NOON, on_trust=False), events=()))
    with pytest.raises(StaleStateError):
        store.commit(Transition(origin=in_sync(UNSEEN, WATCHED, LATER, on_trust=False), events=()))


def test_probes_are_kept_for_each_version_and_replaced(table: Table) -> None:
    origins = OriginStore(table)
    assert origins.probes(TODO, 2) is None
    for at in (NOON, LATER):
        answered = Endpoint(Of.CANDIDATE, "https://todo.example.com/", at, status=401)
        silent = Endpoint(Of.LIVE, "https://old.example.com/", at, failure="It is down.")
        probes = Probes(TODO, 2, at, (answered, silent))
        origins.keep(probes)
        assert origins.probes(TODO, 2) == probes
    assert origins.probes(TODO, 1) is None
