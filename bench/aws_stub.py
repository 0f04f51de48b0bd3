"""DynamoDB's GetItem and S3's GetObject on loopback, for one table and one bucket, counted. Nothing else."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self

from bench.processes import LOOPBACK
from bench.seeding import documents_of, name_of, pointer_of
from shared.storage.dynamo import to_wire
from shared.storage.items import pointer_item

if TYPE_CHECKING:
    from shared.domain.plugin import Pointer

TABLE, BUCKET = "standfast", "documents"


@dataclass(slots=True)
class AwsStub:
    """Serves seeded plugins while it is open. `calls` lists what was asked, in order."""

    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    objects: dict[str, bytes] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    _server: _Server | None = None

    def __enter__(self) -> Self:
        """Start serving."""
        self._server = _Server(self)
        threading.Thread(target=self._server.serve_forever, name="aws", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop serving."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()

    @property
    def environment(self) -> dict[str, str]:
        """What lets a function find it, and what it needs to be told."""
        port = self._server.server_address[1] if self._server else 0
        return {"AWS_ENDPOINT_URL": f"http://{LOOPBACK}:{port}", "TABLE_NAME": TABLE, "BUCKET_NAME": BUCKET}

    def seed(self, number: int, *, versions: int = 1) -> Pointer:
        """Put a seeded plugin into it."""
        pointer = pointer_of(number, versions)
        item = pointer_item(pointer)
        wire = {name: to_wire(value) for name, value in item.attributes.items() if value is not None}
        self.items[item.key.pk] = wire | {"pk": {"S": item.key.pk}, "sk": {"S": item.key.sk}}
        self.objects |= dict(documents_of(number, pointer))
        return pointer


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, stub: AwsStub) -> None:
        super().__init__((LOOPBACK, 0), _Handler)
        self.stub = stub

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that hung up."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body in one packet: a client that waits for both would otherwise wait for Nagle's algorithm.
    wbufsize = -1
    server: _Server

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        operation = self.headers.get("x-amz-target", "").rpartition(".")[2]
        self.server.stub.calls.append(operation)
        item = self.server.stub.items.get(asked.get("Key", {}).get("pk", {}).get("S", ""))
        known = operation == "GetItem"
        body = json.dumps({"Item": item} if item else {}).encode()
        self._answer(200 if known else 400, body, "application/x-amz-json-1.0")

    def do_GET(self) -> None:
        self.server.stub.calls.append("GetObject")
        body = self.server.stub.objects.get(self.path.partition("?")[0].removeprefix(f"/{BUCKET}/"))
        self._answer(404 if body is None else 200, body or b"", "application/json")

    def _answer(self, status: int, body: bytes, media_type: str) -> None:
        self.send_response_only(status)
        self.send_header("content-type", media_type)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by http.server
        """Say nothing."""


def manifest_event(number: int, **headers: str) -> dict[str, Any]:
    """Return the event of a request for a seeded plugin's manifest, as API Gateway sends it."""
    path = f"/plugins/{name_of(number)}/.well-known/ai-plugin.json"
    route = "GET /plugins/{plugin_id}/.well-known/ai-plugin.json"
    return {
        "version": "2.0",
        "routeKey": route,
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"host": "store.example", **headers},
        "requestContext": {"domainName": "store.example", "http": {"method": "GET", "path": path}, "routeKey": route},
        "pathParameters": {"plugin_id": name_of(number)},
        "isBase64Encoded": False,
    }
