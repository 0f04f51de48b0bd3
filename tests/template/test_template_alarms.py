"""The alarms: each function and each queue has its own, each tells somebody, and a deployment heeds them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from local.cloudformation import load
from shared.domain.figures import METRICS
from tests.template.document import FUNCTION, ROOT, Node, read_template, resources, target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NESTED = "AWS::CloudFormation::Stack"
ALARM = "AWS::CloudWatch::Alarm"
OF_FUNCTIONS, OF_QUEUES = "alarms/function.yaml", "alarms/queue.yaml"
OWN_NAMESPACE = {"Fn::Sub": "Standfast/${AWS::StackName}"}

type Rule = Callable[[Node], list[str]]


def _stacks(template: Node, url: str) -> dict[str, Node]:
    found = resources(template, NESTED)
    return {
        name: each["Properties"]["Parameters"]
        for name, each in found.items()
        if each["Properties"]["TemplateURL"] == url
    }


def functions_without_alarms(template: Node) -> list[str]:
    """Name the functions that no stack of alarms watches, with their own log, and those whose deployment heeds none."""
    watched = {
        target(parameters["Function"]): (name, target(parameters["LogGroup"]), target(parameters["Topic"]))
        for name, parameters in _stacks(template, OF_FUNCTIONS).items()
    }
    wrong = []
    for name, function in resources(template, FUNCTION).items():
        stack, log, topic = watched.get(name, ("", "", ""))
        own_log = target(function["Properties"]["LoggingConfig"]["LogGroup"])
        heeded = function["Properties"].get("DeploymentPreference", {}).get("Alarms")
        is_right = log == own_log and topic == "AlarmTopic"
        told = [{"Fn::GetAtt": [stack, f"Outputs.{alarm}"]} for alarm in ("Errors", "Faults")]
        wrong += [] if is_right and heeded == told else [name]
    return wrong


def streams_that_may_fall_behind(template: Node) -> list[str]:
    """Name the functions that read the stream without an alarm of how far behind they are."""
    watched = {target(each["Function"]): each for each in _stacks(template, OF_FUNCTIONS).values()}
    return [
        name
        for name, function in resources(template, FUNCTION).items()
        if any(event["Type"] == "DynamoDB" for event in function["Properties"]["Events"].values())
        and not watched.get(name, {}).get("BehindMilliseconds")
    ]


def alarms_that_come_too_late(template: Node) -> list[str]:
    """Name the functions that would be stopped before they are told to be slow."""
    default = template["Globals"]["Function"]["Timeout"]
    limits = {
        name: 1000 * function["Properties"].get("Timeout", default)
        for name, function in resources(template, FUNCTION).items()
    }
    stacks = _stacks(template, OF_FUNCTIONS).values()
    return [target(each["Function"]) for each in stacks if each["SlowMilliseconds"] >= limits[target(each["Function"])]]


def queues_without_alarms(template: Node) -> list[str]:
    """Name the queues whose age, or whose dead letters, nobody would hear of."""
    queues = resources(template, "AWS::SQS::Queue")
    feeding = {name for name, queue in queues.items() if "RedrivePolicy" in queue["Properties"]}
    stacks = _stacks(template, OF_QUEUES).values()
    told = [each for each in stacks if target(each["Topic"]) == "AlarmTopic"]
    aged = {target(each.get("Queue")) for each in told if each.get("OldestSeconds", 0) > 0}
    return sorted((feeding - aged) | (set(queues) - feeding - {target(each["DeadLetters"]) for each in told}))


def silent_alarms(template: Node) -> list[str]:
    """Name the alarms that tell nobody, or do not say what is the matter."""
    topics = {"AlarmTopic"}
    return [
        name
        for name, alarm in resources(template, ALARM).items()
        if {target(each) for each in alarm["Properties"].get("AlarmActions", ())} != topics
        or not alarm["Properties"].get("AlarmDescription")
        or "TreatMissingData" not in alarm["Properties"]
    ]


def unknown_metrics(template: Node) -> list[str]:
    """Name the metrics of the store's own that an alarm or the dashboard reads and no function writes."""
    known = {metric.name for metric in METRICS}
    return sorted({name for name in (*_of_alarms(template), *_of_the_dashboard(template)) if name not in known})


def _of_alarms(template: Node) -> Iterator[str]:
    for alarm in resources(template, ALARM).values():
        if alarm["Properties"]["Namespace"] == OWN_NAMESPACE:
            yield alarm["Properties"]["MetricName"]


def _of_the_dashboard(template: Node) -> Iterator[str]:
    for widget in dashboard(template)["widgets"]:
        for metric in widget["properties"].get("metrics", ()):
            if metric[0] == "Standfast/standfast":
                yield metric[1]


