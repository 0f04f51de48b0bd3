"""Trusted publishing through the deployed functions, with a CI service of our own that signs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from shared.edge import system
from tests.integration.aws import BASE_URL, DEVELOPER, OTHER_DEVELOPER, REVIEWER, Cloud, Web
from tests.integration.documents import HOST, MANIFEST_URL, publish
from tests.unit.functions.workflows.issuers import KEYS_HOST, KEYS_PATH, CiService

if TYPE_CHECKING:
    from collections.abc import Callable

PLUGIN = "/v1/plugins/todo"
TRUSTED = f"{PLUGIN}/trusted-publishers"
FROM_WORKFLOW = f"{PLUGIN}/versions/from-workflow"
RELEASES = {"repository": "octo/todo", "workflow": "publish.yml"}


@pytest.fixture(scope="module")
def service() -> CiService:
    return CiService()


@pytest.fixture
def plugin(store: Cloud, web: Web, service: CiService) -> Cloud:
    """A store with a plugin that is live."""
    publish(web, 1)
    web.documents[f"https://{KEYS_HOST}{KEYS_PATH}"] = service.key_set()
    body = {"manifest_url": MANIFEST_URL, "plugin_id": "todo"}
    assert store.call("POST", "/v1/plugins", body, who=DEVELOPER).status == 202
    store.work()
    digest = store.call("GET", f"{PLUGIN}/versions/1", who=DEVELOPER).json["digest"]
    assert store.call("POST", f"{PLUGIN}/versions/1/approve", {"digest": digest}, who=REVIEWER).status == 200
    return store


@pytest.fixture
def trusting(plugin: Cloud) -> Cloud:
    assert plugin.call("PUT", f"{TRUSTED}/releases", RELEASES, who=DEVELOPER).status == 200
    return plugin


@pytest.fixture
def token(service: CiService) -> Callable[..., dict[str, str]]:
    def make(**changes: object) -> dict[str, str]:
        return {"authorization": service.sign(service.claims(BASE_URL, system.clock(), **changes))}

    return make


type Token = Callable[..., dict[str, str]]


def test_a_trusted_workflow_submits_and_follows_its_version(trusting: Cloud, token: Token) -> None:
    accepted = trusting.call("POST", FROM_WORKFLOW, {}, headers=token())
    assert accepted.status == 202
    assert accepted.json == {"plugin_id": "todo", "version": 2, "state": "submitted"}
    trusting.work()
    seen = trusting.call("GET", accepted.headers["location"], headers=token(jti="token-2"))
    assert (seen.status, seen.json["state"]) == (200, "in_review")


def test_the_audit_names_the_run_and_the_candidate_is_the_owners(trusting: Cloud, token: Token) -> None:
    trusting.call("POST", FROM_WORKFLOW, {}, headers=token())
    (entry,) = [
        each
        for each in trusting.call("GET", f"{PLUGIN}/audit", who=REVIEWER).json["items"]
        if each["type"] == "VersionSubmitted" and each["version"] == 2
    ]
    assert entry["actor"] == "workflow:github:octo/todo"
    assert entry["detail"]["run"] == "1001/1"
    assert entry["detail"]["workflow"].startswith("octo/todo/.github/workflows/publish.yml@")
    assert trusting.store.version("todo", 2).submitted_by == DEVELOPER.subject


def test_a_token_submits_once(trusting: Cloud, token: Token) -> None:
    used = token()
    first, again = (trusting.call("POST", FROM_WORKFLOW, {}, headers=used) for _ in range(2))
    assert first.json == again.json
    other = trusting.call("POST", FROM_WORKFLOW, {"manifest_url": f"https://{HOST}/x.json"}, headers=used)
    assert (other.status, other.json["type"]) == (422, "urn:standfast:problem:idempotency-key-reused")
    assert trusting.store.plugin("todo").last_version == 2


def test_a_workflow_without_trust_submits_nothing(plugin: Cloud, token: Token) -> None:
    answer = plugin.call("POST", FROM_WORKFLOW, {}, headers=token())
    assert (answer.status, answer.json["type"]) == (403, "urn:standfast:problem:untrusted-workflow")
    assert plugin.store.plugin("todo").last_version == 1


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"repository": "evil/todo"}, (403, "'repository' is 'evil/todo'")),
        ({"job_workflow_ref": "octo/todo/.github/workflows/ci.yml@refs/heads/main"}, (403, "'job_workflow_ref'")),
        ({"aud": "https://elsewhere.example"}, (401, f"wanted is '{BASE_URL}'")),
        ({"exp": 1_000_000_000, "iat": 999_999_900}, (401, "'exp'")),
    ],
)
def test_a_token_that_does_not_fit_is_told_the_claim(
    trusting: Cloud, token: Token, changes: dict[str, Any], refusal: tuple[int, str]
) -> None:
    status, told = refusal
    for method, path in (("POST", FROM_WORKFLOW), ("GET", f"{PLUGIN}/versions/1/from-workflow")):
        answer = trusting.call(method, path, {}, headers=token(**changes))
        assert answer.status == status
        assert told in answer.json["detail"]
    assert trusting.store.plugin("todo").last_version == 1


def test_nobody_without_a_token_gets_in(trusting: Cloud) -> None:
    for method, path in (("POST", FROM_WORKFLOW), ("GET", f"{PLUGIN}/versions/1/from-workflow")):
        answer = trusting.call(method, path, {})
        assert (answer.status, answer.json["type"]) == (401, "urn:standfast:problem:workflow-token-refused")


def test_a_workflow_cannot_approve(trusting: Cloud, token: Token) -> None:
    trusting.call("POST", FROM_WORKFLOW, {}, headers=token())
    trusting.work()
    digest = trusting.store.version("todo", 2).digest
    answer = trusting.call("POST", f"{PLUGIN}/versions/2/approve", {"digest": digest}, headers=token(jti="token-2"))
    assert answer.status == 401


def test_trust_that_was_taken_back_is_gone(trusting: Cloud, token: Token) -> None:
    assert trusting.call("DELETE", f"{TRUSTED}/releases", who=DEVELOPER).status == 204
    assert trusting.call("POST", FROM_WORKFLOW, {}, headers=token()).status == 403
    assert trusting.call("DELETE", f"{TRUSTED}/releases", who=DEVELOPER).status == 404
    assert trusting.call("GET", TRUSTED, who=DEVELOPER).json == {"items": []}


def test_a_repository_that_took_the_name_over_is_not_trusted(trusting: Cloud, token: Token) -> None:
    assert trusting.call("POST", FROM_WORKFLOW, {}, headers=token()).status == 202
    (listed,) = trusting.call("GET", TRUSTED, who=DEVELOPER).json["items"]
    assert listed["repository_id"] == "4711"
    answer = trusting.call("POST", FROM_WORKFLOW, {}, headers=token(jti="token-2", repository_id="9999"))
    assert (answer.status, "'repository_id' is '9999'" in answer.json["detail"]) == (403, True)


def test_only_the_owner_says_whom_to_trust(plugin: Cloud) -> None:
    for method, path in (("GET", TRUSTED), ("PUT", f"{TRUSTED}/mine"), ("DELETE", f"{TRUSTED}/releases")):
        body = RELEASES if method == "PUT" else None
        assert plugin.call(method, path, body, who=OTHER_DEVELOPER).status == 404
        assert plugin.call(method, path, body, who=REVIEWER).status == 403


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"repository": "todo", "workflow": "publish.yml"},
        {"repository": "octo/todo", "workflow": "../publish.yml"},
        {"repository": "octo/todo", "workflow": "publish"},
        {**RELEASES, "ref": "main"},
        {**RELEASES, "issuer": "jenkins"},
        {**RELEASES, "repository_id": "octo"},
    ],
)
def test_what_names_no_workflow_is_refused(plugin: Cloud, body: dict[str, str]) -> None:
    assert plugin.call("PUT", f"{TRUSTED}/releases", body, who=DEVELOPER).status == 422


def test_a_name_has_a_form(plugin: Cloud) -> None:
    assert plugin.call("PUT", f"{TRUSTED}/Releases", RELEASES, who=DEVELOPER).status == 422


def test_the_owners_daily_limit_holds_for_workflows(trusting: Cloud, token: Token) -> None:
    trusting.set_up("WorkflowsFunction", SUBMISSIONS_PER_DAY="1")
    assert trusting.call("POST", FROM_WORKFLOW, {}, headers=token()).status == 429


def test_a_banned_plugin_takes_nothing_from_workflows(trusting: Cloud, token: Token) -> None:
    trusting.call("POST", f"{PLUGIN}/ban", {"reason": "malware"}, who=REVIEWER)
    answer = trusting.call("POST", FROM_WORKFLOW, {}, headers=token())
    assert (answer.status, answer.json["type"]) == (409, "urn:standfast:problem:plugin-banned")
