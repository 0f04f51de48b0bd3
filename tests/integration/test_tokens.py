"""Every declared route with every kind of wrong token: made from the declarations, so that no route is forgotten."""

from __future__ import annotations

import json
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from docs.openapi import declared
from functions.console.app import ROUTES as CONSOLE_ROUTES
from functions.resolve.app import ROUTES as PUBLIC_ROUTES
from local.tokens import CLIENT_ID
from shared.edge.api import Nothing, Route
from shared.edge.callers import DEVELOPER, REVIEWER, Caller, Group
from tests.integration.aws import deployed
from tests.integration.gateway import Answer, LocalStore, claims_of, local_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pydantic import BaseModel

    type Forge = Callable[[LocalStore, Route], str]

OWNER, STRANGER = "developer-1", "developer-2"
SECRET, NOTHING = "secret-project", "nothing-at-all"
"""A plugin that is registered and not public, and one that is not there."""

PARAMETERS = {
    "version": "1",
    "webhook_name": "mine",
    "delivery_id": "0" * 32,
    "schema_name": "openapi.yaml",
    "publisher_name": "releases",
    "document_name": "openapi.yaml",
    "queue": "notify",
    "run_id": "0" * 30,
}
VALUES: dict[str, object] = {
    "manifest_url": "https://todo.example.com/.well-known/ai-plugin.json",
    "digest": "sha256:" + "0" * 64,
    "reasons": [{"code": "other", "detail": "x"}],
    "reason": "x",
    "version": 1,
    "url": "https://hooks.example.com/here",
    "repository": "octo/todo",
    "workflow": "publish.yml",
    "document": "{}",
    "on_drift": "tell",
}
"""What to send for the members that a body cannot do without. A new one is missed here with a KeyError."""


ROOMS = sorted(path.parent.name for path in Path("functions").glob("*/app.py"))
DECLARED = declared(f"functions.{room}" for room in ROOMS)
GUARDED = [route for route in DECLARED if route.roles]
OF_A_PLUGIN = [route for route in GUARDED if "{plugin_id}" in route.path]


def named(route: Route) -> str:
    return f"{route.method} {route.path}"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStore]:
    with local_store(tmp_path_factory.mktemp("store")) as opened:
        owner = opened.token(OWNER, "developers")
        body = {"manifest_url": VALUES["manifest_url"], "plugin_id": SECRET}
        assert opened.call("POST", "/v1/plugins", authorization=owner, body=body).status == 202
        yield opened


def ask(store: LocalStore, route: Route, authorization: str, plugin: str = SECRET) -> Answer:
    path = route.path.format(plugin_id=plugin, **PARAMETERS)
    return store.call(route.method, path, authorization=authorization, body=_least(route.takes))


def _least(model: type[BaseModel]) -> dict[str, object] | None:
    if model is Nothing:
        return None
    return {name: VALUES[name] for name, field in model.model_fields.items() if field.is_required()}


def group_of(route: Route) -> str:
    return route.roles[0].group


# ------------------------------------------------------------------------------------------------------- forged tokens


@cache
def _another_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _token(**changes: object) -> Forge:
    return lambda store, route: store.token(OWNER, group_of(route), **changes)


def _signed_by_another(store: LocalStore, route: Route) -> str:
    return store.signed(claims_of(OWNER, group_of(route)), _another_key(), store.key.key_id)


def _unsigned(store: LocalStore, route: Route) -> str:
    return store.signed(claims_of(OWNER, group_of(route)), None, store.key.key_id, algorithm="none")


def _broken(store: LocalStore, route: Route) -> str:
    head, claims, signature = store.token(OWNER, group_of(route)).split(".")
    return f"{head}.{claims[:-2]}AA.{signature}"


def _in_no_such_group(store: LocalStore, route: Route) -> str:
    wanted = {role.group for role in route.roles}
    other = next(group for group in (*Group, "everybody") if group not in wanted)
    return store.token(OWNER, other)


ID_TOKEN: dict[str, object] = {"token_use": "id", "client_id": None, "aud": CLIENT_ID}

WRONG: dict[str, tuple[Forge, int]] = {
    "none": (lambda _store, _route: "", 401),
    "malformed": (lambda _store, _route: "Bearer not.a.token", 401),
    "not even three parts": (lambda _store, _route: "Bearer x", 401),
    "basic": (lambda _store, _route: "Basic ZGV2ZWxvcGVyOng=", 401),
    "broken": (_broken, 401),
    "signed by another key": (_signed_by_another, 401),
    "unsigned": (_unsigned, 401),
    "expired": (_token(exp=int(time.time()) - 60), 401),
    "without an end": (_token(exp=None), 401),
    "not yet valid": (_token(nbf=int(time.time()) + 600), 401),
    "of another issuer": (_token(iss="https://elsewhere.example"), 401),
    "for another client": (_token(client_id="somebody-else"), 401),
    "for another audience": (_token(aud="somebody-else"), 401),
    "an id token": (_token(**ID_TOKEN, scope=None), 403),
    "an id token with scopes": (_token(**ID_TOKEN), 401),
    "without scopes": (_token(scope=None), 403),
    "with another scope": (_token(scope="openid profile standfast/admin"), 403),
    "without groups": (_token(**{"cognito:groups": None}), 403),
    "of another group": (_in_no_such_group, 403),
    "of nobody": (_token(sub=""), 401),
}
"""Each kind of wrong token, and the answer to it."""


