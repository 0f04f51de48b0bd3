"""The parser under random input: a value or a ParseError, never anything else, and the same each time."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from shared.contracts.canonical import canonical_bytes
from shared.contracts.parsing import Parsed, ParseError, parse, parse_json

_PIECES = st.sampled_from(
    ["{", "}", "[", "]", ":", ",", "- ", "? ", "\n", "  ", "\t", "&a ", "*a", "!!str ", "! ", "'", '"', "|\n", ">-\n",
     "#", "%", "---\n", "...\n", "<<: ", "a", "true", "no", "1", "1e5", ".inf", "0x1", "\\u0041", "\\ud800", "é",
     "\x85", "\u2028", "\U0001f600", "\r\n", "\x00", "\x1b", "a: b\n", "\ufeff"]
)  # fmt: skip
_TEXTS = st.lists(_PIECES, max_size=40).map("".join) | st.text(max_size=60)


def values(keys: st.SearchStrategy[str]) -> st.SearchStrategy[object]:
    return st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
        max_leaves=25,
    )


def outcome(body: bytes) -> object:
    try:
        return canonical_bytes(parse(body).value)
    except ParseError as error:
        return (error.code, error.line, error.column)


def check(body: bytes) -> None:
    assert outcome(body) == outcome(body)
    try:
        parsed = parse(body)
    except ParseError as error:
        refusal = error
    else:
        check_positions(parsed)
        return
    assert refusal.message
    assert (refusal.line is None) == (refusal.column is None)


def check_positions(parsed: Parsed) -> None:
    lines = parsed.text.split("\n")
    keys = (
        parsed.value
        if isinstance(parsed.value, dict)
        else range(len(parsed.value))
        if isinstance(parsed.value, list)
        else ()
    )
    for key in keys:
        pointer = "/" + str(key).replace("~", "~0").replace("/", "~1")
        line, column = parsed.position(pointer)
        assert 1 <= line <= len(lines)
        assert 1 <= column <= len(lines[line - 1]) + 1


@given(_TEXTS)
@example("a: *a")
@example("? ? a")
@example("&a a: &a [*a]")
@example("- !!str")
def test_any_text_gives_a_value_or_a_refusal(text: str) -> None:
    check(text.encode(errors="replace"))


@given(st.binary(max_size=80))
def test_any_bytes_give_a_value_or_a_refusal(body: bytes) -> None:
    check(body)


@given(values(st.text()))
def test_what_json_wrote_is_read_back(value: object) -> None:
    text = json.dumps(value, ensure_ascii=False)
    if any(0xD800 <= ord(letter) <= 0xDFFF for letter in text):
        return
    if max(text, default="") >= "\x7f" and isinstance(value, str) and not value.strip():
        return
    assert canonical_bytes(parse_json(text.encode()).value) == canonical_bytes(value)


# A key without `?` in front of it has at most 1,024 characters in YAML (1.2.2, 7.4.2), and an escaped letter up to 12.
@given(
    st.dictionaries(
        st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=500),
        values(st.text(max_size=80)),
        max_size=4,
    )
)
@settings(suppress_health_check=[HealthCheck.filter_too_much])
def test_what_a_yaml_writer_wrote_is_read_back_but_for_the_types_of_yaml_1_1(value: dict[str, object]) -> None:
    text = "---\n" + json.dumps(value, ensure_ascii=True, indent=1)
    if "\\ud" in text:
        return
    assert canonical_bytes(parse(text.encode()).value) == canonical_bytes(value)


@given(
    st.recursive(
        st.text("abcxyz 019.-:", max_size=8),
        lambda inner: st.dictionaries(st.text("abc", min_size=1), inner),
        max_leaves=8,
    )
)
def test_block_style_of_a_common_writer_is_read_back(value: object) -> None:
    text = yaml.safe_dump({"a": value}, default_style="'", allow_unicode=True)
    assert parse(text.encode()).value == {"a": value}


@pytest.mark.slow
@settings(max_examples=20_000)
@given(_TEXTS)
def test_any_text_gives_a_value_or_a_refusal_for_long(text: str) -> None:
    check(text.encode(errors="replace"))
