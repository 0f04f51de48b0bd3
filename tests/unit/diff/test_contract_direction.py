"""A change of the contract means one thing for what is sent and another for what comes back."""

from __future__ import annotations

import pytest

from shared.diff.changes import Change, Direction, Risk
from shared.diff.versions import compare
from tests.unit.diff.documents import Document, documents, version


def only(before: Document, after: Document) -> Change:
    (change,) = compare(version(before), version(after))
    return change


def sent_and_returned(**keywords: object) -> tuple[Document, Document]:
    """Return documents in which a sent, or a returned, text has these keywords."""
    sent, returned = documents(), documents()
    sent["schema"]["components"]["schemas"]["NewList"]["properties"]["name"] |= keywords
    returned["schema"]["components"]["schemas"]["List"]["properties"]["name"] |= keywords
    return sent, returned


@pytest.mark.parametrize(
    ("before", "after", "of_what_is_sent", "of_what_comes_back"),
    [
        ({}, {"pattern": "a+"}, Direction.BREAKING, Direction.NARROWING),
        ({"pattern": "a+"}, {}, Direction.WIDENING, Direction.WIDENING),
        ({"minLength": 3}, {"minLength": 2}, Direction.WIDENING, Direction.WIDENING),
        ({"minLength": 2}, {"minLength": 3}, Direction.BREAKING, Direction.NARROWING),
        ({"enum": ["a", "b"]}, {"enum": ["a"]}, Direction.BREAKING, Direction.NARROWING),
        ({"enum": ["a"]}, {"enum": ["a", "b"]}, Direction.WIDENING, Direction.WIDENING),
        ({}, {"nullable": True}, Direction.WIDENING, Direction.WIDENING),
        ({"type": "string"}, {"type": "integer"}, Direction.BREAKING, Direction.BREAKING),
    ],
)
def test_who_writes_a_value_decides_what_its_change_means(
    before: Document, after: Document, of_what_is_sent: Direction, of_what_comes_back: Direction
) -> None:
    directions = [
        only(old, new).direction
        for old, new in zip(sent_and_returned(**before), sent_and_returned(**after), strict=True)
    ]
    assert directions == [of_what_is_sent, of_what_comes_back]


def test_a_schema_that_is_sent_and_returned_breaks_where_either_would() -> None:
    before, after = documents(), documents()
    for values in (before, after):
        body = values["schema"]["paths"]["/lists"]["post"]["requestBody"]["content"]["application/json"]
        body["schema"] = {"$ref": "#/components/schemas/List"}
    after["schema"]["components"]["schemas"]["List"]["properties"]["name"]["maxLength"] = 5
    change = only(before, after)
    assert (change.direction, change.severity) == (Direction.BREAKING, Risk.MEDIUM)


def test_a_schema_that_nothing_uses_breaks_nobody() -> None:
    before, after = documents(), documents()
    for values in (before, after):
        values["schema"]["components"]["schemas"]["Unused"] = {"type": "string"}
    after["schema"]["components"]["schemas"]["Unused"]["type"] = "integer"
    change = only(before, after)
    assert (change.code, change.direction, change.severity) == ("contract.type-changed", None, Risk.LOW)


def test_a_schema_used_only_by_another_schema_is_on_the_side_of_that_one() -> None:
    before, after = documents(), documents()
    for values in (before, after):
        shared = values["schema"]["components"]["schemas"]
        shared["Owner"] = {"type": "object", "properties": {"age": {"type": "integer"}}}
        shared["NewList"]["properties"]["owner"] = {"$ref": "#/components/schemas/Owner"}
    after["schema"]["components"]["schemas"]["Owner"]["required"] = ["age"]
    change = only(before, after)
    assert (change.code, change.direction) == ("contract.property-required", Direction.BREAKING)


def test_a_change_of_a_shared_part_is_told_once_where_it_stands() -> None:
    values = documents()
    values["schema"]["components"]["schemas"]["List"]["properties"]["name"]["description"] = "Its name."
    change = only(documents(), values)
    assert change.old_pointer == "/schema/components/schemas/List/properties/name/description"


def test_a_reference_that_leads_elsewhere_is_compared_by_what_it_leads_to() -> None:
    values = documents()
    body = values["schema"]["paths"]["/lists"]["post"]["requestBody"]["content"]["application/json"]
    body["schema"] = {"$ref": "#/components/schemas/List"}
    change = only(documents(), values)
    assert change.code == "contract.reference-replaced"
    assert change.before == "#/components/schemas/NewList"
    assert "the property 'shared' was removed" in change.message
    assert "property 'name': the description has changed" in change.message
    assert change.severity is Risk.MEDIUM


def test_a_reference_to_an_equal_part_changes_nothing() -> None:
    before, after = documents(), documents()
    for values in (before, after):
        shared = values["schema"]["components"]["schemas"]
        shared["Copy"] = {**shared["NewList"]}
    body = after["schema"]["paths"]["/lists"]["post"]["requestBody"]["content"]["application/json"]
    body["schema"] = {"$ref": "#/components/schemas/Copy"}
    assert compare(version(before), version(after)) == ()
