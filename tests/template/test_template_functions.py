"""The functions: their handlers, settings, roles, logs, time limits, and where their failures go."""

from __future__ import annotations

import importlib
import re
from collections import Counter
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import pytest

from shared.contracts.policy import PROFILES
from shared.edge import origin
from tests.template.document import ROOMS, TEMPLATE, Node, events, functions, read_template, resources, target

if TYPE_CHECKING:
    from collections.abc import Callable

API_GATEWAY_GIVES_UP_AFTER = 29
SYNCHRONOUS = frozenset({"HttpApi"})
"""Event types whose caller gets the error. Every other one needs a place for what fails."""

type Rule = Callable[[Node], list[str]]


def broken_handlers(template: Node) -> list[str]:
    """Name the functions whose handler is not the callable `functions.<room>.app.handler` of their own folder."""
    broken = []
    for name, function in functions(template).items():
        path: str = function["Handler"]
        try:
            module, _, attribute = path.rpartition(".")
            handler = getattr(importlib.import_module(module), attribute, None)
        except ImportError:
            handler = None
        if (
            not callable(handler)
            or path != f"functions.{name}.app.handler"
            or function["CodeUri"] != f"functions/{name}/"
        ):
            broken.append(f"{name}: {path} from {function['CodeUri']}")
    return broken


def unsettled_variables(template: Node) -> list[str]:
    """Name every variable that is no field of its function's Settings, and every field that has no variable.

    What answers HTTP has those of the edge's origin besides.
    """
    answering = {name for name, _ in events(template, "HttpApi")}
    wrong = []
    for name, function in functions(template).items():
        known = _fields(importlib.import_module(f"functions.{name}.settings").Settings)
        known |= _fields(origin.Settings) if name in answering else set()
        variables = set(function.get("Environment", {}).get("Variables", {}))
        wrong += [f"{name}: {variable}" for variable in variables ^ known]
    return wrong


def _fields(settings: Any) -> set[str]:  # noqa: ANN401 - any dataclass
    return {field.name.upper() for field in fields(settings)}


def shared_or_foreign_roles(template: Node) -> list[str]:
    """Name the functions without a role to themselves that Lambda, and nothing else, may take on."""
    roles = resources(template, "AWS::IAM::Role")
    uses = Counter(target(function.get("Role")) for function in functions(template).values())
    return [
        name
        for name, function in functions(template).items()
        if uses[target(function.get("Role"))] > 1 or not _is_lambdas_own(roles.get(target(function.get("Role"))))
    ]


def _is_lambdas_own(role: Node | None) -> bool:
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return role is not None and role["Properties"]["AssumeRolePolicyDocument"]["Statement"] == [trust]


def endless_logs(template: Node) -> list[str]:
    """Name every log group that keeps its lines for ever, and every function without a log group to itself."""
    groups = resources(template, "AWS::Logs::LogGroup")
    chosen = {name: target(each.get("LoggingConfig", {}).get("LogGroup")) for name, each in functions(template).items()}
    uses = Counter(chosen.values())
    endless = [name for name, group in groups.items() if "RetentionInDays" not in group["Properties"]]
    return endless + [name for name, group in chosen.items() if group not in groups or uses[group] > 1]


def sources_without_failure_destination(template: Node) -> list[str]:
    """Name the functions with an asynchronous source whose failures would vanish, or repeat a whole batch."""
    kinds = {event["Type"] for each in functions(template).values() for event in each.get("Events", {}).values()}
    covered = SYNCHRONOUS | {"SQS", "DynamoDB"}
    unknown = [f"sources of type {kind} are not covered by this rule" for kind in kinds - covered]
    lost = [name for name, source in events(template, "SQS") if not _keeps_failures(template, source)]
    missed = [
        name for name, source in events(template, "DynamoDB") if not _keeps_what_it_cannot_digest(template, source)
    ]
    return unknown + lost + missed


