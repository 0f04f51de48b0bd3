"""Canonical JSON: RFC 8785, with integers kept whole, and one digest for JSON and YAML of one document."""

from __future__ import annotations

import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.canonical import canonical_bytes, content_digest
from shared.contracts.parsing import parse

_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(_VALUES)
def test_the_reference_implementation_agrees(value: object) -> None:
    assert canonical_bytes(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (2**53 + 1, b"9007199254740993"),
        (-(2**63), b"-9223372036854775808"),
        (10**40, b"1" + b"0" * 40),
        (1.0, b"1"),
        (-0.0, b"0"),
        (1e21, b"1e+21"),
        (1e-7, b"1e-7"),
        (0.00001, b"0.00001"),
        ({"\U0001f600": 1, "\ufb33": 2}, '{"\U0001f600":1,"\ufb33":2}'.encode()),
        ({"b": 1, "a": 2}, b'{"a":2,"b":1}'),
        ("\x1b\x7f\u2028", '"\\u001b\x7f\u2028"'.encode()),
        ([0.5, 2**60], b"[0.5,1152921504606846976]"),
        ([1.0, 2**60], b"[1,1152921504606846976]"),
    ],
)
def test_hard_cases_are_written_as_the_standard_says_and_integers_whole(value: object, expected: bytes) -> None:
    assert canonical_bytes(value) == expected


@pytest.mark.parametrize(
    ("as_json", "as_yaml"),
    [
        ('{"a": [1, 2.5, true, null, "no"]}', "a:\n- 1\n- 2.5\n- true\n- null\n- 'no'\n"),
        ('{"a": "no"}', "a: no"),
        ('{"a": 9007199254740993}', "a: 9007199254740993"),
        ('{"a": 1e3}', "a: 1000.0"),
        ('{"200": {"b": ""}}', "200: {b: ''}"),
        ('{"a": "x\\ny\\n"}', "a: |\n  x\n  y\n"),
        ('{"a": "\\u0085"}', 'a: "\\N"'),
        ('{"a": -0}', "a: -0"),
    ],
)
def test_json_and_yaml_of_one_document_have_one_digest(as_json: str, as_yaml: str) -> None:
    digests = {content_digest({"schema": parse(text.encode()).value}) for text in (as_json, as_yaml)}
    assert len(digests) == 1


@given(_VALUES)
def test_json_written_with_any_white_space_has_the_digest_of_its_value(value: object) -> None:
    document = {"a": value}
    texts = [
        json.dumps(document, indent=indent, ensure_ascii=escaped) for indent in (None, 2) for escaped in (True, False)
    ]
    assert {canonical_bytes(parse(text.encode()).value) for text in texts} == {canonical_bytes(document)}


def test_documents_that_say_other_things_have_other_digests() -> None:
    values: list[object] = [1, "1", True, "true", None, "null", 1.5, [], {}, "", [1], [[1]], 2**53, 2**53 + 1, {"a": 1}]
    assert len({content_digest({"schema": value}) for value in values}) == len(values)


def test_the_roles_are_part_of_the_digest() -> None:
    assert content_digest({"manifest": {}}) != content_digest({"schema": {}})
