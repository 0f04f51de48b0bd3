"""The public routes over moto."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from tests.integration.documents import HOST, approve, live, submit

if TYPE_CHECKING:
    from tests.integration.aws import Cloud, Web

MANIFEST = "/plugins/todo/.well-known/ai-plugin.json"
SCHEMA = "/plugins/todo/versions/1/openapi.yaml"


@pytest.fixture
def approved(store: Cloud) -> Cloud:
    submit(store, 1)
    approve(store, 1)
    return store


@pytest.mark.parametrize("path", [MANIFEST, SCHEMA])
def test_a_client_that_has_it_is_answered_304_without_a_body(approved: Cloud, path: str) -> None:
    first = approved.call("GET", path)
    for tag in (first.headers["etag"], f"W/{first.headers['etag']}", f'"other", {first.headers["etag"]}', "*"):
        again = approved.call("GET", path, headers={"if-none-match": tag})
        assert (again.status, again.text) == (304, "")
        assert again.headers["etag"] == first.headers["etag"]
        assert again.headers["cache-control"] == first.headers["cache-control"]
    assert approved.call("GET", path, headers={"if-none-match": '"other"'}).status == 200


def test_the_manifest_is_cached_for_less_than_a_minute_and_the_schema_for_good(approved: Cloud) -> None:
    manifest = approved.call("GET", MANIFEST).headers["cache-control"]
    directives = dict(part.strip().partition("=")[::2] for part in manifest.split(","))
    assert 0 < int(directives["s-maxage"]) <= 60
    assert int(directives["stale-if-error"]) <= 300
    assert "immutable" in approved.call("GET", SCHEMA).headers["cache-control"]


@pytest.mark.parametrize("path", [MANIFEST, SCHEMA])
def test_head_says_what_get_would_without_saying_it(approved: Cloud, path: str) -> None:
    get, head = approved.call("GET", path), approved.call("HEAD", path)
    assert (head.status, head.text) == (200, "")
    assert head.headers["content-length"] == str(len(get.text.encode()))
    assert head.headers["etag"] == get.headers["etag"]


@pytest.mark.parametrize("path", [MANIFEST, SCHEMA, "/plugins/nothing/.well-known/ai-plugin.json"])
def test_every_origin_may_read(approved: Cloud, path: str) -> None:
    assert approved.call("GET", path).headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("path", [MANIFEST, SCHEMA])
def test_everything_about_a_plugin_carries_its_cache_tag(approved: Cloud, path: str) -> None:
    assert approved.call("GET", path).headers["cache-tag"] == "plugin-todo"


@pytest.mark.parametrize(
    "path",
    [
        "/plugins/nothing/.well-known/ai-plugin.json",
        "/plugins/No%20Good/.well-known/ai-plugin.json",
        "/plugins/todo/versions/2/openapi.yaml",
        "/plugins/todo/versions/01/openapi.yaml",
        "/plugins/todo/versions/1/openapi.json",
        "/plugins/todo/versions/1/report.json",
        "/plugins/todo/versions/99999999999999999999/openapi.yaml",
        "/plugins/todo/versions/%C2%B2/openapi.yaml",
    ],
)
def test_what_is_not_public_is_a_problem_that_a_cache_may_keep_for_a_moment(approved: Cloud, path: str) -> None:
    answer = approved.call("GET", path)
    assert (answer.status, answer.headers["content-type"]) == (404, "application/problem+json")
    assert "s-maxage=10" in answer.headers["cache-control"]
    assert answer.json["status"] == 404


def test_a_warm_resolve_costs_one_call_and_a_304_no_object(approved: Cloud) -> None:
    calls: list[str] = []
    for client in (approved.dynamodb, approved.s3):
        client.meta.events.register("before-call", lambda model, **_: calls.append(model.name))
    tag = live(approved).headers["etag"]
    assert calls == ["GetItem", "GetObject"]
    live(approved)
    assert calls == ["GetItem", "GetObject", "GetItem"]
    approved.call("GET", MANIFEST, headers={"if-none-match": tag})
    assert calls[3:] == ["GetItem"]


def test_a_pointer_that_names_a_lost_object_is_an_error_that_no_cache_keeps(approved: Cloud) -> None:
    for entry in approved.s3.list_objects_v2(Bucket="standfast-documents")["Contents"]:
        approved.s3.delete_object(Bucket="standfast-documents", Key=entry["Key"])
    answer = live(approved)
    assert (answer.status, answer.headers["cache-control"]) == (500, "no-store")
    assert "plugins/" not in answer.text


PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452")


def test_the_logo_is_pinned_and_served_as_it_was_approved(store: Cloud, web: Web) -> None:
    web.documents[f"https://{HOST}/logo.png"] = PNG
    submit(store, 1)
    assert store.call("GET", "/plugins/todo/versions/1/logo.png").status == 404
    approve(store, 1)
    web.documents[f"https://{HOST}/logo.png"] = b"something else"
    (entry,) = store.call("GET", "/catalog").json["items"]
    answer = store.call("GET", entry["logo_path"])
    assert (answer.status, answer.headers["content-type"]) == (200, "image/png")
    assert base64.b64decode(answer.text) == PNG
    assert "sandbox" in answer.headers["content-security-policy"]
    assert store.call("HEAD", entry["logo_path"]).headers["content-length"] == str(len(PNG))


def test_a_plugin_whose_logo_cannot_be_fetched_is_listed_without_one(approved: Cloud) -> None:
    (entry,) = approved.call("GET", "/catalog").json["items"]
    assert entry["logo_path"] is None
