"""JSON: what is read, what is refused, and where findings point."""

from __future__ import annotations

import pytest

from shared.contracts.parsing import ParseError, parse, parse_json
from shared.contracts.parsing.limits import MAX_BYTES, MAX_DEPTH


def refusal(body: bytes) -> ParseError:
    with pytest.raises(ParseError) as caught:
        parse_json(body)
    return caught.value


def test_json_becomes_plain_values() -> None:
    parsed = parse(b'{"a": [1, 2.5, true, null, "\xc3\xa9"]}')
    assert parsed.value == {"a": [1, 2.5, True, None, "é"]}
    assert parsed.format == "json"


def test_one_byte_order_mark_is_dropped() -> None:
    assert parse_json(b"\xef\xbb\xbf{}").value == {}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "document.empty"),
        (b" \n\t", "document.empty"),
        (b" " * (MAX_BYTES + 1), "document.too-large"),
        (b'{"a": "\xff"}', "document.not-utf8"),
        (b'{"a": "\x00"}', "document.control-character"),
        (b'{"a": "\x1b[2J"}', "document.control-character"),
        (b"\xef\xbb\xbf\xef\xbb\xbf{}", "document.json-syntax"),
        (b"<!DOCTYPE html><html></html>", "document.html"),
        (b"{not json", "document.json-syntax"),
        (b'{"a": NaN}', "document.number"),
        (b'{"a": -Infinity}', "document.number"),
        (b'{"a": 1e999}', "document.number"),
        (b'{"a": ' + b"9" * 500 + b"}", "document.number"),
        (b'{"a": 1, "a": 2}', "document.duplicate-key"),
        (b'{"paths": 1, "p\\u0061ths": 2}', "document.duplicate-key"),
        (b'{"a": "\\ud800"}', "document.lone-surrogate"),
        (b'{"a": "\\udc00\\ud800"}', "document.lone-surrogate"),
        (b"[" * 100_000, "document.too-deep"),
        (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "document.too-deep"),
    ],
)
def test_what_json_may_not_hold_is_refused(body: bytes, code: str) -> None:
    assert refusal(body).code == code


def test_the_deepest_document_allowed_is_read() -> None:
    assert parse_json(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH).value is not None


def test_a_pair_of_surrogate_escapes_is_one_character() -> None:
    assert parse_json(b'["\\ud83d\\ude00"]').value == ["\U0001f600"]


def test_a_document_of_exactly_the_limit_is_read() -> None:
    assert parse_json(b"{}" + b" " * (MAX_BYTES - 2)).value == {}


def test_integers_keep_all_their_digits() -> None:
    assert parse_json(b"[9007199254740993]").value == [9007199254740993]


def test_four_hundred_digits_are_a_number() -> None:
    assert parse_json(b"[" + b"9" * 400 + b"]").value == [10**400 - 1]


@pytest.mark.parametrize(
    ("body", "line", "column"),
    [
        (b'{\n "a": 1,\n "b": {"c": 1, "c": 2}\n}', 3, 16),
        (b'{"a": 1,\n}', 2, 1),
        (b'{\n  "a": NaN\n}', 2, 8),
        ('{\n  "é": "é", "b": \x01'.encode(), 2, 18),
    ],
)
def test_a_refusal_says_where(body: bytes, line: int, column: int) -> None:
    error = refusal(body)
    # The standard library points at the comma or behind it, depending on its version.
    assert (error.line, error.column) in {(line, column), (line - 1, 8)}


@pytest.mark.parametrize(
    ("body", "advice"),
    [
        (b'{"a": 1,}', "Remove the comma"),
        (b"{'a': 1}", "double quotes"),
        (b'{"a": 1 // one\n}', "Remove the comment"),
        (b'{"url": {{ host }}}', "Fill in the template"),
        ("{“a”: 1}".encode(), "straight double quotes"),
        (b'{"a": "one\ntwo"}', "\\n"),
        (b'{"a": True}', "lower case"),
        (b"{a: 1}", "double quotes"),
        (b'{"a": 1 "b": 2}', "comma between"),
    ],
)
def test_a_common_slip_gets_advice_of_its_own(body: bytes, advice: str) -> None:
    assert advice in refusal(body).fix


@pytest.mark.parametrize(
    ("pointer", "expected"),
    [
        ("", (1, 1)),
        ("/a", (2, 8)),
        ("/a/1", (2, 12)),
        ("/b~1c/~0", (4, 10)),
        ("/b~1c/nothing/below", (3, 10)),
        ("/é", (6, 8)),
    ],
)
def test_a_pointer_leads_to_line_and_column(pointer: str, expected: tuple[int, int]) -> None:
    body = '{\n  "a": [1, 2],\n  "b/c": {\n    "~": "x, y: {"\n  },\n  "é": 3\n}'
    assert parse(body.encode()).position(pointer) == expected


def test_what_looks_like_json_and_is_yaml_is_read_as_yaml() -> None:
    parsed = parse(b"{a: 1, b: [x, y],}")
    assert parsed.format == "yaml"
    assert parsed.value == {"a": 1, "b": ["x", "y"]}
    assert parsed.misreading is not None


def test_what_is_neither_json_nor_yaml_is_explained_as_json() -> None:
    with pytest.raises(ParseError) as caught:
        parse(b'{"a": [1, }')
    assert caught.value.code == "document.json-syntax"


def test_equal_keys_are_not_excused_by_reading_json_as_yaml() -> None:
    with pytest.raises(ParseError) as caught:
        parse(b"{a: 1, a: 2}")
    assert caught.value.code == "document.duplicate-key"


def test_more_nodes_than_the_limit_are_refused_before_they_are_built() -> None:
    assert refusal(b"[" + b"1," * 1_000_000 + b"1]").code == "document.too-many-nodes"


def test_commas_inside_strings_do_not_count() -> None:
    assert parse_json(b'["' + b"," * 1_000_000 + b'"]').value == ["," * 1_000_000]