def _keeps_failures(template: Node, source: Node) -> bool:
    queues = resources(template, "AWS::SQS::Queue")
    queue = queues.get(target(source["Queue"]), {"Properties": {}})["Properties"]
    redrive = queue.get("RedrivePolicy", {})
    dead_letters = queues.get(target(redrive.get("deadLetterTargetArn")))
    return (
        source.get("FunctionResponseTypes") == ["ReportBatchItemFailures"]
        and redrive.get("maxReceiveCount") == 5
        and dead_letters is not None
        and dead_letters["Properties"]["MessageRetentionPeriod"] > queue["MessageRetentionPeriod"]
    )


def _keeps_what_it_cannot_digest(template: Node, source: Node) -> bool:
    queues = resources(template, "AWS::SQS::Queue")
    destination = source.get("DestinationConfig", {}).get("OnFailure", {})
    return (
        source.get("FunctionResponseTypes") == ["ReportBatchItemFailures"]
        and source.get("BisectBatchOnFunctionError") is True
        # Without a limit a record is tried until the stream forgets it, and then it is nowhere.
        and source.get("MaximumRetryAttempts", -1) > 0
        and destination.get("Type") == "SQS"
        and target(destination.get("Destination")) in queues
    )


def impatient_limits(template: Node) -> list[str]:
    """Name the functions that outlast their caller: API Gateway, or the time for which the queue hides a message."""
    limits = {name: _seconds(template, function) for name, function in functions(template).items()}
    queues = resources(template, "AWS::SQS::Queue")
    late = [name for name, _ in events(template, "HttpApi") if limits[name] > API_GATEWAY_GIVES_UP_AFTER]
    # AWS asks for six times the function's time limit, so that retries of a throttled batch stay hidden.
    return late + [
        name
        for name, source in events(template, "SQS")
        if queues[target(source["Queue"])]["Properties"]["VisibilityTimeout"] < 6 * limits[name]
    ]


def _seconds(template: Node, function: Node) -> int:
    return int(function.get("Timeout", template["Globals"]["Function"]["Timeout"]))


def badly_packaged(template: Node) -> list[str]:
    """Name the functions that are not built as their own folder with the shared layer beside it."""
    build = {"BuildMethod": "python3.13", "BuildProperties": {"ParentPackageMode": "auto"}}
    return [
        name
        for name, each in resources(template, "AWS::Serverless::Function").items()
        if each.get("Metadata") != build or each["Properties"].get("Layers") != [{"Ref": "SharedLayer"}]
    ]


RULES: tuple[Rule, ...] = (
    broken_handlers,
    unsettled_variables,
    shared_or_foreign_roles,
    endless_logs,
    sources_without_failure_destination,
    impatient_limits,
    badly_packaged,
)


@pytest.mark.parametrize("rule", RULES)
def test_the_template_keeps_the_rules_of_functions(rule: Rule) -> None:
    assert rule(read_template()) == []


def _resource(name: str, *path: str) -> Callable[[Node], Node]:
    def find(template: Node) -> Node:
        node: Node = template["Resources"][name]
        for part in ("Properties", *path):
            node = node[part]
        return node

    return find


_queue = _resource("SnapshotQueue")
_source = _resource("SnapshotFunction", "Events", "SnapshotRequests", "Properties")
_stream = _resource("NotifyFunction", "Events", "Committed", "Properties")
_trust = _resource("StatusRole", "AssumeRolePolicyDocument")


