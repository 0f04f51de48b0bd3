"""A publisher's documents, written by hand."""

from __future__ import annotations

import json

from tests.integration.aws import DEVELOPER, REVIEWER, Answer, Cloud, Person, Web

HOST = "todo.example.com"
MANIFEST_URL = f"https://{HOST}/.well-known/ai-plugin.json"
SCHEMA_URL = f"https://{HOST}/openapi.yaml"


def manifest(text: str, **changes: object) -> bytes:
    """Return a manifest whose description for the model is `text`."""
    document = {
        "schema_version": "v1",
        "name_for_model": "todo",
        "name_for_human": "Todo",
        "description_for_model": text,
        "description_for_human": "Keeps lists.",
        "auth": {"type": "none"},
        "api": {"type": "openapi", "url": SCHEMA_URL},
        "logo_url": f"https://{HOST}/logo.png",
        "contact_email": f"contact@{HOST}",
        "legal_info_url": f"https://{HOST}/legal",
    }
    return json.dumps(document | changes).encode()


def schema(operations: int, *, servers: str = f"servers: [{{url: 'https://{HOST}'}}]\n") -> bytes:
    """Return an OpenAPI document in YAML with so many operations."""
    paths = "".join(
        f"  /items/{n}:\n    get:\n      operationId: item{n}\n      summary: Item {n}\n"
        "      responses: {'200': {description: ok}}\n"
        for n in range(operations)
    )
    return f"openapi: 3.0.1\ninfo: {{title: Todo, version: '{operations}'}}\n{servers}paths:\n{paths}".encode()


def publish(web: Web, number: int) -> None:
    """Put version `number` of the documents on the publisher's host."""
    web.documents |= {MANIFEST_URL: manifest(f"Lists, version {number}."), SCHEMA_URL: schema(number)}


def submit(store: Cloud, number: int, *, who: Person = DEVELOPER) -> Answer:
    """Publish and submit version `number`, and take its snapshot."""
    publish(store.web, number)
    body = {"manifest_url": MANIFEST_URL, "plugin_id": "todo"} if number == 1 else {}
    answer = store.call("POST", "/v1/plugins" if number == 1 else "/v1/plugins/todo/versions", body, who=who)
    assert answer.status == 202, answer.text
    assert store.work() == []
    return version(store, number)


def version(store: Cloud, number: int) -> Answer:
    """Read a version as its owner."""
    return store.call("GET", f"/v1/plugins/todo/versions/{number}", who=DEVELOPER)


def approve(store: Cloud, number: int, *, who: Person = REVIEWER) -> Answer:
    """Approve a version by its digest."""
    digest = version(store, number).json["digest"]
    return store.call("POST", f"/v1/plugins/todo/versions/{number}/approve", {"digest": digest}, who=who)


def live(store: Cloud) -> Answer:
    """Read the live manifest, as the public does."""
    return store.call("GET", "/plugins/todo/.well-known/ai-plugin.json")
