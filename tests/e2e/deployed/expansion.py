"""The built template as the emulator takes it: the SAM transform applied, and what it cannot do left out, each by name.

Whatever is not named here is deployed as it stands in the template.
"""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

from samtranslator.translator.transform import transform  # type: ignore[import-untyped] # it ships no types

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

type Node = dict[str, Any]

METHODS = frozenset({"get", "head", "post", "put", "patch", "delete"})


def expanded(packaged: Node) -> Node:
    """Return what CloudFormation would make of the packaged template, less what the emulator cannot do."""
    template: Node = transform(copy.deepcopy(packaged), {}, _NoManagedPolicies())
    for adapt in LEFT_OUT.values():
        adapt(template)
    return template


class _NoManagedPolicies:
    """Stands in for IAM: no function has a managed policy."""

    def load(self) -> dict[str, str]:
        return {}


def _of(template: Node, *kinds: str) -> dict[str, Node]:
    return {name: each for name, each in template["Resources"].items() if each["Type"] in kinds}


def _drop(template: Node, *kinds: str) -> None:
    for name in _of(template, *kinds):
        del template["Resources"][name]


def _write_routes_out(template: Node) -> None:
    ((api, resource),) = _of(template, "AWS::ApiGatewayV2::Api").items()
    body = resource["Properties"].pop("Body")
    resource["Properties"] |= {"Name": {"Ref": "AWS::StackName"}, "ProtocolType": "HTTP"}
    resource["Properties"].pop("Tags", None)
    for name, scheme in body["components"]["securitySchemes"].items():
        authorizer = scheme["x-amazon-apigateway-authorizer"]
        template["Resources"][name] = {
            "Type": "AWS::ApiGatewayV2::Authorizer",
            "Properties": {
                "ApiId": {"Ref": api},
                "Name": name,
                "AuthorizerType": "JWT",
                "IdentitySource": [authorizer["identitySource"]],
                "JwtConfiguration": {
                    name.capitalize(): value for name, value in authorizer["jwtConfiguration"].items()
                },
            },
        }
    for number, (key, operation) in enumerate(_operations(body)):
        template["Resources"] |= _route(api, number, key, operation)


def _operations(body: Node) -> Iterator[tuple[str, Node]]:
    for path, operations in body["paths"].items():
        for method, operation in operations.items():
            if method in METHODS:
                yield f"{method.upper()} {path}", operation


def _route(api: str, number: int, key: str, operation: Node) -> Node:
    integration = operation["x-amazon-apigateway-integration"]
    properties: Node = {
        "ApiId": {"Ref": api},
        "RouteKey": key,
        "Target": {"Fn::Sub": f"integrations/${{Integration{number}}}"},
    }
    for requirement in operation.get("security", ()):
        for name, scopes in requirement.items():
            if name != "NONE":
                authorized = {"AuthorizerId": {"Ref": name}, "AuthorizationType": "JWT", "AuthorizationScopes": scopes}
                properties |= authorized
    return {
        f"Integration{number}": {
            "Type": "AWS::ApiGatewayV2::Integration",
            "Properties": {
                "ApiId": {"Ref": api},
                "IntegrationType": "AWS_PROXY",
                "IntegrationUri": integration["uri"],
                "PayloadFormatVersion": "2.0",
            },
        },
        f"Route{number}": {"Type": "AWS::ApiGatewayV2::Route", "Properties": properties},
    }


def _deploy_at_once(template: Node) -> None:
    _drop(template, "AWS::CodeDeploy::Application", "AWS::CodeDeploy::DeploymentGroup")
    for alias in _of(template, "AWS::Lambda::Alias").values():
        alias.pop("UpdatePolicy", None)


def _forget_the_keys(template: Node) -> None:
    for role in _of(template, "AWS::IAM::Role").values():
        for policy in role["Properties"]["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                condition = statement.get("Condition", {})
                for operator in ("ForAllValues:StringLike", "ForAllValues:StringEquals", "Null"):
                    if "dynamodb:LeadingKeys" in condition.get(operator, {}):
                        del condition[operator]


def _take_plain_http(template: Node) -> None:
    for policy in _of(template, "AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy").values():
        document = policy["Properties"]["PolicyDocument"]
        document["Statement"] = [each for each in document["Statement"] if each["Sid"] != "TlsOnly"]
    for name, policy in _of(template, "AWS::SQS::QueuePolicy").items():
        if not policy["Properties"]["PolicyDocument"]["Statement"]:
            del template["Resources"][name]


def _tell_no_absence(template: Node) -> None:
    for source in _of(template, "AWS::Lambda::EventSourceMapping").values():
        for each in source["Properties"].get("FilterCriteria", {}).get("Filters", ()):
            each["Pattern"] = json.dumps(_without_absences(json.loads(each["Pattern"])))


def _without_absences(pattern: Node) -> Node:
    kept: Node = {}
    for name, part in pattern.items():
        inner = _without_absences(part) if isinstance(part, dict) else part
        if inner and inner != [{"exists": False}]:
            kept[name] = inner
    return kept


LEFT_OUT: dict[str, Callable[[Node], None]] = {
    "It creates an API from an OpenAPI body without a single route: routes and authorizers are written out.": (
        _write_routes_out
    ),
    "It has no CodeDeploy: the aliases move at once.": _deploy_at_once,
    "It does not know which keys a request names: roles reach the whole table, in the same actions.": _forget_the_keys,
    "Its filters do not see that an attribute is absent where it lies deeper: that part is dropped.": _tell_no_absence,
    "It listens in plain HTTP, on loopback: what refuses that is dropped.": _take_plain_http,
}
"""What is changed for the emulator's sake, by the reason."""
