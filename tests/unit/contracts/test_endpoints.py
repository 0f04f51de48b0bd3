"""Where the calls of a plugin go, as absolute URLs."""

from __future__ import annotations

import pytest

from shared.contracts.openapi.judging import servers_of
from shared.domain.documents import SCHEMA, Document

URL = "https://todo.example.com/docs/openapi.yaml"


def servers(text: str) -> tuple[str, ...]:
    return servers_of(Document(SCHEMA, URL, text.encode()))


def described(more: str, operation: str = "") -> str:
    head = f"openapi: 3.0.1\ninfo: {{title: T, version: '1'}}\n{more}"
    return f"{head}paths:\n  /a:\n    get:\n      operationId: a\n{operation}"


def test_the_servers_of_a_document_are_told_each_once() -> None:
    text = described("servers: [{url: 'https://a.example.com/v1'}, {url: 'https://a.example.com/v1'}]\n")
    assert servers(text) == ("https://a.example.com/v1",)


def test_the_servers_of_an_operation_are_told_as_well() -> None:
    operation = "      servers: [{url: 'https://b.example.com'}]\n"
    text = described("servers: [{url: 'https://a.example.com'}]\n", operation)
    assert servers(text) == ("https://a.example.com/", "https://b.example.com/")


@pytest.mark.parametrize(
    ("written", "absolute"),
    [
        ("", "https://todo.example.com/"),
        ("servers: [{url: /v2}]\n", "https://todo.example.com/v2"),
        (
            "servers: [{url: 'https://{region}.example.com', variables: {region: {default: eu}}}]\n",
            "https://eu.example.com/",
        ),
    ],
)
def test_a_relative_server_and_a_variable_are_filled_in(written: str, absolute: str) -> None:
    assert servers(described(written)) == (absolute,)


@pytest.mark.parametrize("text", ["servers: [", "[]", "openapi: 3.0.1\nservers: [{url: 'http://localhost'}]"])
def test_what_cannot_be_read_or_called_is_left_out(text: str) -> None:
    assert servers(text) == ()
