"""The origin answers the CDN alone, and takes the CDN's word for the host that was asked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from shared.edge import origin
from shared.edge.callers import Scope
from tests.integration.aws import deployed
from tests.integration.documents import approve, submit
from tests.integration.gateway import local_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.integration.aws import Answer, Cloud

MANIFEST = "/plugins/todo/.well-known/ai-plugin.json"
PATHS = (MANIFEST, "/plugins/todo/versions/1/openapi.yaml", "/catalog", "/v1/plugins", "/v1/reasons")
SECRETS = {"x-origin-secret": "the-one-in-use"}
REFUSAL = "This address is not for you"
_PLACE = re.compile(r"\{[^}]+\}")


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give the functions of this process two secrets of a CDN in front."""
    monkeypatch.setenv("ORIGIN_SECRETS", "the-one-in-use the-next-one")
    origin.from_environment.cache_clear()
    yield
    origin.from_environment.cache_clear()


@pytest.fixture
def guarded(store: Cloud, request: pytest.FixtureRequest) -> Cloud:
    """Put the store, with a live plugin in it, behind the CDN."""
    submit(store, 1)
    approve(store, 1)
    store.set_up("ResolveFunction", PUBLIC_BASE_URL="")
    request.getfixturevalue("closed")
    return store


def ask(store: Cloud, path: str, headers: dict[str, str]) -> Answer:
    return store.call("GET", path, headers=headers)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("secret", [None, "", "the-one-in-us", "the-one-in-use ", "the-one-in-use the-next-one", "é"])
def test_who_does_not_know_a_secret_is_told_nothing(guarded: Cloud, path: str, secret: str | None) -> None:
    answer = ask(guarded, path, {} if secret is None else {"x-origin-secret": secret})
    assert answer.status == 403
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert "todo" not in answer.text


@pytest.mark.parametrize("secret", ["the-one-in-use", "the-next-one"])
def test_either_secret_opens_so_that_one_can_be_renewed(guarded: Cloud, secret: str) -> None:
    assert ask(guarded, MANIFEST, {"x-origin-secret": secret}).status == 200


def test_what_is_served_names_the_host_that_the_cdn_was_asked_for(guarded: Cloud) -> None:
    answer = ask(guarded, MANIFEST, SECRETS | {"x-public-host": "plugins.example.com"})
    assert answer.json["api"]["url"] == "https://plugins.example.com/plugins/todo/versions/1/openapi.yaml"


def test_without_a_cdn_nobody_is_believed_about_the_host(store: Cloud) -> None:
    submit(store, 1)
    approve(store, 1)
    store.set_up("ResolveFunction", PUBLIC_BASE_URL="")
    answer = ask(store, MANIFEST, {"x-public-host": "evil.example"})
    assert answer.json["api"]["url"] == "https://store.example/plugins/todo/versions/1/openapi.yaml"


@pytest.mark.usefixtures("closed")
def test_every_route_is_guarded(tmp_path: Path) -> None:
    with local_store(tmp_path) as store:
        token = store.token("somebody", "reviewers", scope=" ".join(Scope))
        for route in deployed().routes:
            answer = store.call(route.method, _PLACE.sub("x", route.path), authorization=token, body={})
            assert answer.status == 403, route.key
            # A page says it in words of its own, and an answer to HEAD in none.
            assert REFUSAL in answer.text or route.method == "HEAD" or route.function == "ConsoleFunction", route.key


def test_the_local_store_behind_no_cdn_refuses_nobody_for_that(tmp_path: Path) -> None:
    with local_store(tmp_path) as store:
        assert store.call("GET", "/catalog").status == 200