@pytest.mark.parametrize("route", GUARDED, ids=named)
@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_token_opens_no_route_and_tells_nothing(store: LocalStore, route: Route, kind: str) -> None:
    forge, status = WRONG[kind]
    answer = ask(store, route, forge(store, route))
    assert answer.status == status
    assert SECRET not in answer.text
    assert OWNER not in answer.text


@pytest.mark.parametrize("route", GUARDED, ids=named)
def test_the_right_token_is_let_in(store: LocalStore, route: Route) -> None:
    # Without this, a gateway that refuses everything would pass the table above.
    answer = ask(store, route, store.token("somebody-else", group_of(route)), plugin=NOTHING)
    refused = json.loads(answer.text or "{}").get("type", "")
    assert answer.status not in {401, 500, 503}
    assert answer.status != 403 or refused == "urn:standfast:problem:access-denied"


class Careless:
    """A planted fault: an authorizer that believes whatever a token says."""

    def admit(self, authorization: str, _scopes: tuple[str, ...]) -> dict[str, Any]:
        claims = jwt.decode(authorization.removeprefix("Bearer "), options={"verify_signature": False})
        groups = " ".join(claims.get("cognito:groups", []))
        return {"jwt": {"claims": {**claims, "cognito:groups": f"[{groups}]"}}}


def _noticed(store: LocalStore, kinds: list[str]) -> set[str]:
    """Return the kinds of wrong token that a store answers otherwise than it should, on a route for reviewers."""
    (route,) = (each for each in GUARDED if named(each) == "GET /v1/reviews")
    return {kind for kind in kinds if ask(store, route, WRONG[kind][0](store, route)).status != WRONG[kind][1]}


def test_a_careless_authorizer_is_noticed(tmp_path: Path) -> None:
    careless: Any = Careless()
    kinds = ["expired", "of another issuer", "for another client", "not yet valid", "unsigned", "signed by another key"]
    with local_store(tmp_path, careless) as store:
        assert _noticed(store, kinds) == set(kinds)


def test_a_function_that_checks_no_group_is_noticed(store: LocalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Caller, "has", lambda self, role: role.scope in self.scopes)
    assert _noticed(store, ["of another group", "without groups", "expired"]) == {"of another group", "without groups"}


def test_the_table_covers_every_route_that_is_deployed() -> None:
    there = {(route.method, route.path): bool(route.scopes) for route in deployed().routes}
    known = {(route.method, route.path): bool(route.roles) for route in DECLARED}
    known |= {(method, path): False for method in ("GET", "HEAD") for path in PUBLIC_ROUTES}
    known |= dict.fromkeys(CONSOLE_ROUTES, False)  # pages: the API behind them asks for the token
    assert there == known


# -------------------------------------------------------------------------------------------- what is not for everybody


def _owners(route: Route) -> bool:
    return DEVELOPER in route.roles


@pytest.mark.parametrize("route", [route for route in OF_A_PLUGIN if _owners(route)], ids=named)
def test_another_developer_is_told_that_there_is_no_such_plugin(store: LocalStore, route: Route) -> None:
    assert ask(store, route, store.token(STRANGER, "developers")).status == 404


def _alike(answer: Answer, plugin: str) -> tuple[int, str]:
    return answer.status, answer.text.replace(plugin, "it")


@pytest.mark.parametrize("route", [route for route in OF_A_PLUGIN if REVIEWER not in route.roles], ids=named)
@pytest.mark.parametrize("group", ["plus", "everybody"])
def test_whoever_is_no_developer_cannot_tell_a_secret_plugin_from_none(
    store: LocalStore, route: Route, group: str
) -> None:
    token = store.token(STRANGER, group)
    answers = {_alike(ask(store, route, token, plugin), plugin) for plugin in (SECRET, NOTHING)}
    assert len(answers) == 1


@pytest.mark.parametrize("route", [route for route in OF_A_PLUGIN if _owners(route)], ids=named)
def test_another_developer_cannot_tell_a_secret_plugin_from_none(store: LocalStore, route: Route) -> None:
    token = store.token(STRANGER, "developers")
    answers = {_alike(ask(store, route, token, plugin), plugin) for plugin in (SECRET, NOTHING)}
    assert len(answers) == 1


def _public() -> list[tuple[str, str]]:
    routes: list[tuple[str, Any]] = [(route.method, route.path) for route in DECLARED if not route.roles]
    return [each for each in (*routes, *(("GET", path) for path in PUBLIC_ROUTES)) if "{plugin_id}" in each[1]]


@pytest.mark.parametrize(("method", "path"), _public())
def test_the_public_cannot_tell_a_secret_plugin_from_none(store: LocalStore, method: str, path: str) -> None:
    answers = {
        _alike(store.call(method, path.format(plugin_id=plugin, **PARAMETERS)), plugin) for plugin in (SECRET, NOTHING)
    }
    assert len(answers) == 1


@pytest.mark.parametrize("path", ["/catalog", "/v1/changes"])
def test_a_secret_plugin_is_in_no_public_list(store: LocalStore, path: str) -> None:
    assert SECRET not in store.call("GET", path).text
