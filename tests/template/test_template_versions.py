"""Published versions: what is called is what was deployed, and shifted to with care; whatever changes it makes one."""

from __future__ import annotations

import copy
import re
import subprocess
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from tests.template.document import FUNCTION, ROOT, TEMPLATE, Node, expanded, functions, read_template, resources

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.xdist_group("versions")
ALIAS = "AWS::Lambda::Alias"
STAMP = "settings: unstamped"


def versions(template: Node) -> set[str]:
    """Return the versions that a deployment publishes: a name that was there before is not published again."""
    return set(resources(expanded(template), "AWS::Lambda::Version"))


@cache
def deployed() -> set[str]:
    """Return the versions of the template as it is. Its expansion is what takes the time."""
    return versions(read_template())


def _change(template: Node, change: Callable[[Node], object]) -> Node:
    changed = copy.deepcopy(template)
    change(changed)
    return changed


CHANGES: dict[str, Callable[[Node], object]] = {
    "the shared layer": lambda t: t["Resources"]["SharedLayer"]["Properties"].update(Description="other source"),
    "the stamp": lambda t: t["Globals"]["Function"]["Tags"].update(settings="s1"),
    "a setting of all": lambda t: t["Globals"]["Function"].update(Runtime="python3.14"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_all_functions_publishes_a_version_of_each(change: str) -> None:
    template = read_template()
    assert not deployed() & versions(_change(template, CHANGES[change]))
    assert len(deployed()) == len(functions(template))


def test_a_parameters_value_alone_publishes_nothing_which_is_why_a_deployment_is_stamped() -> None:
    changed = _change(read_template(), lambda t: t["Parameters"]["PolicyProfile"].update(Default="documented"))
    assert versions(changed) == deployed()


@pytest.mark.parametrize(
    "plant",
    [
        lambda t: t["Globals"]["Function"].pop("AutoPublishAliasAllProperties"),
        lambda t: t["Resources"]["SharedLayer"]["Properties"].pop("PublishLambdaVersion"),
    ],
)
def test_a_template_that_would_deploy_a_layer_to_nobody_is_found(plant: Callable[[Node], object]) -> None:
    template = _change(read_template(), plant)
    assert versions(template) == versions(_change(template, CHANGES["the shared layer"]))


def test_a_deployment_is_stamped_with_what_its_parameters_are() -> None:
    recipe = subprocess.run(
        ["make", "--dry-run", "--always-make", "deploy", "STAGE=dev"],  # noqa: S607 - make says what it would do
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    found = re.search(r"sed 's/(settings: unstamped)/settings: (s\d+)/'", recipe)
    assert found, recipe
    assert TEMPLATE.read_text(encoding="utf-8").count(found[1]) == 1


def test_everybody_calls_the_alias_and_nobody_the_function() -> None:
    template = expanded(read_template())
    for source in resources(template, "AWS::Lambda::EventSourceMapping").values():
        assert source["Properties"]["FunctionName"]["Ref"].endswith("Aliaslive")
    for permission in resources(template, "AWS::Lambda::Permission").values():
        assert permission["Properties"]["FunctionName"]["Ref"].endswith("Aliaslive")


def test_production_shifts_a_tenth_first_and_heeds_an_alarm_of_each_function() -> None:
    template = expanded(read_template())
    groups = resources(template, "AWS::CodeDeploy::DeploymentGroup")
    assert len(groups) == len(functions(read_template()))
    for name, group in groups.items():
        properties: dict[str, Any] = group["Properties"]
        in_production = properties["DeploymentConfigName"]["Fn::If"][1]["Fn::Sub"][1]
        assert in_production == {"ConfigName": "Canary10Percent5Minutes"}
        assert properties["AlarmConfiguration"]["Enabled"] is True
        assert properties["AlarmConfiguration"]["Alarms"], name
        assert "DEPLOYMENT_STOP_ON_ALARM" in properties["AutoRollbackConfiguration"]["Events"]
        assert properties["ServiceRoleArn"] == {"Fn::GetAtt": ["DeploymentRole", "Arn"]}


def test_versions_stay_for_a_rollback_and_so_does_their_layer() -> None:
    template = expanded(read_template())
    for kind in ("AWS::Lambda::Version", "AWS::Lambda::LayerVersion"):
        assert {each["DeletionPolicy"] for each in resources(template, kind).values()} == {"Retain"}


def test_the_stack_stays_well_within_the_500_resources_that_cloudformation_takes() -> None:
    assert len(expanded(read_template())["Resources"]) < 450


def test_the_public_route_starts_from_a_snapshot() -> None:
    starting = {
        name
        for name, function in resources(read_template(), FUNCTION).items()
        if function["Properties"].get("SnapStart") == {"ApplyOn": "PublishedVersions"}
    }
    assert starting == {"ResolveFunction"}
