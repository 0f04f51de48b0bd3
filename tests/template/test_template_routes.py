"""The routes: as designed, as deployed, as declared in the code, and who may call each."""

from __future__ import annotations

import importlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from functions.console.app import ROUTES as CONSOLE_ROUTES
from functions.resolve.app import ROUTES as RESOLVE_ROUTES
from shared.edge.callers import Group, Scope
from tests.template.document import ROOMS, Node, expanded, functions, read_template, resources

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.edge.api import Api

METHODS = frozenset({"get", "head", "post", "put", "patch", "delete", "options", "x-amazon-apigateway-any-method"})
AUTHORIZER = "AccessToken"
PUBLIC: frozenset[str] = frozenset()
PUBLISHERS = frozenset({"standfast/publish"})
REVIEWERS = frozenset({"standfast/review"})
READERS = PUBLISHERS | REVIEWERS

USERS = frozenset({"standfast/use"})
OPERATORS = frozenset({"standfast/operate"})

VERSION = "/v1/plugins/{plugin_id}/versions/{version}"
MANIFEST = "/plugins/{plugin_id}/.well-known/ai-plugin.json"
SCHEMA = "/plugins/{plugin_id}/versions/{version}/{schema_name}"
WEBHOOK = "/v1/webhooks/{webhook_name}"


@dataclass(frozen=True, slots=True)
class Door:
    """What stands behind a route, and which scopes open it: any one of them; none for a public route."""

    function: str
    scopes: frozenset[str]


