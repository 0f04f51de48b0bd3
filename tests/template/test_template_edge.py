"""The CDN: what it keeps and for whom, what it shows to the origin, and what it demands of clients."""

from __future__ import annotations

import fnmatch
import importlib
from typing import TYPE_CHECKING, Any

import pytest

from local.cloudformation import load
from shared.edge import origin
from shared.edge.api import Api
from tests.template.document import ROOMS, ROOT, Node, read_template, resources
from tests.template.test_template_routes import CHECKED_BY_ITSELF, DESIGNED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PATH_POLICY, LIST_POLICY = "PathCachePolicy", "ListCachePolicy"
UNCACHED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
ALL_BUT_THE_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
READING = ["GET", "HEAD"]

type Rule = Callable[[Node], list[str]]


def distribution(template: Node) -> Node:
    """Return the distribution's configuration."""
    found: Node = template["Resources"]["Distribution"]["Properties"]["DistributionConfig"]
    return found


def behaviour(template: Node, path: str) -> Node:
    """Return the behaviour that serves a path: the first whose pattern fits, as CloudFront goes through them."""
    config = distribution(template)
    for each in config["CacheBehaviors"]:
        if fnmatch.fnmatchcase(path, each["PathPattern"]):
            return dict(each)
    return dict(config["DefaultCacheBehavior"])


def is_cached(template: Node, path: str) -> bool:
    return bool(behaviour(template, path)["CachePolicyId"] != UNCACHED)


def kept_but_not_public(template: Node) -> list[str]:
    """Name the routes that are somebody's own, or that change something, and that the edge would keep."""
    own = [(method, path) for (method, path), door in DESIGNED.items() if door.scopes or method not in READING]
    return [f"{method} {path}" for method, path in own if is_cached(template, path)]


def public_but_not_kept(template: Node) -> list[str]:
    """Name the public routes that every request would go to the origin for. The console's pages are a person's own."""
    read = {route: door for route, door in DESIGNED.items() if route[0] in READING and route not in CHECKED_BY_ITSELF}
    public = {path for (_, path), door in read.items() if not door.scopes}
    pages = {path for path in public if path == "/" or path.startswith("/console")}
    return [path for path in sorted(public - pages) if not is_cached(template, path)]


def keys_that_are_not_asked_for(template: Node) -> list[str]:
    """Name the query parameters that the edge drops though a kept route reads them, and those that nobody reads."""
    asked = {name for path, names in _queries() if is_cached(template, path) for name in names}
    policy = template["Resources"][LIST_POLICY]["Properties"]["CachePolicyConfig"]
    told = policy["ParametersInCacheKeyAndForwardedToOrigin"]["QueryStringsConfig"]["QueryStrings"]
    by_path = [
        f"{path} is kept by its path alone"
        for path, names in _queries()
        if names and behaviour(template, path)["CachePolicyId"] == {"Ref": PATH_POLICY}
    ]
    return [*by_path, *sorted(asked ^ set(told))]


def _queries() -> Iterator[tuple[str, set[str]]]:
    for room in ROOMS:
        api: Any = getattr(importlib.import_module(f"functions.{room}.app"), "api", None)
        for route in api.routes if isinstance(api, Api) else ():
            yield route.path, {*route.queries, *({"cursor", "limit"} if route.pages else ())}


def splitting_keys(template: Node) -> list[str]:
    """Name the cache policies with headers or cookies in the key, or with a life for what names none itself."""
    wanted = {"MinTTL": 0, "DefaultTTL": 0}
    wrong = []
    for name, policy in resources(template, "AWS::CloudFront::CachePolicy").items():
        config = policy["Properties"]["CachePolicyConfig"]
        key = config["ParametersInCacheKeyAndForwardedToOrigin"]
        sound = key["HeadersConfig"] == {"HeaderBehavior": "none"} and key["CookiesConfig"] == {
            "CookieBehavior": "none"
        }
        sound = sound and key["EnableAcceptEncodingBrotli"] and key["EnableAcceptEncodingGzip"]
        wrong += [] if sound and {each: config[each] for each in wanted} == wanted else [name]
    key = template["Resources"][PATH_POLICY]["Properties"]["CachePolicyConfig"][
        "ParametersInCacheKeyAndForwardedToOrigin"
    ]
    return wrong + ([] if key["QueryStringsConfig"] == {"QueryStringBehavior": "none"} else [PATH_POLICY])


