"""The built template, deployed to an emulator of AWS, and the main job over HTTP against what was deployed.

What the emulator cannot do is left out of the template: `expansion.LEFT_OUT` is the whole list, with the reasons.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import pytest

from local.publisher import PublisherHosts
from local.template import Template, read_template
from tests.e2e.deployed.deployment import Answer, Deployment, deployed
from tests.integration.documents import HOST, MANIFEST_URL, manifest, schema
from tests.proof.ministack import EnvironmentMissingError

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1200),
    pytest.mark.enable_socket,
    pytest.mark.xdist_group("emulator"),
]

LIVE = "/plugins/todo/.well-known/ai-plugin.json"


@pytest.fixture(scope="module")
def publishers() -> Iterator[PublisherHosts]:
    with PublisherHosts() as hosts:
        yield hosts


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, publishers: PublisherHosts) -> Iterator[Deployment]:
    try:
        with deployed(tmp_path_factory.mktemp("deployed"), publishers.address) as deployment:
            yield deployment
    except EnvironmentMissingError as error:
        pytest.skip(f"The emulator cannot be installed here: {error}")


@pytest.fixture(scope="module")
def developer(store: Deployment) -> str:
    return store.sign_in("developer", "developers")


@pytest.fixture(scope="module")
def reviewer(store: Deployment) -> str:
    return store.sign_in("reviewer", "reviewers")


@pytest.fixture(scope="module")
def template(store: Deployment) -> Template:
    return read_template(store.source)


def publish(publishers: PublisherHosts, number: int) -> None:
    files = {"/.well-known/ai-plugin.json": manifest(f"Lists, version {number}."), "/openapi.yaml": schema(number)}
    publishers.publish(HOST, files)


def in_review(store: Deployment, number: int, token: str) -> str:
    """Wait until a version is in review, and return its digest."""
    path = f"/v1/plugins/todo/versions/{number}"
    found = store.eventually(lambda: store.call("GET", path, token=token), _is_judged)
    assert found.json["state"] == "in_review", found.json
    digest: str = found.json["digest"]
    return digest


def _is_judged(answer: Answer) -> bool:
    return answer.status == 200 and answer.json["state"] != "submitted"


def described(store: Deployment) -> str:
    """Return what the live manifest says to the model."""
    answer = store.call("GET", LIVE)
    assert answer.status == 200, answer.body
    text: str = answer.json["description_for_model"]
    return text


def test_the_deployed_routes_are_the_templates(store: Deployment, template: Template) -> None:
    gateway, api = store.client("apigatewayv2"), store.resources["Api"]
    (authorizer,) = gateway.get_authorizers(ApiId=api)["Items"]
    assert authorizer["JwtConfiguration"]["Audience"] == [store.outputs["UserPoolClientId"]]
    found = {
        route["RouteKey"]: tuple(route["AuthorizationScopes"]) if route["AuthorizationType"] == "JWT" else None
        for route in gateway.get_routes(ApiId=api, MaxResults="500")["Items"]
    }
    assert found == {route.key: route.scopes for route in template.routes}


def test_every_route_calls_the_alias_of_its_function(store: Deployment, template: Template) -> None:
    gateway, api = store.client("apigatewayv2"), store.resources["Api"]
    integrations = {
        f"integrations/{each['IntegrationId']}": each["IntegrationUri"]
        for each in gateway.get_integrations(ApiId=api, MaxResults="500")["Items"]
    }
    called = {
        each["RouteKey"]: integrations[each["Target"]]
        for each in gateway.get_routes(ApiId=api, MaxResults="500")["Items"]
    }
    for route in template.routes:
        assert f"function:{store.resources[route.function]}:live" in called[route.key]


def test_the_public_function_is_published_with_a_snapshot(store: Deployment) -> None:
    functions, name = store.client("lambda"), store.resources["ResolveFunction"]
    version = functions.get_alias(FunctionName=name, Name="live")["FunctionVersion"]
    published = functions.get_function_configuration(FunctionName=name, Qualifier=version)
    assert published["SnapStart"]["ApplyOn"] == "PublishedVersions"


@pytest.mark.parametrize("path", [LIVE, "/catalog", "/v1/changes", "/v1/openapi.json"])
def test_the_api_answers_the_cdn_and_nobody_else(store: Deployment, path: str) -> None:
    assert store.call("GET", path).status in {200, 404, 410}
    for headers in ({}, {"x-origin-secret": "guessed"}):
        answer = store.call_directly("GET", path, headers=headers)
        assert (answer.status, answer.headers["content-type"]) == (403, "application/problem+json")


def test_no_token_no_entry(store: Deployment, developer: str, reviewer: str) -> None:
    head, _, _ = developer.split(".")
    claims = base64.urlsafe_b64encode(json.dumps({"sub": "x", "scope": "standfast/publish"}).encode()).decode()
    none = base64.urlsafe_b64encode(b'{"alg":"none"}').decode()
    for forged in ("", "nonsense", f"{head}.{claims}.", f"{none}.{claims}."):
        assert store.call("GET", "/v1/plugins", token=forged).status == 401
    # The scopes are in every token that the sign-in pages give out; the group says what they are worth.
    assert store.call("GET", "/v1/reviews", token=developer).status == 403
    assert store.call("POST", "/v1/plugins", {"manifest_url": MANIFEST_URL}, token=reviewer).status == 403


def test_an_upgrade_goes_live_when_it_is_approved_and_not_before(
    store: Deployment, publishers: PublisherHosts, developer: str, reviewer: str
) -> None:
    publish(publishers, 1)
    body = {"manifest_url": MANIFEST_URL, "plugin_id": "todo"}
    submitted = store.call("POST", "/v1/plugins", body, token=developer)
    assert submitted.status == 202, submitted.body
    first = in_review(store, 1, reviewer)
    assert store.call("GET", LIVE).status == 404
    approve = "/v1/plugins/todo/versions/{}/approve"
    assert store.call("POST", approve.format(1), {"digest": first}, token=reviewer).status == 200
    assert described(store) == "Lists, version 1."

    publish(publishers, 2)
    assert store.call("POST", "/v1/plugins/todo/versions", {}, token=developer).status == 202
    second = in_review(store, 2, reviewer)
    assert described(store) == "Lists, version 1."
    assert store.call("POST", approve.format(2), {"digest": first}, token=reviewer).status == 409
    assert described(store) == "Lists, version 1."
    assert store.call("POST", approve.format(2), {"digest": second}, token=reviewer).status == 200
    assert described(store) == "Lists, version 2."

    served = store.call("GET", LIVE).json["api"]["url"]
    assert served == f"https://{store.outputs['DistributionDomain']}/plugins/todo/versions/2/openapi.yaml"
    assert store.call("GET", "/plugins/todo/versions/2/openapi.yaml").body == schema(2)

    _everybody_hears_of_it(store)
    assert store.call("POST", "/v1/plugins/todo/ban", {"reason": "bad"}, token=reviewer).status == 200
    assert store.call("GET", LIVE).status == 410


def _everybody_hears_of_it(store: Deployment) -> None:
    """The stream's functions ran: the history has both releases, and the CDN was told of both."""
    store.eventually(
        lambda: store.call("GET", "/v1/changes"),
        lambda answer: [each["version"] for each in answer.json["items"]] == [1, 2],
    )
    cloudfront, distribution = store.client("cloudfront"), store.outputs["DistributionId"]
    listed = cloudfront.list_invalidations(DistributionId=distribution)["InvalidationList"]["Items"]
    batches = [
        cloudfront.get_invalidation(DistributionId=distribution, Id=each["Id"])["Invalidation"]["InvalidationBatch"]
        for each in listed
    ]
    assert {"#plugin-todo"} == {path for batch in batches for path in batch["Paths"]["Items"]}
    assert len(batches) >= 2
