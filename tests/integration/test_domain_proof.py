"""Publishers who must show that a domain is theirs."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from shared.domain.identity import Subject
from shared.domain.proving import DomainProof, challenge
from shared.edge import system
from tests.integration.aws import DEVELOPER, OTHER_DEVELOPER
from tests.integration.documents import HOST, MANIFEST_URL, manifest, version
from tests.integration.test_redelivery import register, taking

if TYPE_CHECKING:
    from tests.integration.aws import Cloud, Web

OURS = challenge(Subject(DEVELOPER.subject), HOST)
THEIRS = challenge(Subject(OTHER_DEVELOPER.subject), HOST)


@pytest.fixture
def submitted(store: Cloud) -> Cloud:
    register(store)
    return store


def settled(store: Cloud, demand: DomainProof = DomainProof.REQUIRED) -> dict[str, object]:
    replace(taking(store), domain_proof=demand).take("todo", 1, asked_at=system.clock())
    found: dict[str, object] = version(store, 1).json
    return found


def test_a_publisher_who_shows_nothing_is_told_what_to_put_where(submitted: Cloud) -> None:
    found = settled(submitted)
    assert found["state"] == "invalid"
    (finding,) = (each for each in found["findings"] if each["code"] == "domain.not-proved")  # type: ignore[attr-defined]
    assert OURS.text in finding["message"]
    assert OURS.record_name in finding["message"]
    assert OURS.file_url in finding["message"]


def test_a_txt_record_is_proof(submitted: Cloud, web: Web) -> None:
    web.txt[OURS.record_name] = ("v=spf1 -all", OURS.text)
    assert settled(submitted)["state"] == "in_review"


def test_a_file_is_proof(submitted: Cloud, web: Web) -> None:
    web.documents[OURS.file_url] = OURS.text.encode() + b"\n"
    assert settled(submitted)["state"] == "in_review"


def test_a_token_in_the_manifest_of_an_authenticated_plugin_is_proof(store: Cloud, web: Web) -> None:
    auth = {"type": "service_http", "authorization_type": "bearer", "verification_tokens": {"standfast": OURS.text}}
    register(store)
    web.documents[MANIFEST_URL] = manifest("With a token.", auth=auth)
    assert settled(store)["state"] == "in_review"


@pytest.mark.parametrize("text", [THEIRS.text, "", OURS.text[:-1], f"{OURS.text} {THEIRS.text}"])
def test_the_text_of_another_account_proves_nothing(submitted: Cloud, web: Web, text: str) -> None:
    web.txt[OURS.record_name] = (text,)
    web.documents[OURS.file_url] = text.encode()
    assert settled(submitted)["state"] == "invalid"


def test_what_was_seen_is_kept_as_evidence(submitted: Cloud, web: Web) -> None:
    web.txt[OURS.record_name] = (OURS.text,)
    settled(submitted)
    report = json.loads(submitted.objects.get(submitted.store.version("todo", 1).snapshot.report_key))  # type: ignore[union-attr]
    assert report["evidence"][-1]["role"] == "proof"
    assert OURS.record_name in report["evidence"][-1]["url"]


def test_nothing_is_looked_for_where_nothing_is_demanded(submitted: Cloud, web: Web) -> None:
    assert settled(submitted, DomainProof.OFF)["state"] == "in_review"
    assert OURS.file_url not in web.fetches
