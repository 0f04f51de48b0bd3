"""CloudFormation templates: short tags, and the intrinsic functions that say nothing of a real account.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from local.tokens import CLIENT_ID

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

REGION = "local"
ACCOUNT = "000000000000"
_PSEUDO_PARAMETERS = {
    "AWS::AccountId": ACCOUNT,
    "AWS::NoValue": None,
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/standfast/00000000-0000-0000-0000-000000000000",
    "AWS::StackName": "standfast",
    "AWS::URLSuffix": "amazonaws.com",
}
_PLACEHOLDER = re.compile(r"\$\{(!?)([^}]+)\}")


class TemplateError(Exception):
    """The template says something that this reader does not understand, or that contradicts itself."""


class _Loader(yaml.CSafeLoader):
    """YAML with CloudFormation's short tags, which become the long form: `!Ref X` is `{"Ref": "X"}`."""


def _short_tag(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    match node:
        case yaml.ScalarNode():
            value = loader.construct_scalar(node)
        case yaml.SequenceNode():
            value = loader.construct_sequence(node, deep=True)
        case yaml.MappingNode():
            value = loader.construct_mapping(node, deep=True)
        case _:
            message = f"A tag !{suffix} on nothing."
            raise TemplateError(message)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _short_tag)


def load(path: Path) -> dict[str, Any]:
    """Read a template, short tags in their long form. Raises TemplateError."""
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - a safe loader, with tags
    except (OSError, yaml.YAMLError) as error:
        message = f"{path} cannot be read: {error}"
        raise TemplateError(message) from error
    if not isinstance(document, dict) or not isinstance(document.get("Resources"), dict):
        message = f"{path} is no template: it has no resources."
        raise TemplateError(message)
    return document


def arn_of(logical_id: str) -> str:
    """Return the ARN that a resource has here; its logical id is the last part."""
    return f"arn:aws:standfast:{REGION}:{ACCOUNT}:{logical_id}"


class Evaluator:
    """Evaluates intrinsic functions as for a stack on this machine, where a resource is named by its logical id.

    `parameters` override the defaults of the template's own.
    """

    def __init__(self, document: Mapping[str, Any], parameters: Mapping[str, str]) -> None:
        self._document = document
        self._parameters = parameters
        self._functions: Mapping[str, Callable[[Any], Any]] = {
            "Ref": self._ref,
            "Condition": self._condition,
            "Fn::And": lambda parts: all(self(parts)),
            "Fn::Equals": lambda pair: self(pair[0]) == self(pair[1]),
            "Fn::GetAtt": self._get_att,
            "Fn::If": lambda parts: self(parts[1] if self._condition(parts[0]) else parts[2]),
            "Fn::Join": lambda parts: parts[0].join(str(part) for part in self(parts[1])),
            "Fn::Not": lambda parts: not self(parts[0]),
            "Fn::Or": lambda parts: any(self(parts)),
            "Fn::Select": lambda parts: self(parts[1])[int(self(parts[0]))],
            "Fn::Split": lambda parts: self(parts[1]).split(parts[0]),
            "Fn::Sub": self._sub,
        }

    def __call__(self, node: Any) -> Any:  # noqa: ANN401 - a part of a template, before and after
        """Return a part of the template with every function evaluated. Raises TemplateError."""
        match node:
            case dict():
                return self._mapping(node)
            case list():
                return [value for value in (self(each) for each in node) if value is not None]
        return node

    def resources(self, kind: str) -> dict[str, Mapping[str, Any]]:
        """Return the properties, not evaluated, of each resource of a type that the conditions let into the stack."""
        return {
            name: resource.get("Properties", {})
            for name, resource in self._document["Resources"].items()
            if resource.get("Type") == kind and ("Condition" not in resource or self._condition(resource["Condition"]))
        }

    def _mapping(self, node: dict[str, Any]) -> Any:  # noqa: ANN401
        if len(node) == 1:
            ((name, argument),) = node.items()
            if name in self._functions:
                return self._functions[name](argument)
            if name.startswith("Fn::"):
                message = f"The function {name} is not understood here."
                raise TemplateError(message)
        evaluated = {name: self(value) for name, value in node.items()}
        return {name: value for name, value in evaluated.items() if value is not None}

    def _ref(self, name: str) -> Any:  # noqa: ANN401
        if name in _PSEUDO_PARAMETERS:
            return _PSEUDO_PARAMETERS[name]
        declared = self._document.get("Parameters", {}).get(name)
        if declared is not None:
            value = self._parameters.get(name, declared.get("Default", ""))
            is_list = declared.get("Type") in {"CommaDelimitedList", "List<Number>"}
            return str(value).split(",") if is_list else str(value)
        resource = self._resource(name)
        if resource.get("Type") == "AWS::Cognito::UserPoolResourceServer":
            return resource["Properties"]["Identifier"]
        return CLIENT_ID if resource.get("Type") == "AWS::Cognito::UserPoolClient" else name

    def _get_att(self, path: list[str]) -> str:
        name, attribute = path
        self._resource(name)
        return arn_of(name) if attribute == "Arn" else f"{name}.{attribute}"

    def _resource(self, name: str) -> Mapping[str, Any]:
        resource: Mapping[str, Any] | None = self._document["Resources"].get(name)
        if resource is None:
            message = f"The template speaks of {name!r} and declares no such thing."
            raise TemplateError(message)
        return resource

    def _sub(self, argument: str | list[Any]) -> str:
        text, local = (argument, {}) if isinstance(argument, str) else (argument[0], argument[1])

        def replaced(match: re.Match[str]) -> str:
            literal, name = match.groups()
            if literal:
                return f"${{{name}}}"
            if name in local:
                return str(self(local[name]))
            return str(self._get_att(name.split(".", 1)) if "." in name else self._ref(name))

        return _PLACEHOLDER.sub(replaced, text)

    def _condition(self, name: str) -> bool:
        conditions = self._document.get("Conditions", {})
        if name not in conditions:
            message = f"The template has no condition {name!r}."
            raise TemplateError(message)
        return bool(self(conditions[name]))
