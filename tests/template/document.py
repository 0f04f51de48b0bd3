"""The template as data, and as CloudFormation gets it: the short tags written out, the SAM transform applied."""

from __future__ import annotations

import copy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from samtranslator.translator.transform import transform  # type: ignore[import-untyped] # it ships no types

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "template.yaml"
FUNCTION = "AWS::Serverless::Function"
ROOMS = tuple(sorted(path.parent.name for path in (ROOT / "functions").glob("*/app.py")))
"""The functions as the code has them: each has a folder of its own."""

type Node = dict[str, Any]
"""A mapping of the template. What may stand in it is CloudFormation's business; the rules look at what they need."""


class _Loader(yaml.CSafeLoader):
    """YAML with CloudFormation's short tags."""


def _written_out(loader: _Loader, name: str, node: yaml.Node) -> Node:
    if isinstance(node, yaml.SequenceNode):
        return {f"Fn::{name}": loader.construct_sequence(node, deep=True)}
    if isinstance(node, yaml.MappingNode):
        return {f"Fn::{name}": loader.construct_mapping(node, deep=True)}
    value = str(node.value)
    if name in {"Ref", "Condition"}:
        return {name: value}
    return {f"Fn::{name}": value.split(".", 1) if name == "GetAtt" else value}


_Loader.add_multi_constructor("!", _written_out)


def read_template() -> Node:
    """Return the template; a new one each time, so that a test may plant a fault in it."""
    return copy.deepcopy(_parsed())


@cache
def _parsed() -> Node:
    loader = _Loader(TEMPLATE.read_text(encoding="utf-8"))
    try:
        parsed: Node = loader.get_single_data()
    finally:
        loader.dispose()
    return parsed


def expanded(template: Node) -> Node:
    """Return what CloudFormation makes of the template: folders uploaded, the transform applied."""
    uploaded = copy.deepcopy(template)
    for resource in uploaded["Resources"].values():
        for folder in {"CodeUri", "ContentUri"} & resource["Properties"].keys():
            resource["Properties"][folder] = "s3://bucket/key"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
        return dict(transform(uploaded, {}, _NoManagedPolicies()))


class _NoManagedPolicies:
    """Stands in for IAM: no function here has a managed policy, so nobody may ask for one."""

    def load(self) -> dict[str, str]:
        return {}


def resources(template: Node, kind: str) -> dict[str, Node]:
    """Return the resources of one type, by logical id."""
    return {name: resource for name, resource in template["Resources"].items() if resource["Type"] == kind}


def functions(template: Node) -> dict[str, Node]:
    """Return the properties of the functions, by the name of their room under `functions/`."""
    return {
        each["Properties"]["CodeUri"].strip("/").rpartition("/")[2]: each["Properties"]
        for each in resources(template, FUNCTION).values()
    }


def events(template: Node, kind: str) -> list[tuple[str, Node]]:
    """List the event sources of one type: the function's name and the source's properties."""
    return [
        (name, event["Properties"])
        for name, properties in functions(template).items()
        for event in properties.get("Events", {}).values()
        if event["Type"] == kind
    ]


def target(reference: object) -> str:
    """Return the logical id that a Ref, a GetAtt or the first name of a Sub points at, "" for anything else."""
    match reference:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), *_]}:
            return name
    return ""
