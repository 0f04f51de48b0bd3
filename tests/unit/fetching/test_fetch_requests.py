from __future__ import annotations

import pytest

from shared.fetching.requests import Request
from shared.fetching.urls import parse_publisher_url

URL = parse_publisher_url("https://todo.example.com/a?b=c")


def test_a_request_names_target_host_and_agent_and_asks_for_no_encoding() -> None:
    assert Request(URL, headers={"Accept": "*/*"}).to_bytes(user_agent="Agent/1").decode() == (
        "GET /a?b=c HTTP/1.1\r\n"
        "Host: todo.example.com\r\n"
        "User-Agent: Agent/1\r\n"
        "Accept-Encoding: identity\r\n"
        "Connection: close\r\n"
        "Accept: */*\r\n"
        "\r\n"
    )


def test_a_post_carries_its_body_and_length() -> None:
    sent = Request(URL, "POST", {"Content-Type": "application/json"}, b"{}").to_bytes(user_agent="Agent/1")

    assert b"\r\nContent-Length: 2\r\n" in sent
    assert sent.endswith(b"\r\n\r\n{}")


def test_an_empty_post_says_that_it_is_empty() -> None:
    assert b"\r\nContent-Length: 0\r\n" in Request(URL, "POST").to_bytes(user_agent="Agent/1")


@pytest.mark.parametrize(
    ("name", "value"),
    [("X", "a\r\nY: b"), ("X", "a\nb"), ("X", "a\x00b"), ("X", "\u00fc"), ("X\r\nY", "a"), ("X: Y", "a"), ("", "a")],
)
def test_a_header_that_would_break_out_of_its_line_is_refused(name: str, value: str) -> None:
    with pytest.raises(ValueError, match="malformed"):
        Request(URL, headers={name: value}).to_bytes(user_agent="Agent/1")
