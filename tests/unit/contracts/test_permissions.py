"""What a version may do, read from its documents."""

from __future__ import annotations

import pytest

from shared.contracts.permissions import OperationGiven, permissions_of

URLS = {"schema": "https://todo.example.com/openapi.json"}
OAUTH = {
    "type": "oauth",
    "client_url": "https://id.example.org/authorize",
    "authorization_url": "https://id.example.org/token",
    "scope": "read write",
}


def schema(**more: object) -> dict[str, object]:
    return {
        "openapi": "3.0.1",
        "servers": [{"url": "https://todo.example.com"}],
        "paths": {
            "/items": {
                "get": {"operationId": "listItems", "summary": "List the items"},
                "post": {"operationId": "addItem", "x-openai-isConsequential": True},
            }
        },
        **more,
    }


def test_operations_are_told_with_their_marks() -> None:
    found = permissions_of({"manifest": {}, "schema": schema()}, URLS)
    assert found.operations == (
        OperationGiven("GET", "/items", "listItems", "List the items", None),
        OperationGiven("POST", "/items", "addItem", "", consequential=True),
    )


def test_a_sign_in_is_told_by_scopes_and_hosts() -> None:
    found = permissions_of({"manifest": {"auth": OAUTH}, "schema": schema()}, URLS)
    assert (found.auth_type, found.scopes, found.sign_in_hosts) == ("oauth", ("read", "write"), ("id.example.org",))


def test_hosts_of_all_servers_are_told_once_each() -> None:
    elsewhere = {"servers": [{"url": "https://files.example.net:8443/v1"}], "get": {"operationId": "getFile"}}
    paths = {"/files": elsewhere, "/more": elsewhere}
    found = permissions_of({"manifest": {}, "schema": schema(paths=paths)}, URLS)
    assert found.hosts == ("todo.example.com", "files.example.net:8443")


@pytest.mark.parametrize("servers", [[], [{"url": "/v1"}], None])
def test_a_relative_server_is_on_the_host_of_the_schema(servers: object) -> None:
    assert permissions_of({"schema": schema(servers=servers)}, URLS).hosts == ("todo.example.com",)


@pytest.mark.parametrize(
    "broken", [None, [], "text", {"auth": 1, "paths": [], "servers": {"url": 1}}, {"paths": {"/": 1}}]
)
def test_what_cannot_be_read_is_left_out_and_never_raises(broken: object) -> None:
    found = permissions_of({"manifest": broken, "schema": broken}, {})
    assert (found.auth_type, found.hosts, found.operations) == ("none", (), ())


def test_a_url_that_is_none_names_no_host() -> None:
    found = permissions_of({"schema": schema(servers=[{"url": "https://[half"}])}, URLS)
    assert found.hosts == ("todo.example.com",)