DESIGNED = {
    ("POST", "/v1/plugins"): Door("submission", PUBLISHERS),
    ("POST", "/v1/plugins/{plugin_id}/versions"): Door("submission", PUBLISHERS),
    ("GET", "/v1/plugins/{plugin_id}/trusted-publishers"): Door("workflows", PUBLISHERS),
    ("PUT", "/v1/plugins/{plugin_id}/trusted-publishers/{publisher_name}"): Door("workflows", PUBLISHERS),
    ("DELETE", "/v1/plugins/{plugin_id}/trusted-publishers/{publisher_name}"): Door("workflows", PUBLISHERS),
    # Open to API Gateway, whose authorizer knows one issuer alone: the function checks these tokens itself.
    ("POST", "/v1/plugins/{plugin_id}/versions/from-workflow"): Door("workflows", PUBLIC),
    ("GET", f"{VERSION}/from-workflow"): Door("workflows", PUBLIC),
    ("GET", "/v1/reviews"): Door("review", REVIEWERS),
    ("GET", f"{VERSION}/permissions"): Door("status", READERS),
    ("GET", f"{VERSION}/documents/{{document_name}}"): Door("status", READERS),
    ("POST", f"{VERSION}/withdraw"): Door("submission", PUBLISHERS),
    ("POST", f"{VERSION}/approve"): Door("review", REVIEWERS),
    ("POST", f"{VERSION}/reject"): Door("review", REVIEWERS),
    ("PUT", f"{VERSION}/claim"): Door("review", REVIEWERS),
    ("DELETE", f"{VERSION}/claim"): Door("review", REVIEWERS),
    ("POST", f"{VERSION}/release"): Door("review", PUBLISHERS),
    ("POST", f"{VERSION}/revoke"): Door("review", REVIEWERS),
    ("POST", "/v1/plugins/{plugin_id}/rollback"): Door("review", READERS),
    ("POST", "/v1/plugins/{plugin_id}/ban"): Door("review", REVIEWERS),
    ("POST", "/v1/plugins/{plugin_id}/lift-ban"): Door("review", REVIEWERS),
    ("GET", "/v1/plugins/{plugin_id}/audit"): Door("status", READERS),
    ("GET", "/v1/reasons"): Door("status", PUBLIC),
    ("GET", "/v1/sign-in"): Door("status", PUBLIC),
    ("GET", "/v1/plugins"): Door("status", READERS),
    ("GET", "/v1/plugins/{plugin_id}"): Door("status", READERS),
    ("GET", "/v1/plugins/{plugin_id}/versions"): Door("status", READERS),
    ("POST", "/v1/plugins/{plugin_id}/containment"): Door("envelopes", PUBLISHERS | REVIEWERS | USERS),
    ("POST", f"{VERSION}/containment"): Door("envelopes", PUBLISHERS | REVIEWERS | USERS),
    ("POST", "/v1/plugins/{plugin_id}/envelope-proposal"): Door("envelopes", READERS),
    ("GET", "/v1/plugins/{plugin_id}/drift"): Door("status", READERS),
    ("PUT", "/v1/plugins/{plugin_id}/drift"): Door("submission", PUBLISHERS),
    ("GET", VERSION): Door("status", READERS),
    ("GET", f"{VERSION}/report"): Door("status", READERS),
    ("GET", "/catalog"): Door("status", PUBLIC),
    ("GET", "/catalog/{plugin_id}"): Door("status", PUBLIC),
    ("GET", "/catalog/{plugin_id}/changes"): Door("feeds", PUBLIC),
    ("GET", "/catalog/{plugin_id}/versions/{version}/changes"): Door("status", PUBLIC),
    ("GET", "/v1/openapi.json"): Door("status", PUBLIC),
    ("GET", "/v1/docs"): Door("status", PUBLIC),
    ("GET", "/v1/docs/findings"): Door("status", PUBLIC),
    ("GET", MANIFEST): Door("resolve", PUBLIC),
    ("HEAD", MANIFEST): Door("resolve", PUBLIC),
    ("GET", SCHEMA): Door("resolve", PUBLIC),
    ("HEAD", SCHEMA): Door("resolve", PUBLIC),
    ("GET", "/v1/plugins/{plugin_id}/installs"): Door("access", READERS),
    ("PUT", "/v1/plugins/{plugin_id}/installs/me"): Door("access", USERS),
    ("DELETE", "/v1/plugins/{plugin_id}/installs/me"): Door("access", USERS),
    ("GET", "/v1/plugins/{plugin_id}/entitlement"): Door("access", USERS),
    ("GET", f"{VERSION}/ai-plugin.json"): Door("access", USERS),
    ("GET", f"{VERSION}/{{schema_name}}"): Door("access", USERS),
    ("GET", "/v1/plugins/{plugin_id}/messages"): Door("messages", READERS),
    ("GET", "/v1/webhooks"): Door("messages", PUBLISHERS),
    ("PUT", WEBHOOK): Door("messages", PUBLISHERS),
    ("GET", WEBHOOK): Door("messages", PUBLISHERS),
    ("DELETE", WEBHOOK): Door("messages", PUBLISHERS),
    ("POST", f"{WEBHOOK}/rotate-secret"): Door("messages", PUBLISHERS),
    ("POST", f"{WEBHOOK}/test"): Door("messages", PUBLISHERS),
    ("GET", f"{WEBHOOK}/deliveries"): Door("messages", PUBLISHERS),
    ("POST", f"{WEBHOOK}/deliveries/{{delivery_id}}/replay"): Door("messages", PUBLISHERS),
    ("GET", "/v1/changes"): Door("feeds", PUBLIC),
    ("GET", "/plugins/{plugin_id}/feed.atom"): Door("feeds", PUBLIC),
    ("GET", "/"): Door("console", PUBLIC),
    ("GET", "/console"): Door("console", PUBLIC),
    ("GET", "/console/{page+}"): Door("console", PUBLIC),
    ("POST", "/console/{page+}"): Door("console", PUBLIC),
    ("GET", "/v1/operations"): Door("operations", OPERATORS),
    ("GET", "/v1/operations/figures"): Door("operations", OPERATORS),
    ("GET", "/v1/operations/dead-letters/{queue}"): Door("operations", OPERATORS),
    ("POST", "/v1/operations/dead-letters/{queue}/replay"): Door("operations", OPERATORS),
    ("GET", "/v1/operations/reconciliations"): Door("operations", OPERATORS),
    ("POST", "/v1/operations/reconciliations"): Door("operations", OPERATORS),
    ("GET", "/v1/operations/reconciliations/{run_id}"): Door("operations", OPERATORS),
}
"""The table of the design, as far as it is built."""

READ_BY_ALL = {f"{method} {path}" for method in ("GET", "HEAD") for path in (MANIFEST, SCHEMA)}
"""What every assistant asks, and the edge does not always have."""

CHECKED_BY_ITSELF = {
    ("POST", "/v1/plugins/{plugin_id}/versions/from-workflow"),
    ("GET", f"{VERSION}/from-workflow"),
}
"""Routes that are open to API Gateway, and whose function checks tokens of other issuers by itself."""