def careless_behaviours(template: Node) -> list[str]:
    """Name the behaviours that take plain HTTP, tell the origin no host, or leave out what makes answers safe."""
    config = distribution(template)
    everywhere = {
        "TargetOriginId": "api",
        "ViewerProtocolPolicy": "redirect-to-https",
        "Compress": True,
        "ResponseHeadersPolicyId": {"Ref": "EdgeHeadersPolicy"},
        "FunctionAssociations": [
            {
                "EventType": "viewer-request",
                "FunctionARN": {"Fn::GetAtt": ["PublicHost", "FunctionMetadata.FunctionARN"]},
            }
        ],
    }
    kept = everywhere | {"AllowedMethods": READING, "OriginRequestPolicyId": {"Ref": "PublicHostPolicy"}}
    rest = everywhere | {"CachePolicyId": UNCACHED, "OriginRequestPolicyId": ALL_BUT_THE_HOST}
    wrong = [each["PathPattern"] for each in config["CacheBehaviors"] if not kept.items() <= each.items()]
    return wrong + ([] if rest.items() <= config["DefaultCacheBehavior"].items() else ["default"])


def careless_origin(template: Node) -> list[str]:
    """Name what is missing so that the API is reached over TLS 1.2, through the shield, with the secret."""
    (api,) = distribution(template)["Origins"]
    resolved = "{{resolve:secretsmanager:${OriginSecret%s}}}"
    sent = {"Fn::If": ["SendsSecretA", {"Fn::Sub": resolved % "A"}, {"Fn::Sub": resolved % "B"}]}
    wanted = {
        "OriginProtocolPolicy": api["CustomOriginConfig"].get("OriginProtocolPolicy") == "https-only",
        "OriginSSLProtocols": api["CustomOriginConfig"].get("OriginSSLProtocols") == ["TLSv1.2"],
        "OriginShield": api.get("OriginShield", {}).get("Enabled") is True,
        "OriginCustomHeaders": api.get("OriginCustomHeaders")
        == [{"HeaderName": origin.SECRET_HEADER, "HeaderValue": sent}],
    }
    return [name for name, is_right in wanted.items() if not is_right]


def careless_viewers(template: Node) -> list[str]:
    """Name what the distribution lacks towards its clients."""
    config = distribution(template)
    certificate = {
        "AcmCertificateArn": {"Ref": "CertificateArn"},
        "MinimumProtocolVersion": "TLSv1.2_2021",
        "SslSupportMethod": "sni-only",
    }
    wanted = {
        "HttpVersion": "http2and3",
        "ViewerCertificate": {"Fn::If": ["HasDomain", certificate, {"CloudFrontDefaultCertificate": True}]},
        "WebACLId": {"Fn::If": ["HasFirewall", {"Ref": "WebAclArn"}, {"Ref": "AWS::NoValue"}]},
        "CacheTagConfig": {"HeaderName": "cache-tag"},
    }
    lacking = [name for name, value in wanted.items() if config.get(name) != value]
    return lacking + ([] if "Logging" in config else ["Logging"])


def errors_that_stay(template: Node) -> list[str]:
    """Name the statuses that CloudFront would keep by its own rule, whoever they were meant for."""
    own = {400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504}
    answers = distribution(template).get("CustomErrorResponses", ())
    return [str(each) for each in sorted(own - {a["ErrorCode"] for a in answers if a["ErrorCachingMinTTL"] == 0})]


def careless_production(template: Node) -> list[str]:
    """Name what production could be deployed without."""
    rule = template.get("Rules", {}).get("Production", {"Assertions": []})
    demanded = [each["Assert"] for each in rule["Assertions"]]
    needs = ("DomainName", "WebAclArn")
    return [name for name in needs if {"Fn::Not": [{"Fn::Equals": [{"Ref": name}, ""]}]} not in demanded]


RULES: tuple[Rule, ...] = (
    kept_but_not_public,
    public_but_not_kept,
    keys_that_are_not_asked_for,
    splitting_keys,
    careless_behaviours,
    careless_origin,
    careless_viewers,
    errors_that_stay,
    careless_production,
)


@pytest.mark.parametrize("rule", RULES)
def test_the_template_keeps_the_rules_of_the_edge(rule: Rule) -> None:
    assert rule(read_template()) == []


def _first(template: Node) -> Node:
    return dict.__getitem__(distribution(template), "CacheBehaviors")[0]  # type: ignore[no-any-return] # a template


def _key(name: str) -> Callable[[Node], Node]:
    def find(template: Node) -> Node:
        policy = template["Resources"][name]["Properties"]["CachePolicyConfig"]
        found: Node = policy["ParametersInCacheKeyAndForwardedToOrigin"]
        return found

    return find


def _origin(template: Node) -> Node:
    found: Node = distribution(template)["Origins"][0]
    return found