@pytest.mark.parametrize(
    ("rule", "plant"),
    [
        (broken_handlers, lambda t: _resource("StatusFunction")(t).update(Handler="functions.status.app.handle")),
        (broken_handlers, lambda t: _resource("StatusFunction")(t).update(Handler="functions.review.app.handler")),
        (broken_handlers, lambda t: _resource("StatusFunction")(t).update(Handler="functions.status.main.handler")),
        (unsettled_variables, lambda t: _resource("StatusFunction", "Environment", "Variables")(t).pop("BUCKET_NAME")),
        (unsettled_variables, lambda t: _resource("StatusFunction", "Environment", "Variables")(t).update(DEBUG="1")),
        (
            unsettled_variables,
            lambda t: _resource("ResolveFunction", "Environment", "Variables")(t).pop("ORIGIN_SECRETS"),
        ),
        (
            unsettled_variables,
            lambda t: _resource("SnapshotFunction", "Environment", "Variables")(t).update(ORIGIN_SECRETS="x"),
        ),
        (
            shared_or_foreign_roles,
            lambda t: _resource("StatusFunction")(t).update(Role=_resource("ReviewFunction")(t)["Role"]),
        ),
        (shared_or_foreign_roles, lambda t: _resource("StatusFunction")(t).pop("Role")),
        (shared_or_foreign_roles, lambda t: _trust(t)["Statement"][0].update(Principal={"AWS": "*"})),
        (endless_logs, lambda t: _resource("ApiLogGroup")(t).pop("RetentionInDays")),
        (endless_logs, lambda t: _resource("StatusFunction")(t).pop("LoggingConfig")),
        (
            endless_logs,
            lambda t: _resource("StatusFunction", "LoggingConfig")(t).update(LogGroup={"Ref": "ReviewLogGroup"}),
        ),
        (sources_without_failure_destination, lambda t: _queue(t).pop("RedrivePolicy")),
        (
            sources_without_failure_destination,
            lambda t: _queue(t)["RedrivePolicy"].update(deadLetterTargetArn="arn:gone"),
        ),
        (sources_without_failure_destination, lambda t: _source(t).pop("FunctionResponseTypes")),
        (sources_without_failure_destination, lambda t: _stream(t).pop("DestinationConfig")),
        (sources_without_failure_destination, lambda t: _stream(t).pop("MaximumRetryAttempts")),
        (sources_without_failure_destination, lambda t: _stream(t).pop("FunctionResponseTypes")),
        (
            sources_without_failure_destination,
            lambda t: _resource("StatusFunction", "Events")(t).update(New={"Type": "Schedule", "Properties": {}}),
        ),
        (impatient_limits, lambda t: _queue(t).update(VisibilityTimeout=60)),
        (impatient_limits, lambda t: _resource("ResolveFunction")(t).update(Timeout=30)),
        (badly_packaged, lambda t: _resource("ResolveFunction")(t).pop("Layers")),
        (badly_packaged, lambda t: t["Resources"]["ResolveFunction"].pop("Metadata")),
    ],
)
def test_a_planted_violation_of_a_rule_of_functions_is_found(rule: Rule, plant: Callable[[Node], object]) -> None:
    template = read_template()
    plant(template)
    assert set(rule(template)) - set(rule(read_template()))


def test_every_room_is_a_function_and_every_function_a_room() -> None:
    assert sorted(functions(read_template())) == list(ROOMS)


def test_the_fetching_function_is_in_no_vpc() -> None:
    # In one it would reach what nobody else does; outside, the internet is all there is.
    assert all("VpcConfig" not in function for function in functions(read_template()).values())


def test_a_strangers_document_takes_no_other_one_down_with_it() -> None:
    sizes = {name: source["BatchSize"] for name, source in events(read_template(), "SQS")}
    assert sizes
    assert set(sizes.values()) == {1}


def test_every_policy_profile_can_be_deployed_and_no_other() -> None:
    profile = read_template()["Parameters"]["PolicyProfile"]
    assert set(profile["AllowedValues"]) == set(PROFILES)


def test_the_deployed_profile_is_the_codes_own_default() -> None:
    settings = importlib.import_module("functions.snapshot.settings").Settings
    defaults = {field.name: field.default for field in fields(settings)}
    assert read_template()["Parameters"]["PolicyProfile"]["Default"] == defaults["profile"]


def test_the_head_of_the_template_lists_its_chapters_in_their_order() -> None:
    text = TEMPLATE.read_text(encoding="utf-8")
    chapters = re.findall(r"^ *# -{10,} (.+)$", text, flags=re.MULTILINE)
    head = text.partition("# Chapters: ")[2].partition(".\n")[0].replace("\n# ", " ")
    assert head.split(" · ") == chapters