type Routes = dict[tuple[str, str], Door]


def deployed_routes(template: Node) -> Routes:
    """Return the routes that API Gateway is given."""
    (api,) = resources(expanded(template), "AWS::ApiGatewayV2::Api").values()
    return {
        (method.upper(), path): Door(_function(operation), _scopes(operation))
        for path, operations in api["Properties"]["Body"]["paths"].items()
        for method, operation in operations.items()
        if method in METHODS
    }


def _function(operation: Node) -> str:
    uri: str = operation["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
    # The alias: whoever called the function itself would get what is being deployed, before anybody looked.
    return uri.partition("functions/${")[2].partition("FunctionAliaslive}")[0].lower()


def _scopes(operation: Node) -> frozenset[str]:
    (requirement,) = operation["security"]
    return frozenset(requirement.get(AUTHORIZER, ()))


def declared_routes() -> Routes:
    """Return the routes that the code declares, with the scopes of the roles that it admits."""
    routes = {(method, path): Door("resolve", PUBLIC) for method in ("GET", "HEAD") for path in RESOLVE_ROUTES}
    routes |= {(method, path): Door("console", PUBLIC) for method, path in CONSOLE_ROUTES}
    for name in ROOMS:
        api: Api | None = getattr(importlib.import_module(f"functions.{name}.app"), "api", None)
        for route in api.routes if api else ():
            scopes = frozenset(role.scope.value for role in route.roles)
            routes[route.method, route.path] = Door(name, scopes)
    return routes


def doors_left_open(template: Node) -> list[str]:
    """Name every route outside the design's public ones that does not demand an access token with a scope."""
    public = {route for route, door in DESIGNED.items() if not door.scopes}
    (api,) = resources(expanded(template), "AWS::ApiGatewayV2::Api").values()
    return [
        f"{method.upper()} {path}"
        for path, operations in api["Properties"]["Body"]["paths"].items()
        for method, operation in operations.items()
        if method in METHODS and (method.upper(), path) not in public and not _demands_a_scope(operation)
    ]


def _demands_a_scope(operation: Node) -> bool:
    alternatives = operation.get("security", [])
    # Alternatives are an "or": one that demands nothing opens the door.
    return bool(alternatives) and all(requirement.get(AUTHORIZER) for requirement in alternatives)


def test_the_template_deploys_the_routes_of_the_design_and_no_others() -> None:
    assert deployed_routes(read_template()) == DESIGNED


def test_the_code_declares_the_routes_that_the_template_deploys() -> None:
    assert declared_routes() == deployed_routes(read_template())


def test_every_route_but_the_public_ones_demands_a_scope() -> None:
    assert doors_left_open(read_template()) == []


def _open(template: Node) -> None:
    functions(template)["review"]["Events"]["ApproveVersion"]["Properties"]["Auth"] = {"Authorizer": "NONE"}


def _drop_scopes(template: Node) -> None:
    del functions(template)["review"]["Events"]["ApproveVersion"]["Properties"]["Auth"]


def _drop_the_authorizer(template: Node) -> None:
    del template["Resources"]["Api"]["Properties"]["Auth"]
    for properties in functions(template).values():
        for event in properties["Events"].values():
            event["Properties"].pop("Auth", None)


def _add_a_forgotten_route(template: Node) -> None:
    route = {"ApiId": {"Ref": "Api"}, "Method": "POST", "Path": f"{VERSION}/approve-quietly"}
    functions(template)["review"]["Events"]["Quiet"] = {"Type": "HttpApi", "Properties": route}


@pytest.mark.parametrize("plant", [_open, _drop_scopes, _drop_the_authorizer, _add_a_forgotten_route])
def test_a_planted_open_door_is_found(plant: Callable[[Node], None]) -> None:
    template = read_template()
    plant(template)
    assert any(route.startswith(f"POST {VERSION}/approve") for route in doors_left_open(template))


def _move(template: Node) -> None:
    functions(template)["status"]["Events"]["ReadReport"]["Properties"]["Path"] = f"{VERSION}/reports"


def _widen(template: Node) -> None:
    auth = functions(template)["submission"]["Events"]["SubmitUpgrade"]["Properties"]["Auth"]
    auth["AuthorizationScopes"].append("standfast/use")


def _hand_over(template: Node) -> None:
    moved = functions(template)["review"]["Events"].pop("RejectVersion")
    functions(template)["status"]["Events"]["RejectVersion"] = moved


@pytest.mark.parametrize("plant", [_move, _widen, _hand_over, _add_a_forgotten_route])
def test_a_planted_difference_from_the_code_is_found(plant: Callable[[Node], None]) -> None:
    template = read_template()
    plant(template)
    assert deployed_routes(template) != declared_routes()


def test_the_routes_are_unambiguous() -> None:
    # API Gateway prefers a fixed segment to a variable one, and takes HEAD and GET for different routes. Two routes of
    # one method must not differ in the names of their variables alone: which one wins would be anybody's guess.
    shapes = [(method, _shape(path)) for method, path in deployed_routes(read_template())]
    assert len(shapes) == len(set(shapes))


def _shape(path: str) -> tuple[str, ...]:
    return tuple("{}" if part.startswith("{") else part for part in path.split("/"))


def test_the_authorizer_takes_access_tokens_of_the_stacks_own_pool_and_client_alone() -> None:
    template = read_template()
    auth = template["Resources"]["Api"]["Properties"]["Auth"]
    assert auth == {
        "DefaultAuthorizer": AUTHORIZER,
        "Authorizers": {
            AUTHORIZER: {
                "IdentitySource": "$request.header.Authorization",
                "JwtConfiguration": {
                    "issuer": {"Fn::Sub": "https://cognito-idp.${AWS::Region}.amazonaws.com/${UserPool}"},
                    "audience": [{"Ref": "UserPoolClient"}],
                },
            }
        },
    }


def test_the_user_pool_has_the_scopes_and_groups_that_the_code_knows() -> None:
    template = read_template()
    (server,) = resources(template, "AWS::Cognito::UserPoolResourceServer").values()
    properties = server["Properties"]
    scopes = {f"{properties['Identifier']}/{scope['ScopeName']}" for scope in properties["Scopes"]}
    groups = resources(template, "AWS::Cognito::UserPoolGroup").values()
    (client,) = resources(template, "AWS::Cognito::UserPoolClient").values()
    assert scopes == {scope.value for scope in Scope}
    assert {group["Properties"]["GroupName"] for group in groups} == {group.value for group in Group}
    assert scopes == set(client["Properties"]["AllowedOAuthScopes"]) - {"openid"}


def test_whatever_makes_the_store_fetch_or_post_is_throttled_below_the_rest() -> None:
    template = read_template()
    api = template["Resources"]["Api"]["Properties"]
    submitting = [route for route, door in DESIGNED.items() if door.function == "submission"]
    fetching = {f"{method} {path}" for method, path in submitting if not path.endswith(("/withdraw", "/drift"))}
    posting = {f"POST {WEBHOOK}/test", f"POST {WEBHOOK}/deliveries/{{delivery_id}}/replay"}
    limited = {route: settings for route, settings in api["RouteSettings"].items() if route not in READ_BY_ALL}
    by_workflows = {f"POST {path}" for method, path in CHECKED_BY_ITSELF if method == "POST"}
    assert set(limited) == fetching | posting | by_workflows
    default = template["Parameters"][api["DefaultRouteSettings"]["ThrottlingRateLimit"]["Ref"]]["Default"]
    for settings in limited.values():
        assert settings["ThrottlingRateLimit"] < default
        assert settings["ThrottlingBurstLimit"] < default


def test_the_public_reads_have_a_limit_of_their_own_above_the_rest() -> None:
    template = read_template()
    api, parameters = template["Resources"]["Api"]["Properties"], template["Parameters"]
    limits = {api["RouteSettings"][route]["ThrottlingRateLimit"]["Ref"] for route in READ_BY_ALL}
    rest = api["DefaultRouteSettings"]["ThrottlingRateLimit"]["Ref"]
    assert all(parameters[limit]["Default"] > parameters[rest]["Default"] for limit in limits)


def test_the_access_log_is_one_json_object_a_line() -> None:
    text = read_template()["Resources"]["Api"]["Properties"]["AccessLogSettings"]["Format"]
    line = json.loads(text)
    assert "\n" not in text
    assert all(value.startswith("$context.") for value in line.values())
    assert line["requestId"] == "$context.requestId"
