"""`standfast check URL` against a server on this machine, and the installed command as a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.cli.plugins import HOST, MANIFEST, SCHEMA, run, write_plugin

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(60)]

URL = f"https://{HOST}/.well-known/ai-plugin.json"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(32)


@contextmanager
def served(**documents: object) -> Iterator[str]:
    """Serve a plugin's documents by path, for any host, and give the server's address."""
    found: dict[str, bytes] = {
        "/.well-known/ai-plugin.json": json.dumps(MANIFEST).encode(),
        "/openapi.yaml": json.dumps(SCHEMA).encode(),
        "/logo.png": PNG,
    }
    found |= {f"/{name.replace('_', '.')}": json.dumps(value).encode() for name, value in documents.items()}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = found.get(self.path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: Any) -> None:  # noqa: ANN401 - the base class's form
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def test_a_fine_plugin_that_is_served_is_accepted() -> None:
    with served() as address:
        ended = run("check", URL, "--connect-to", address, "--format", "json")
    assert (ended.status, ended.json["accepted"], ended.json["findings"]) == (0, True, [])


def test_a_folder_and_what_is_served_from_it_have_one_digest(tmp_path: Path) -> None:
    with served() as address:
        fetched = run("check", URL, "--connect-to", address.replace("127.0.0.1", "localhost"), "--format", "json")
    assert fetched.json["digest"] == run("check", write_plugin(tmp_path), "--format", "json").json["digest"]


def test_what_cannot_be_fetched_is_a_finding() -> None:
    with served() as address:
        ended = run("check", f"https://{HOST}/nowhere.json", "--connect-to", address, "--format", "json")
    (finding,) = ended.json["findings"]
    assert (ended.status, finding["code"], finding["document"]) == (1, "fetch.status", "manifest")
    assert ended.json["digest"] is None


@pytest.mark.parametrize("output_format", ["text", "json", "sarif", "github"])
def test_a_url_is_refused_in_every_format(output_format: str) -> None:
    with served(openapi_yaml={**SCHEMA, "openapi": "2.0"}) as address:
        ended = run("check", URL, "--connect-to", address, "--format", output_format)
    assert ended.status == 1
    assert "schema.version" in ended.out


def test_a_url_that_the_store_would_not_fetch_is_refused_without_a_connection() -> None:
    for url in (
        "http://todo.example.com/",
        "https://127.0.0.1/",
        "https://user@todo.example.com/",
        "ftp://x.example.com",
    ):
        assert run("check", url, "--connect-to", "127.0.0.1:9").status == 1


def test_python_runs_the_command_line_as_a_module(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "cli", "check", str(write_plugin(tmp_path)), "--format", "json"]
    ended = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - our own code
    assert ended.returncode == 0
    assert json.loads(ended.stdout)["accepted"] is True


def test_a_terminal_that_cannot_write_every_character_is_no_crash(tmp_path: Path) -> None:
    folder = write_plugin(tmp_path, name_for_human="東京 " * 20)
    command = [sys.executable, "-m", "cli", "check", str(folder)]
    environment = {"PYTHONIOENCODING": "ascii", "PATH": ""}
    ended = subprocess.run(command, capture_output=True, check=False, env=environment)  # noqa: S603 - our own code
    assert ended.returncode == 1
    assert b"manifest.too-long" in ended.stdout
