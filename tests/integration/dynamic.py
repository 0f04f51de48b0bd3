"""A publisher whose schema says the day it was written on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shared.domain.documents import SCHEMA, Document
from shared.domain.events import Occasion
from shared.domain.identity import Subject
from shared.envelope.refreshing import Refreshed, Refreshing
from tests.integration.aws import DEVELOPER, Answer, Cloud
from tests.integration.documents import HOST, MANIFEST_URL, SCHEMA_URL, approve, manifest, version

if TYPE_CHECKING:
    from collections.abc import Mapping

ENVELOPE = {
    "refresh_minutes": 60,
    "texts": [{"at": "/paths/~1prices/get/summary", "reads": ["Prices as of ", {"date": "YYYY-MM-DD"}, "."]}],
}


def prices(day: str = "2023-05-22", *, text: str = "", extra: str = "") -> bytes:
    """Return the schema of a day; `text` stands in the place of its summary, `extra` among its operations."""
    summary = text or f"Prices as of {day}."
    return (
        f"openapi: 3.0.1\ninfo: {{title: Prices, version: '1'}}\nservers: [{{url: 'https://{HOST}'}}]\npaths:\n"
        f"  /prices:\n    get:\n      operationId: prices\n      summary: {summary!r}\n"
        f"      responses: {{'200': {{description: ok}}}}\n{extra}"
    ).encode()


def publish_prices(store: Cloud, schema: bytes | None = None) -> None:
    """Put the documents on the publisher's host."""
    store.web.documents |= {MANIFEST_URL: manifest("Prices."), SCHEMA_URL: schema or prices()}


def submit_dynamic(store: Cloud, number: int = 1, envelope: Mapping[str, Any] = ENVELOPE) -> Answer:
    """Submit what is published with an envelope, and take its snapshot."""
    body: dict[str, Any] = {"schema_mode": "dynamic", "envelope": envelope}
    body |= {"manifest_url": MANIFEST_URL, "plugin_id": "todo"} if number == 1 else {}
    answer = store.call("POST", "/v1/plugins" if number == 1 else "/v1/plugins/todo/versions", body, who=DEVELOPER)
    assert answer.status == 202, answer.text
    assert store.work() == []
    return version(store, number)


def make_live(store: Cloud) -> None:
    """Publish, submit and approve the first version."""
    publish_prices(store)
    submit_dynamic(store)
    assert approve(store, 1).status == 200


def refresh(store: Cloud, schema: bytes, *, number: int = 1) -> Refreshed:
    """Take the newest schema in, as the function that watches origins does."""
    ports = store.ports
    refreshing = Refreshing(ports.records, ports.objects, "enforced")
    occasion = Occasion(Subject("standfast:drift"), ports.clock(), ports.entropy(8))
    document = Document(SCHEMA, SCHEMA_URL, schema, "application/yaml")
    return refreshing.refresh(ports.records.version("todo", number), document, occasion)


def served(store: Cloud, number: int = 1, *, headers: dict[str, str] | None = None) -> Answer:
    """Read a schema as the public does."""
    return store.call("GET", f"/plugins/todo/versions/{number}/openapi.yaml", headers=headers)
