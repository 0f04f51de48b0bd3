"""Fetches in a process with a hostile environment, and tells as JSON how each fetch ended."""

from __future__ import annotations

import json
import socket
import ssl
import sys
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

from shared.domain.ports import FetchFailedError
from shared.fetching.fetcher import HttpsFetcher

if TYPE_CHECKING:
    from collections.abc import Callable

HOST = "todo.example.com"
URL = f"https://{HOST}/"


def outcome(fetch: Callable[[], object]) -> str:
    try:
        fetch()
    except FetchFailedError as error:
        return str(error.code)
    except (OSError, urllib.error.URLError) as error:
        return type(error).__name__
    return "ok"


def main(tls_port: int, plain_port: int) -> dict[str, str]:
    """Fetch by the deployed wiring, by the local wiring, and as the standard library would."""

    def connect(address: str, port: int, *, timeout: float) -> socket.socket:
        assert (address, port) == ("93.184.215.14", 443)
        return socket.create_connection(("127.0.0.1", tls_port), timeout)

    def shake_hands() -> None:
        with socket.create_connection(("127.0.0.1", tls_port), 5) as stream:
            ssl.create_default_context().wrap_socket(stream, server_hostname=HOST).close()

    deployed = HttpsFetcher(resolver=lambda _: ["93.184.215.14"], connector=connect, deadline_seconds=5)
    local = HttpsFetcher(connect_to=("127.0.0.1", plain_port), deadline_seconds=5)
    return {
        "deployed": outcome(lambda: deployed(URL, role="manifest")),
        "local": outcome(lambda: local(URL, role="manifest")),
        "standard context": outcome(shake_hands),
        "standard client": outcome(lambda: urllib.request.urlopen(URL, timeout=5)),
    }


if __name__ == "__main__":
    json.dump(main(int(sys.argv[1]), int(sys.argv[2])), sys.stdout)
