"""YAML: the core schema of 1.2 from libyaml's events, and everything else refused."""

from __future__ import annotations

import pytest

from shared.contracts.parsing import ParseError, parse
from shared.contracts.parsing.limits import MAX_DEPTH


def refusal(text: str) -> ParseError:
    with pytest.raises(ParseError) as caught:
        parse(text.encode())
    return caught.value


def value(text: str) -> object:
    return parse(text.encode()).value


@pytest.mark.parametrize(
    ("scalar", "expected"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("NO", "NO"),
        ("true", True),
        ("TRUE", True),
        ("tRuE", "tRuE"),
        ("null", None),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-12", -12),
        ("+12", 12),
        ("010", 10),
        ("0o17", 15),
        ("0x1F", 31),
        ("0b101", "0b101"),
        ("1_000", "1_000"),
        ("12:30:45", "12:30:45"),
        ("2023-05-22", "2023-05-22"),
        ("2023-05-22T10:00:00Z", "2023-05-22T10:00:00Z"),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1.", 1.0),
        ("1e3", 1000.0),
        ("-1.5E-3", -0.0015),
        ("3.0.1", "3.0.1"),
        ("1e", "1e"),
        (".", "."),
        ("-", [None]),
        ("=", "="),
        ("'12'", "12"),
        ('"true"', "true"),
        ("!!str 200", "200"),
        ("9007199254740993", 9007199254740993),
    ],
)
def test_plain_scalars_follow_the_core_schema(scalar: str, expected: object) -> None:
    read = value(f"a:\n  {scalar}\n")["a"]  # type: ignore[index]
    assert read == expected
    assert type(read) is type(expected)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: 1\n---\nb: 2\n", "document.yaml-second-document"),
        ("a: 1\na: 2\n", "document.duplicate-key"),
        ("200: a\n'200': b\n", "document.duplicate-key"),
        ("a: &a [*a]", "document.yaml-alias"),
        ("a: *nobody", "document.yaml-alias"),
        ("a: &x 1\nb: {<<: {c: 1}}", "document.yaml-merge"),
        ("a: !!python/object:os.system x", "document.yaml-tag"),
        ("a: !!binary aGk=", "document.yaml-tag"),
        ("a: !!map {}", "document.yaml-tag"),
        ("a: !local x", "document.yaml-tag"),
        ("{[a]: b}", "document.yaml-complex-key"),
        ("? {a: b}\n: c", "document.yaml-complex-key"),
        ("a: .inf", "document.number"),
        ("a: -.INF", "document.number"),
        ("a: .nan", "document.number"),
        ("a: 1e999", "document.number"),
        ("a: " + "9" * 500, "document.number"),
        ("a: b: c", "document.yaml-syntax"),
        ("a:\n\t- b", "document.yaml-syntax"),
        ("# nothing\n", "document.empty"),
        ("- " * 100_000, "document.too-deep"),
        ("a: " + "[" * 100_000, "document.too-deep"),
        ("%TAG !a! tag:x,2000:\n" * 20 + "---\na: 1", "document.yaml-tag"),
    ],
)
def test_what_yaml_may_not_hold_is_refused(text: str, code: str) -> None:
    assert refusal(text).code == code


def test_a_merge_key_in_quotes_is_a_key() -> None:
    assert value("'<<': 1") == {"<<": 1}


def test_aliases_are_expanded() -> None:
    assert value("a: &x [1, 2]\nb: *x\nc: &y word\n*y : d") == {"a": [1, 2], "b": [1, 2], "c": "word", "word": "d"}


def test_an_anchor_may_be_defined_anew() -> None:
    assert value("a: &x 1\nb: *x\nc: &x 2\nd: *x") == {"a": 1, "b": 1, "c": 2, "d": 2}


def test_a_billion_laughs_are_refused_at_once() -> None:
    lines = ["a0: &a0 [lol, lol, lol]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]" for n in range(1, 40)]
    assert refusal("\n".join(lines)).code == "document.too-many-nodes"


def test_a_long_text_used_often_is_refused() -> None:
    text = "a: &a '" + "x" * 100_000 + "'\nb: [" + "*a," * 200 + "]"
    assert refusal(text).code == "document.yaml-expansion"


def test_depth_that_aliases_pile_up_is_refused() -> None:
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, MAX_DEPTH + 2)]
    assert refusal("\n".join(lines)).code == "document.too-deep"


def test_depth_that_aliases_pile_up_is_counted_exactly() -> None:
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, MAX_DEPTH - 1)]
    assert value("\n".join(lines)) is not None


@pytest.mark.parametrize("character", ["\x7f", "\x80", "\x85", "\x9f", "\u2028", "\u2029", "\ufeff", "\uffff"])
def test_characters_that_libyaml_refuses_or_breaks_lines_at_are_kept(character: str) -> None:
    for written in (f"a: x{character}y", f"a: 'x{character}y'", f"a: |-\n  x{character}y"):
        assert value(written) == {"a": f"x{character}y"}


def test_such_characters_beside_private_ones_are_refused() -> None:
    assert refusal("a: \x85\U0010f000").code == "document.control-character"


def test_private_characters_alone_are_kept() -> None:
    assert value("a: \U0010f000") == {"a": "\U0010f000"}


@pytest.mark.parametrize(
    ("pointer", "expected"),
    [
        ("", (2, 1)),
        ("/a", (2, 4)),
        ("/b/0/c", (4, 12)),
        ("/b/1", (5, 5)),
        ("/b/1/c", (4, 12)),
        ("/d", (6, 4)),
        ("/d/missing", (6, 4)),
    ],
)
def test_a_pointer_leads_to_line_and_column_through_aliases_too(pointer: str, expected: tuple[int, int]) -> None:
    text = "# comment\na: é\nb:\n  - &x {c: 1}\n  - *x\nd: [2]\n"
    assert parse(text.encode()).position(pointer) == expected


def test_a_refusal_says_where() -> None:
    error = refusal("a: 1\nb:\n  c: 1\n  c: 2\n")
    assert (error.line, error.column) == (4, 3)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("a:\n\t- b", "spaces"),
        ("a: `b`", "quotes"),
        ("a: @b", "quotes"),
        ("a: b: c", "quotes"),
        ("a:\n   b: 1\n  c: 2\n", "indentation"),
    ],
)
def test_a_common_slip_gets_advice_of_its_own(text: str, advice: str) -> None:
    assert advice in refusal(text).fix


def test_a_version_directive_is_allowed() -> None:
    assert value("%YAML 1.2\n---\na: 1\n...\n") == {"a": 1}


def test_windows_line_ends_change_nothing() -> None:
    assert value("a: |\r\n  x\r\n  y\r\nb: 1\r\n") == {"a": "x\ny\n", "b": 1}
