from __future__ import annotations

import socket

import pytest

from shared.fetching.fetcher import HttpsFetcher
from shared.fetching.routes import connect, look_up
from tests.e2e.fetching.servers import Behaviour, once, serving

pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(60)]

GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@pytest.mark.slow
def test_a_name_that_does_not_exist_is_an_error_of_the_resolver() -> None:
    with pytest.raises(OSError):  # noqa: PT011 - the resolver's words depend on the network
        look_up("nothing-here.invalid")


def test_an_address_in_text_is_connected_to() -> None:
    with serving(Behaviour(once(GOOD))) as port, connect("127.0.0.1", port, timeout=5) as stream:
        assert stream.getpeername() == ("127.0.0.1", port)
        assert stream.family is socket.AF_INET


def test_a_refused_connection_is_an_error_and_leaves_no_socket_behind() -> None:
    with serving(Behaviour(once(GOOD))) as port:
        pass

    with pytest.raises(ConnectionRefusedError):
        connect("127.0.0.1", port, timeout=5)


def test_a_document_is_fetched_from_the_demo_publisher() -> None:
    with serving(Behaviour(once(GOOD))) as port:
        fetched = HttpsFetcher(connect_to=("127.0.0.1", port))("https://todo.example.com/", role="manifest")

    assert fetched.document.body == b"{}"
    assert fetched.hops[0].address == "127.0.0.1"


def test_a_hook_is_posted_to_the_demo_publisher() -> None:
    with serving(Behaviour(once(GOOD))) as port:
        fetcher = HttpsFetcher(connect_to=("127.0.0.1", port))
        hop = fetcher.post("https://todo.example.com/hook", body=b"{}", headers={"Content-Type": "application/json"})

    assert hop.status == 200
