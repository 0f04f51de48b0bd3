"""Each guard switched off in turn: the cases must notice, or they prove nothing."""

from __future__ import annotations

import pytest

from shared.contracts import manifest_rules, remarks
from shared.contracts.openapi import judging
from shared.contracts.parsing import ParseError, documents, json_text, parse, yaml_text
from shared.contracts.text import hidden, markup, phrases, scanning
from shared.contracts.text.scanning import text_remarks
from tests.unit.contracts.documents import HOST, codes, judged, with_operation
from tests.unit.contracts.hostile import DOCUMENTS
from tests.unit.contracts.test_hidden_text import cases, codes_of


def missed() -> bool:
    return any(code not in codes_of(text) for code, text in cases())


def test_with_all_guards_nothing_is_missed() -> None:
    assert not missed()


@pytest.mark.parametrize("rule", [rule.__name__ for _, rule in hidden._RULES])
def test_each_rule_about_characters_is_needed(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hidden, "_RULES", tuple(pair for pair in hidden._RULES if pair[1].__name__ != rule))
    assert missed()


@pytest.mark.parametrize("does", sorted({phrase.does for phrase in phrases._PHRASES}))
def test_each_kind_of_phrase_is_needed(does: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phrases, "_PHRASES", tuple(kept for kept in phrases._PHRASES if kept.does != does))
    assert missed()


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (scanning, "padding_hits"),
        (scanning, "markup_hits"),
        (scanning, "link_hits"),
        (scanning, "escape_hits"),
        (scanning, "encoded_hits"),
        (hidden, "_controls"),
    ],
)
def test_each_other_rule_about_texts_is_needed(module: object, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, name, lambda *_: iter(()))
    assert missed()


def test_letters_that_look_alike_have_to_be_folded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phrases, "folded", lambda text: text)
    assert missed()


def test_marks_of_roles_have_to_be_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "role_mark", lambda _: "")
    assert missed()


def test_an_exception_that_is_too_wide_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hidden, "_is_honest", lambda *_: True)
    assert missed()


def _code(name: str) -> str:
    try:
        parse(DOCUMENTS[name]())
    except ParseError as error:
        return error.code
    return ""


_NO_LIMIT = 10**12


@pytest.mark.parametrize(
    ("limit", "name", "code"),
    [
        ((documents, "MAX_BYTES"), "too_large", "document.too-large"),
        ((json_text, "MAX_DEPTH"), "json_depth", "document.too-deep"),
        ((json_text, "MAX_NODES"), "json_nodes", "document.too-many-nodes"),
        ((yaml_text, "MAX_DEPTH"), "yaml_depth", "document.too-deep"),
        ((yaml_text, "MAX_NODES"), "yaml_laughs", "document.too-many-nodes"),
        ((yaml_text, "MAX_TEXT"), "yaml_text", "document.yaml-expansion"),
        ((yaml_text, "MAX_ANCHORS"), "yaml_anchors", "document.yaml-expansion"),
        ((yaml_text, "MAX_COLLECTIONS"), "yaml_collections", "document.too-many-nodes"),
        ((yaml_text, "_MAX_DIRECTIVES"), "yaml_directives", "document.yaml-tag"),
    ],
)
def test_each_limit_is_needed(limit: tuple[object, str], name: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Small enough to be survived without the limit.
    small = {
        "too_large": lambda: b"a: 1" + b" " * (4 * 1024 * 1024),
        "json_depth": lambda: b"[" * 70 + b"]" * 70,
        "json_nodes": lambda: b"[" + b"1," * 460_000 + b"1]",
        "yaml_depth": lambda: b"a: " + b"[" * 70 + b"]" * 70,
        "yaml_laughs": lambda: b"a: &a [" + b"x," * 1_000 + b"]\nb: [" + b"*a," * 1_000 + b"]",
        "yaml_text": lambda: b"a: &a '" + b"x" * 100_000 + b"'\nb: [" + b"*a," * 200 + b"]",
        "yaml_anchors": lambda: b"".join(b"a%d: &a%d x\n" % (n, n) for n in range(10_001)),
        "yaml_collections": lambda: b"a: [" + b"[]," * 200_001 + b"]",
        "yaml_directives": lambda: b"".join(b"%%TAG !a%d! tag:x,2000:\n" % n for n in range(12)) + b"---\na: 1",
    }
    monkeypatch.setitem(DOCUMENTS, name, small[name])
    assert _code(name) == code
    monkeypatch.setattr(*limit, _NO_LIMIT)
    assert _code(name) == ""


@pytest.mark.parametrize(
    ("rule", "body", "code"),
    [
        ("reference_remarks", with_operation(parameters=[{"$ref": "other.yaml"}]), "schema.ref-external"),
        ("operation_remarks", with_operation(operationId=""), "schema.operation-id-missing"),
        ("server_remarks", with_operation() | {"servers": [{"url": "https://elsewhere.net"}]}, "schema.server-host"),
        ("shape_remarks", with_operation(responses=7), "schema.shape"),
        ("text_remarks", with_operation(summary="a\u202eb"), "text.bidi"),
    ],
)
def test_each_judge_of_a_schema_is_needed(rule: str, body: object, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert code in codes(judged(schema_body=body))
    monkeypatch.setattr(judging, rule, lambda *_, **__: iter(()))
    assert code not in codes(judged(schema_body=body))


def test_every_rule_of_a_manifest_is_in_the_table() -> None:
    rules = {
        name
        for name, rule in vars(manifest_rules).items()
        if getattr(rule, "__annotations__", {}).get("case") == "Case"
    }
    assert rules - {"manifest_remarks"} == {rule.__name__ for rule in manifest_rules._RULES}


def test_cutting_the_list_cannot_turn_a_refusal_into_a_pass() -> None:
    body = with_operation(**{"x-notes": [f"{n}\u202e" for n in range(300)]}) | {
        "servers": [{"url": "https://elsewhere.net"}]
    }
    judgement = judged(schema_body=body)
    assert len(judgement.findings) == remarks.MAX_FINDINGS
    assert "schema.server-host" in codes(judgement, "error")
    assert judgement.findings[-1].code == "findings.more"
    assert "102 more" in judgement.findings[-1].message


def test_a_rule_that_breaks_refuses_the_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markup, "_is_encoding", lambda _: 1 / 0)
    assert [remark.code for remark in text_remarks({"a": "x" * 100}, root=HOST)] == ["text.scan-failed"]