def dashboard(template: Node) -> Node:
    """Return the dashboard's body as CloudWatch reads it."""
    body = template["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    text = re.sub(r"\$\{(AWS::)?(\w+)(\.Arn)?\}", lambda found: _played(template, found[2]), body)
    read: Node = json.loads(text)
    return read


def _played(template: Node, name: str) -> str:
    if name == "StackName":
        return "standfast"
    assert name in template["Resources"] or name == "Region", name
    return name


RULES: tuple[Rule, ...] = (
    functions_without_alarms,
    streams_that_may_fall_behind,
    alarms_that_come_too_late,
    queues_without_alarms,
    silent_alarms,
    unknown_metrics,
)


@pytest.mark.parametrize("rule", RULES)
def test_the_template_keeps_the_rules_of_alarms(rule: Rule) -> None:
    assert rule(read_template()) == []


def _properties(template: Node, name: str) -> Node:
    found: Node = template["Resources"][name]["Properties"]
    return found


@pytest.mark.parametrize(
    ("rule", "plant"),
    [
        (functions_without_alarms, lambda t: t["Resources"].pop("StatusAlarms")),
        (functions_without_alarms, lambda t: _properties(t, "StatusFunction").pop("DeploymentPreference")),
        (
            functions_without_alarms,
            lambda t: _properties(t, "StatusAlarms")["Parameters"].update(LogGroup={"Ref": "ReviewLogGroup"}),
        ),
        (
            functions_without_alarms,
            lambda t: _properties(t, "StatusFunction").update(
                DeploymentPreference=_properties(t, "ReviewFunction")["DeploymentPreference"]
            ),
        ),
        (
            streams_that_may_fall_behind,
            lambda t: _properties(t, "NotifyAlarms")["Parameters"].pop("BehindMilliseconds"),
        ),
        (alarms_that_come_too_late, lambda t: _properties(t, "ResolveFunction").update(Timeout=1)),
        (queues_without_alarms, lambda t: t["Resources"].pop("SnapshotQueueAlarms")),
        (queues_without_alarms, lambda t: t["Resources"].pop("NotifyQueueAlarms")),
        (queues_without_alarms, lambda t: _properties(t, "SnapshotQueueAlarms")["Parameters"].pop("OldestSeconds")),
        (silent_alarms, lambda t: _properties(t, "ApiErrors").pop("AlarmActions")),
        (silent_alarms, lambda t: _properties(t, "ApiErrors").update(AlarmActions=[{"Ref": "EventTopic"}])),
        (unknown_metrics, lambda t: _properties(t, "PurgeLate").update(MetricName="PurgeLagg")),
    ],
)
def test_a_planted_violation_of_a_rule_of_alarms_is_found(rule: Rule, plant: Callable[[Node], object]) -> None:
    template = read_template()
    plant(template)
    assert rule(template)


@pytest.mark.parametrize("path", [OF_FUNCTIONS, OF_QUEUES])
def test_every_alarm_of_a_function_or_a_queue_tells_whom_it_is_told_to(path: str) -> None:
    alarms = resources(load(ROOT / path), ALARM).values()
    assert alarms
    for alarm in alarms:
        assert alarm["Properties"]["AlarmActions"] == [{"Ref": "Topic"}]
        assert alarm["Properties"]["OKActions"] == [{"Ref": "Topic"}]
        assert alarm["Properties"]["TreatMissingData"] == "notBreaching"


def test_a_function_is_watched_for_errors_throttles_slowness_and_delay() -> None:
    alarms = resources(load(ROOT / OF_FUNCTIONS), ALARM)
    assert set(alarms) == {"Errors", "Faults", "Throttles", "Slow", "Behind"}
    assert alarms["Slow"]["Properties"]["ExtendedStatistic"] == "p99"
    assert alarms["Behind"]["Properties"]["MetricName"] == "IteratorAge"


def test_the_topic_of_alarms_is_one_that_alarms_can_reach() -> None:
    # CloudWatch may not use the key `alias/aws/sns`, and nobody can allow it to: such a topic would stay silent.
    assert "KmsMasterKeyId" not in _properties(read_template(), "AlarmTopic")
    assert "KmsMasterKeyId" not in _properties(load(ROOT / "edge.yaml"), "AlarmTopic")


def test_the_dashboard_shows_every_alarm_of_the_whole() -> None:
    template = read_template()
    (widget,) = (each for each in dashboard(template)["widgets"] if each["type"] == "alarm")
    assert set(widget["properties"]["alarms"]) == set(resources(template, ALARM))


def test_the_widgets_of_the_dashboard_cover_no_other() -> None:
    places: set[tuple[int, int]] = set()
    for each in dashboard(read_template())["widgets"]:
        columns, rows = range(each["x"], each["x"] + each["width"]), range(each["y"], each["y"] + each["height"])
        own = {(x, y) for x in columns for y in rows}
        assert not own & places
        assert max(columns) < 24
        places |= own
