"""The largest documents that a version may have, within what Lambda and API Gateway pass on."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import pytest

from shared.contracts.parsing.limits import MAX_BYTES
from shared.edge.payloads import MOST_AS_TEXT, passed_on
from tests.integration.aws import DEVELOPER
from tests.integration.documents import MANIFEST_URL, SCHEMA_URL, approve, manifest, schema, version

if TYPE_CHECKING:
    from tests.integration.aws import Answer, Cloud

LAMBDA_PASSES_ON = 6_291_556
"""Bytes of a function's answer, as JSON."""
SCHEMA = "/plugins/todo/versions/1/openapi.yaml"


def largest_schema() -> bytes:
    """Return an acceptable schema of 4 MiB, nearly all of it characters that JSON writes with two."""
    start = schema(1)
    comment = b'# """""""""""""""""""""""""""""""""""""""""""""""""""""""""""""\n'
    return start + comment * ((MAX_BYTES - len(start)) // len(comment))


def size_as_passed_on(answer: Answer) -> int:
    """Return how long Lambda's JSON of an answer is: its runtime writes characters as they are."""
    result = {"statusCode": answer.status, "headers": answer.headers, "body": answer.text, "isBase64Encoded": True}
    return len(json.dumps(result, ensure_ascii=False).encode())


@pytest.fixture(scope="module")
def body() -> bytes:
    return largest_schema()


@pytest.fixture
def large(store: Cloud, body: bytes) -> Cloud:
    store.web.documents |= {MANIFEST_URL: manifest("Lists."), SCHEMA_URL: body}
    store.call("POST", "/v1/plugins", {"manifest_url": MANIFEST_URL, "plugin_id": "todo"}, who=DEVELOPER)
    assert store.work() == []
    assert version(store, 1).json["state"] == "in_review"
    return store


def test_the_largest_schema_is_served_whole_and_within_the_limit(large: Cloud, body: bytes) -> None:
    approve(large, 1)
    answer = large.call("GET", SCHEMA)
    assert answer.status == 200
    assert base64.b64decode(answer.text) == body
    assert size_as_passed_on(answer) < LAMBDA_PASSES_ON
    assert large.call("HEAD", SCHEMA).headers["content-length"] == str(len(body))


def test_the_largest_candidate_is_shown_to_developers_within_the_limit(large: Cloud, body: bytes) -> None:
    large.call("PUT", "/v1/plugins/todo/installs/me", {}, who=DEVELOPER)
    answer = large.call("GET", "/v1/plugins/todo/versions/1/openapi.yaml", who=DEVELOPER)
    assert answer.status == 200, answer.text[:500]
    assert base64.b64decode(answer.text) == body
    assert size_as_passed_on(answer) < LAMBDA_PASSES_ON


def test_the_same_as_text_would_be_more_than_lambda_passes_on(body: bytes) -> None:
    assert len(json.dumps(body.decode(), ensure_ascii=False).encode()) > LAMBDA_PASSES_ON


@pytest.mark.parametrize("character", ['"', "\n", "é", "語", "😀"])
def test_whatever_goes_as_text_stays_within_the_limit(character: str) -> None:
    text = character * (MOST_AS_TEXT // len(character.encode()))
    members = passed_on(text.encode())
    assert members == {"body": text}
    assert len(json.dumps(members, ensure_ascii=True).encode()) < LAMBDA_PASSES_ON
