"""What says the same is reported as the same, however it is written."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
import yaml

from shared.contracts.parsing import parse
from shared.diff.versions import compare, examine
from tests.unit.diff.documents import Document, documents, version


def shuffled(value: Any, random: Random) -> Any:  # noqa: ANN401 - any JSON
    """Return a value whose objects have their keys in another order."""
    if isinstance(value, dict):
        keys = list(value)
        random.shuffle(keys)
        return {key: shuffled(value[key], random) for key in keys}
    return [shuffled(item, random) for item in value] if isinstance(value, list) else value


def changes(values: Document) -> list[str]:
    return [change.code for change in compare(version(documents()), version(values))]


def test_a_version_is_equal_to_itself() -> None:
    assert compare(version(documents()), version(documents())) == ()


def test_the_order_of_keys_means_nothing() -> None:
    assert changes(shuffled(documents(), Random(3))) == []  # noqa: S311 - a seeded choice, no secret


def test_json_and_yaml_of_one_document_are_equal() -> None:
    values = documents()
    values["schema"] = parse(yaml.safe_dump(values["schema"], sort_keys=True, allow_unicode=True).encode()).value
    values["manifest"] = parse(json.dumps(values["manifest"], indent=7).encode()).value
    assert changes(values) == []


@pytest.mark.parametrize(
    "path",
    [
        ("paths", "/lists", "get", "parameters"),
        ("paths", "/lists", "get", "parameters", 1, "schema", "enum"),
        ("components", "schemas", "List", "required"),
        ("components", "schemas", "List", "properties", "colour", "oneOf"),
    ],
)
def test_the_order_of_lists_that_are_sets_means_nothing(path: tuple[str | int, ...]) -> None:
    values = documents()
    items: Any = values["schema"]
    for token in path:
        items = items[token]
    items.reverse()
    assert changes(values) == []


def test_what_is_written_out_may_become_a_shared_part_and_back() -> None:
    values = documents()
    content = values["schema"]["paths"]["/lists"]["get"]["responses"]["200"]["content"]["application/json"]
    values["schema"]["components"]["schemas"]["Lists"] = content["schema"]
    content["schema"] = {"$ref": "#/components/schemas/Lists"}
    assert changes(values) == []
    assert compare(version(values), version(documents())) == ()


def test_a_shared_part_may_be_written_out_in_one_of_its_places() -> None:
    values = documents()
    body = values["schema"]["paths"]["/lists"]["post"]["requestBody"]["content"]["application/json"]
    body["schema"] = documents()["schema"]["components"]["schemas"]["NewList"]
    assert changes(values) == []


def test_a_parameter_may_become_a_shared_one() -> None:
    values = documents()
    parameters = values["schema"]["paths"]["/lists"]["get"]["parameters"]
    values["schema"]["components"]["parameters"] = {"Limit": parameters[0]}
    parameters[0] = {"$ref": "#/components/parameters/Limit"}
    assert changes(values) == []


def test_a_default_that_is_written_out_changes_nothing() -> None:
    values = documents()
    parameter = values["schema"]["paths"]["/lists"]["get"]["parameters"][0]
    parameter |= {"required": False, "deprecated": False}
    parameter["schema"]["nullable"] = False
    del values["manifest"]["api"]["is_user_authenticated"]
    assert changes(values) == []
    assert len(examine(version(documents()), version(values)).restatements) == 4


def test_empty_lists_and_objects_say_nothing() -> None:
    values = documents()
    values["schema"]["paths"]["/lists"]["post"] |= {"parameters": [], "tags": [], "callbacks": {}}
    values["schema"]["components"]["parameters"] = {}
    assert changes(values) == []


def test_a_number_is_the_same_with_and_without_a_fraction_of_nought() -> None:
    values = documents()
    values["schema"]["paths"]["/lists"]["get"]["parameters"][0]["schema"] |= {"minimum": 1.0, "maximum": 100.0}
    assert changes(values) == []


def test_true_is_not_one() -> None:
    values = documents()
    values["schema"]["paths"]["/lists"]["get"]["parameters"][0]["schema"]["minimum"] = True
    assert changes(values) == ["contract.limit-widened"] or changes(values) == ["contract.limit-narrowed"]


def test_the_order_of_servers_is_a_change_since_the_first_that_fits_is_called() -> None:
    before, after = documents(), documents()
    before["schema"]["servers"].append({"url": "https://eu.todo.example.com"})
    after["schema"]["servers"].insert(0, {"url": "https://eu.todo.example.com"})
    (change,) = compare(version(before), version(after))
    assert change.code == "destination.server-order"
    assert change.after == ["https://eu.todo.example.com", "https://todo.example.com"]
