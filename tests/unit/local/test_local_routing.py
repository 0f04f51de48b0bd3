"""Routes are matched as an HTTP API matches them."""

from __future__ import annotations

import pytest

from local.routing import Router
from local.template import HttpRoute

ROUTES = [
    "GET /pets/dog/1",
    "GET /pets/dog/{id}",
    "GET /pets/{proxy+}",
    "ANY /things/{id}",
    "POST /things/{id}",
    "GET /plugins/{plugin_id}/.well-known/ai-plugin.json",
    "GET /plugins/{plugin_id}/versions/{version}/{name}",
    "GET /v1/plugins",
    "GET /v1/plugins/{plugin_id}",
]


def router(*keys: str) -> Router:
    pairs = (key.split(" ", 1) for key in keys)
    return Router([HttpRoute("F", method, path, None) for method, path in pairs])


@pytest.mark.parametrize(
    ("method", "path", "key", "parameters"),
    [
        ("GET", "/pets/dog/1", "GET /pets/dog/1", {}),
        ("GET", "/pets/dog/2", "GET /pets/dog/{id}", {"id": "2"}),
        ("GET", "/pets/cat/5", "GET /pets/{proxy+}", {"proxy": "cat/5"}),
        ("GET", "/pets/dog/2/x", "GET /pets/{proxy+}", {"proxy": "dog/2/x"}),
        ("POST", "/things/1", "POST /things/{id}", {"id": "1"}),
        ("DELETE", "/things/1", "ANY /things/{id}", {"id": "1"}),
        ("GET", "/v1/plugins", "GET /v1/plugins", {}),
        ("GET", "/v1/plugins/a%20b%2Fc", "GET /v1/plugins/{plugin_id}", {"plugin_id": "a b/c"}),
        (
            "GET",
            "/plugins/todo/versions/2/openapi.yaml",
            "GET /plugins/{plugin_id}/versions/{version}/{name}",
            {"plugin_id": "todo", "version": "2", "name": "openapi.yaml"},
        ),
        (
            "GET",
            "/plugins/todo/%2Ewell-known/ai-plugin.json",
            "GET /plugins/{plugin_id}/.well-known/ai-plugin.json",
            {"plugin_id": "todo"},
        ),
    ],
)
def test_the_most_specific_route_wins_whatever_their_order(
    method: str, path: str, key: str, parameters: dict[str, str]
) -> None:
    for keys in (ROUTES, ROUTES[::-1]):
        match = router(*keys).match(method, path)
        assert match is not None
        assert (match.route.key, match.parameters) == (key, parameters)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/plugins"),
        ("HEAD", "/v1/plugins"),
        ("GET", "/v1/plugins/"),
        ("GET", "/v1/plugins//"),
        ("GET", "/v1"),
        ("GET", "/"),
        ("GET", ""),
        ("GET", "/v1/plugins/a/b"),
        ("GET", "/pets/"),
        ("GET", "/plugins//.well-known/ai-plugin.json"),
        ("GET", "//v1/plugins"),
    ],
)
def test_what_no_route_declares_matches_none(method: str, path: str) -> None:
    assert router(*ROUTES).match(method, path) is None


def test_the_default_route_takes_what_is_left() -> None:
    match = Router([HttpRoute("F", "ANY", "$default", None), HttpRoute("F", "GET", "/x", None)]).match("PUT", "/y")
    assert match is not None
    assert match.route.key == "$default"


def test_the_root_is_a_route_like_any_other_and_matches_nothing_else() -> None:
    root = router("GET /")
    match = root.match("GET", "/")
    assert match
    assert match.parameters == {}
    assert root.match("GET", "//") is None
    assert root.match("GET", "/x") is None
