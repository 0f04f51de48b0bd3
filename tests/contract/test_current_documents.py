"""What is served of a version whose schema varies: on SQLite and on DynamoDB, with files and with S3."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from shared.contracts.canonical import content_digest
from shared.contracts.parsing import parse
from shared.domain.documents import SCHEMA, Document
from shared.domain.errors import StaleStateError
from shared.domain.identity import digest_of_bytes
from shared.domain.plugin import CurrentDocument, object_key
from shared.domain.ports import PageRequest
from shared.domain.version import State
from shared.envelope.document import Envelope
from shared.envelope.pinned import carry_over, submitted_envelope
from shared.envelope.refreshing import Refreshed, Refreshing
from shared.envelope.storing import lay_down
from shared.storage.pointers import PointerStore
from shared.storage.store import Store
from tests.building import NOON, TODO, occasion, part, version

if TYPE_CHECKING:
    from shared.domain.events import Event
    from shared.domain.ports import ObjectStore
    from shared.domain.version import Version
    from shared.storage.table import Table

ALL = PageRequest(limit=50)
MANIFEST = b'{"schema_version": "v1"}'
PIECES = ["Prices as of ", {"date": "YYYY-MM-DD"}, "."]


def schema(day: str) -> bytes:
    return (
        "openapi: 3.0.1\ninfo: {title: Prices, version: '1'}\nservers: [{url: 'https://todo.example.com'}]\npaths:\n"
        f"  /prices:\n    get:\n      operationId: prices\n      summary: Prices as of {day}.\n"
        "      responses: {'200': {description: ok}}\n"
    ).encode()


def document(day: str) -> Document:
    return Document(SCHEMA, "https://todo.example.com/openapi.yaml", schema(day), "application/yaml")


@pytest.fixture
def records(table: Table) -> Store:
    return Store(table)


def live(objects: ObjectStore) -> Version:
    """Return a version of which the objects are stored, as a snapshot leaves them."""
    spoken = Envelope.model_validate({"texts": [{"at": "/paths/~1prices/get/summary", "reads": PIECES}]})
    bare = version(State.LIVE)
    parts = (part("manifest", "ai-plugin.json", MANIFEST), part("schema", "openapi.yaml", schema("2023-05-22")))
    for each, body in zip(parts, (MANIFEST, schema("2023-05-22")), strict=True):
        objects.put(each.key, body, each.media_type)
    assert bare.snapshot
    dynamic = lay_down(objects, TODO, 1, spoken)
    return replace(bare, snapshot=replace(bare.snapshot, parts=parts), released_at=NOON, dynamic=dynamic)


def events(records: Store) -> list[Event]:
    return list(records.events(TODO, ALL).records)


def test_nothing_is_stored_while_what_was_pinned_is_served(records: Store) -> None:
    assert records.current_document(TODO, 1) is None


def test_a_refresh_stores_the_document_and_the_record_and_tells_of_it(records: Store, objects: ObjectStore) -> None:
    pinned = live(objects)
    refreshing = Refreshing(records, objects, "enforced")
    assert refreshing.refresh(pinned, document("2023-05-23"), occasion()) is Refreshed.REFRESHED
    current = records.current_document(TODO, 1)
    body = schema("2023-05-23")
    assert current == CurrentDocument(
        plugin_id=TODO,
        number=1,
        name="openapi.yaml",
        fetched=digest_of_bytes(body),
        served=digest_of_bytes(body),
        content=content_digest({SCHEMA: parse(body).value}),
        since=NOON,
    )
    assert objects.get(object_key(TODO, 1, digest_of_bytes(body), "openapi.yaml")) == body
    (event,) = events(records)
    assert (event.type, event.version, event.digest) == ("SchemaRefreshed", 1, pinned.digest)
    assert event.detail["to"] == digest_of_bytes(body)


def test_a_refresh_that_is_delivered_twice_is_one(records: Store, objects: ObjectStore) -> None:
    pinned, refreshing = live(objects), Refreshing(records, objects, "enforced")
    assert refreshing(pinned, document("2023-05-23"), occasion())
    assert refreshing(pinned, document("2023-05-23"), occasion(entropy=b"87654321"))
    assert len(events(records)) == 1


def test_of_two_refreshes_at_once_the_one_that_read_an_older_state_loses(records: Store, objects: ObjectStore) -> None:
    pinned = live(objects)

    class Overtaken(Store):
        """Lets another refresh come between the reading and the writing, once."""

        def current_document(self, plugin_id: str, number: int) -> CurrentDocument | None:
            before = super().current_document(plugin_id, number)
            if before is None:
                faster = Refreshing(records, objects, "enforced")
                assert faster(pinned, document("2023-05-24"), occasion(entropy=b"87654321"))
            return before

    slower = Refreshing(Overtaken(records._table), objects, "enforced")
    with pytest.raises(StaleStateError, match="what is served is as it was read"):
        slower.refresh(pinned, document("2023-05-23"), occasion())
    current = records.current_document(TODO, 1)
    assert current
    assert current.fetched == digest_of_bytes(schema("2023-05-24"))
    assert len(events(records)) == 1


def test_leaving_and_coming_back_are_told_once_each(records: Store, objects: ObjectStore) -> None:
    pinned, refreshing = live(objects), Refreshing(records, objects, "enforced")
    outside = document("today")
    for entropy in (b"00000001", b"00000002"):
        assert not refreshing(pinned, outside, occasion(entropy=entropy))
    current = records.current_document(TODO, 1)
    assert current
    assert (current.left_at, current.served) == (NOON, part("schema", "openapi.yaml", schema("2023-05-22")).digest)
    for entropy in (b"00000003", b"00000004"):
        assert refreshing(pinned, document("2023-05-22"), occasion(entropy=entropy))
    assert sorted(event.type for event in events(records)) == ["EnvelopeLeft", "EnvelopeReentered"]


def test_each_version_has_a_record_of_its_own(records: Store, objects: ObjectStore, table: Table) -> None:
    refreshing = Refreshing(records, objects, "enforced")
    refreshing(live(objects), document("2023-05-23"), occasion())
    assert records.current_document(TODO, 2) is None
    assert PointerStore(table).current_document(TODO, 1) == records.current_document(TODO, 1)


def test_an_envelope_can_be_carried_over_to_another_version(objects: ObjectStore) -> None:
    pinned = live(objects)
    dynamic = carry_over(objects, pinned, 2)
    assert dynamic == pinned.dynamic
    assert submitted_envelope(objects, replace(pinned, number=2)) == submitted_envelope(objects, pinned)
    assert carry_over(objects, replace(pinned, dynamic=None), 2) is None


def test_a_relative_server_never_follows_a_redirect_of_the_publisher(records: Store, objects: ObjectStore) -> None:
    pinned = live(objects)
    assert pinned.snapshot
    manifest, described = pinned.snapshot.parts
    relative = schema("2023-05-22").replace(b"https://todo.example.com", b"/api")
    described = replace(part("schema", "openapi.yaml", relative), url=described.url)
    objects.put(described.key, relative, described.media_type)
    pinned = replace(pinned, snapshot=replace(pinned.snapshot, parts=(manifest, described)))
    newer = schema("2023-05-23").replace(b"https://todo.example.com", b"/api")
    moved = Document(SCHEMA, "https://elsewhere.example.net/openapi.yaml", newer)
    assert Refreshing(records, objects, "enforced")(pinned, moved, occasion())
    current = records.current_document(TODO, 1)
    assert current
    served = objects.get(object_key(TODO, 1, current.served, "openapi.yaml"))
    assert b"https://todo.example.com/api" in served
    assert b"elsewhere" not in served
