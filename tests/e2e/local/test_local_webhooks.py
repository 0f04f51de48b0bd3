"""From a rejection to an endpoint, a mailbox, a file and a mirror, on a store that really runs."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.request import Request, urlopen

import pytest

from local.process import StoreProcess
from tests.integration.documents import HOST, MANIFEST_URL, manifest, schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

pytestmark = [pytest.mark.enable_socket, pytest.mark.slow, pytest.mark.timeout(300)]

FILES = {
    "/.well-known/ai-plugin.json": ("application/json", manifest("Lists.")),
    "/openapi.yaml": ("application/yaml", schema(1)),
    "/logo.png": ("image/png", b"\x89PNG\r\n\x1a\n" + b"\0" * 40),
    "/legal": ("text/plain", b"Legal."),
}
PATIENCE_SECONDS = 30.0


class Publisher(ThreadingHTTPServer):
    """A publisher's host: documents to be fetched, and an endpoint that answers as told."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.posts: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: list[int] = []

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Publisher

    def do_GET(self) -> None:
        media_type, body = FILES.get(self.path, ("text/plain", b""))
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.posts.append((f"{headers['host']}{self.path}", headers, body))
        self.send_response(self.server.answers.pop(0) if self.server.answers else 204)
        self.send_header("Location", "https://elsewhere.example.com/")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by http.server
        """Say nothing."""


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with Publisher() as opened:
        yield opened


@pytest.fixture
def told(tmp_path: Path, publisher: Publisher) -> Iterator[StoreProcess]:
    with StoreProcess(tmp_path / "data", connect_to=f"127.0.0.1:{publisher.server_port}") as running:
        yield running


def call(store: StoreProcess, method: str, path: str, body: Mapping[str, Any] | None = None, *, who: str) -> Any:  # noqa: ANN401
    headers = {"Authorization": f"Bearer {store.tokens[who]}", "Content-Type": "application/json"}
    data = json.dumps(body).encode() if body is not None else None
    with urlopen(Request(store.base_url + path, data, headers, method=method), timeout=30) as answer:  # noqa: S310
        raw = answer.read()
    return json.loads(raw) if raw[:1] in {b"{", b"["} else raw.decode()


def eventually[T](look: Callable[[], T]) -> T:
    """Look until there is something, or for half a minute."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not (found := look()) and time.monotonic() < end:
        time.sleep(0.05)
    assert found
    return found


def is_signed(headers: Mapping[str, str], body: bytes, secret: str) -> bool:
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return headers["webhook-signature"] == "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def submit(store: StoreProcess) -> str:
    call(store, "POST", "/v1/plugins", {"manifest_url": MANIFEST_URL, "plugin_id": "todo"}, who="developer")

    def digest() -> str | None:
        found = call(store, "GET", "/v1/plugins/todo/versions/1", who="developer")
        assert found["state"] in {"submitted", "in_review"}, found
        text: str | None = found["digest"]
        return text

    return eventually(digest) or ""


def test_a_rejection_reaches_everybody_who_is_to_know(told: StoreProcess, publisher: Publisher) -> None:
    hook = {"url": f"https://hooks.{HOST}/standfast", "types": ["version.rejected"]}
    secret = call(told, "PUT", "/v1/webhooks/alerts", hook, who="developer")["secret"]
    publisher.answers = [302]  # refused once, with a redirect that nobody follows
    decision = {"digest": submit(told), "reasons": [{"code": "other", "detail": "Say what it does."}]}
    call(told, "POST", "/v1/plugins/todo/versions/1/reject", decision, who="reviewer")
    messages = call(told, "GET", "/v1/plugins/todo/messages", who="developer")["items"]
    assert messages[0]["reasons"][0]["detail"] == "Say what it does."
    first, second = eventually(lambda: publisher.posts if len(publisher.posts) > 1 else [])
    for place, headers, body in (first, second):
        assert place == f"hooks.{HOST}/standfast"
        assert is_signed(headers, body, secret)
        assert headers["webhook-id"] == messages[0]["message_id"]
    assert first[2] == second[2]
    assert int(second[1]["webhook-timestamp"]) - int(first[1]["webhook-timestamp"]) >= 5
    letters = eventually(lambda: list((told.data / "mail").glob(f"{messages[0]['message_id']}.eml")))
    assert b"Say what it does." in letters[0].read_bytes()
    lines = (told.data / "events.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(lines[-1])["type"] == "VersionRejected"

    def delivered() -> bool:
        (entry,) = call(told, "GET", "/v1/webhooks/alerts/deliveries", who="developer")["items"]
        return [each["status"] for each in entry["attempts"]] == [302, 204] and entry["state"] == "delivered"

    assert eventually(delivered)


def test_what_was_to_be_told_survives_the_end_of_the_process(told: StoreProcess, publisher: Publisher) -> None:
    hook = {"url": f"https://hooks.{HOST}/standfast", "types": ["version.approved"]}
    call(told, "PUT", "/v1/webhooks/alerts", hook, who="developer")
    publisher.answers = [503]
    call(told, "POST", "/v1/plugins/todo/versions/1/approve", {"digest": submit(told)}, who="reviewer")
    eventually(lambda: publisher.posts)
    told.end()
    told.start()
    eventually(lambda: len(publisher.posts) > 1)
    changes = eventually(lambda: call(told, "GET", "/v1/changes", who="developer")["items"])
    assert [(each["sequence"], each["type"]) for each in changes] == [(1, "version.released")]
    assert "Version 1 is live" in call(told, "GET", "/plugins/todo/feed.atom", who="developer")