@pytest.mark.parametrize(
    ("rule", "plant"),
    [
        (kept_but_not_public, lambda t: _first(t).update(PathPattern="/v1/*")),
        (kept_but_not_public, lambda t: _first(t).update(PathPattern="*")),
        (public_but_not_kept, lambda t: distribution(t)["CacheBehaviors"].pop(0)),
        (keys_that_are_not_asked_for, lambda t: _key(LIST_POLICY)(t)["QueryStringsConfig"]["QueryStrings"].pop()),
        (keys_that_are_not_asked_for, lambda t: _key(LIST_POLICY)(t)["QueryStringsConfig"]["QueryStrings"].append("x")),
        (keys_that_are_not_asked_for, lambda t: _first(t).update(PathPattern="/catalog*")),
        (splitting_keys, lambda t: _key(PATH_POLICY)(t).update(CookiesConfig={"CookieBehavior": "all"})),
        (splitting_keys, lambda t: _key(PATH_POLICY)(t).update(QueryStringsConfig={"QueryStringBehavior": "all"})),
        (splitting_keys, lambda t: _key(LIST_POLICY)(t).update(HeadersConfig={"HeaderBehavior": "whitelist"})),
        (careless_behaviours, lambda t: _first(t).update(ViewerProtocolPolicy="allow-all")),
        (careless_behaviours, lambda t: _first(t).pop("FunctionAssociations")),
        (careless_behaviours, lambda t: distribution(t)["DefaultCacheBehavior"].pop("OriginRequestPolicyId")),
        (careless_origin, lambda t: _origin(t)["CustomOriginConfig"].update(OriginProtocolPolicy="match-viewer")),
        (careless_origin, lambda t: _origin(t)["CustomOriginConfig"]["OriginSSLProtocols"].append("TLSv1")),
        (careless_origin, lambda t: _origin(t).pop("OriginShield")),
        (careless_origin, lambda t: _origin(t).pop("OriginCustomHeaders")),
        (careless_viewers, lambda t: distribution(t).pop("WebACLId")),
        (careless_viewers, lambda t: distribution(t).pop("CacheTagConfig")),
        (careless_viewers, lambda t: distribution(t).pop("Logging")),
        (
            careless_viewers,
            lambda t: distribution(t)["ViewerCertificate"]["Fn::If"][1].update(MinimumProtocolVersion="TLSv1"),
        ),
        (errors_that_stay, lambda t: distribution(t)["CustomErrorResponses"][2].update(ErrorCachingMinTTL=10)),
        (careless_production, lambda t: t["Rules"]["Production"]["Assertions"].pop()),
    ],
)
def test_a_planted_violation_of_a_rule_of_the_edge_is_found(rule: Rule, plant: Callable[[Node], object]) -> None:
    template = read_template()
    plant(template)
    assert rule(template)


def test_the_edge_puts_its_own_word_in_the_place_of_the_clients() -> None:
    code = read_template()["Resources"]["PublicHost"]["Properties"]["FunctionCode"]["Fn::Sub"]
    assert f'request.headers["{origin.HOST_HEADER}"] = {{ value: host }};' in code
    assert 'var host = "${DomainName}" || event.context.distributionDomainName;' in code


def test_the_firewall_and_its_alarm_are_where_cloudfront_looks_for_them() -> None:
    template = load(ROOT / "edge.yaml")
    (firewall,) = resources(template, "AWS::WAFv2::WebACL").values()
    assert firewall["Properties"]["Scope"] == "CLOUDFRONT"
    groups = {
        rule["Statement"]["ManagedRuleGroupStatement"]["Name"]
        for rule in firewall["Properties"]["Rules"]
        if "ManagedRuleGroupStatement" in rule["Statement"]
    }
    assert groups == {
        "AWSManagedRulesAmazonIpReputationList",
        "AWSManagedRulesCommonRuleSet",
        "AWSManagedRulesKnownBadInputsRuleSet",
    }


def test_every_address_is_limited_and_assistants_that_read_are_limited_less() -> None:
    template = load(ROOT / "edge.yaml")
    (firewall,) = resources(template, "AWS::WAFv2::WebACL").values()
    reads, calls = (
        rule["Statement"]["RateBasedStatement"]
        for rule in firewall["Properties"]["Rules"]
        if "RateBasedStatement" in rule["Statement"]
    )
    # Together they cover every path: one takes what the other does not.
    assert calls["ScopeDownStatement"] == {"NotStatement": {"Statement": reads["ScopeDownStatement"]}}
    assert reads["ScopeDownStatement"]["ByteMatchStatement"]["SearchString"] == "/plugins/"
    limits = [template["Parameters"][each["Limit"]["Ref"]]["Default"] for each in (reads, calls)]
    assert limits[0] > limits[1]
