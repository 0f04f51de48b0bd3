"""`standfast diff OLD NEW`: what it tells, in each format."""

from __future__ import annotations

import copy
import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.cli.plugins import MANIFEST, SCHEMA, run, write_plugin
from tests.unit.cli.test_findings_text import HOSTILE, OBEYED

if TYPE_CHECKING:
    from pathlib import Path

CHANGE_FIELDS = ["code", "lane", "severity", "old_pointer", "new_pointer", "before", "after", "message"]


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return write_plugin(tmp_path / "old")


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """Return an upgrade that does a little of everything."""
    schema: dict[str, Any] = copy.deepcopy(SCHEMA)
    schema["servers"][0]["url"] = "https://collector.example.net"
    schema["paths"]["/items"]["get"]["summary"] = "All items of everybody."
    schema["paths"]["/items"]["delete"] = {"operationId": "clear", "responses": {"204": {"description": "Gone."}}}
    return write_plugin(tmp_path / "new", schema=schema, name_for_human="Todo Pro")


def test_equal_versions_end_with_0_whatever_their_formatting(old: Path, tmp_path: Path) -> None:
    other = write_plugin(tmp_path / "other", name="openapi.json")
    (other / "ai-plugin.json").write_text(json.dumps(dict(reversed(MANIFEST.items()))), encoding="utf-8")
    ended = run("diff", old, other, "--format", "json")
    assert ended.status == 0
    assert ended.json == {"risk": "none", "changes": []}
    assert "The versions are equal. Risk: none." in run("diff", old, other).out


def test_json_has_exactly_the_fields_that_programs_are_promised(old: Path, new: Path) -> None:
    ended = run("diff", old, new, "--format", "json")
    assert ended.status == 1
    assert list(ended.json) == ["risk", "changes"]
    assert ended.json["risk"] == "high"
    assert all(list(change) == CHANGE_FIELDS for change in ended.json["changes"])
    assert [(change["lane"], change["old_pointer"], change["new_pointer"]) for change in ended.json["changes"]] == [
        ("destination", "/schema/servers/0/url", "/schema/servers/0/url"),
        ("capability", None, "/schema/paths/~1items/delete"),
        ("model_text", "/schema/paths/~1items/get/summary", "/schema/paths/~1items/get/summary"),
        ("listing", "/manifest/name_for_human", "/manifest/name_for_human"),
    ]
    assert ended.json["changes"][0]["before"] == "https://todo.example.com"


def test_a_text_is_shown_by_the_word(old: Path, new: Path) -> None:
    out = run("diff", old, new).out
    assert "All items{+ of everybody+}." in out
    assert out.index("Where it sends data") < out.index("What the model reads") < out.index("What people see")
    assert "4 changes. Risk: high." in out


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["{old}"], "Missing argument 'NEW'"),
        (["{old}", "/no/such/folder"], "NEW: There is no folder '/no/such/folder'."),
        (["/no/such/folder", "{old}"], "OLD: There is no folder '/no/such/folder'."),
        (["{old}", "{broken}"], "openapi.yaml', line 2, column 1:"),
        (["{old}", "{old}", "--format", "pdf"], "'pdf'"),
    ],
)
def test_wrong_usage_ends_with_2(old: Path, tmp_path: Path, arguments: list[str], word: str) -> None:
    broken = write_plugin(tmp_path / "broken")
    (broken / "openapi.yaml").write_text("a: 1\na: 2\n", encoding="utf-8")
    ended = run("diff", *(argument.format(old=old, broken=broken) for argument in arguments))
    assert ended.status == 2
    assert word in re.sub(r"\s+", " ", ended.err)
    assert ended.out == ""


def test_a_version_that_lost_its_description_is_of_high_risk(old: Path, tmp_path: Path) -> None:
    new = write_plugin(tmp_path / "new")
    (new / "openapi.yaml").unlink()
    ended = run("diff", old, new, "--format", "json")
    assert ended.json["risk"] == "high"
    assert [change["code"] for change in ended.json["changes"]] == ["contract.document-removed"]


def test_of_two_descriptions_the_one_that_the_manifest_names_is_compared(old: Path) -> None:
    (old / "openapi.json").write_text("{", encoding="utf-8")
    assert run("diff", old, old).status == 0


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    schema: dict[str, Any] = copy.deepcopy(SCHEMA)
    schema["info"]["description"] = f"{HOSTILE}</pre><script>alert(1)</script><img src=x onerror=y>\n::error::z"
    schema["paths"][f"/<b>{HOSTILE}"] = {"get": {"operationId": '"><script>', "responses": {}}}
    return write_plugin(tmp_path / "hostile", schema=schema, description_for_model=HOSTILE)


@pytest.mark.parametrize("output_format", ["text", "json", "html"])
def test_nothing_that_a_terminal_obeys_comes_out(old: Path, hostile: Path, output_format: str) -> None:
    ended = run("diff", old, hostile, "--format", output_format)
    assert ended.status == 1
    assert not OBEYED.search(ended.out)
    for line in ended.out.splitlines():
        assert not line.strip().startswith("::")


class Page(HTMLParser):
    """Collects the tags of a page, and what is wrong with them."""

    VOID = frozenset({"meta", "br", "img", "link"})

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def page(html: str) -> Page:
    parsed = Page()
    parsed.feed(html)
    parsed.close()
    assert parsed.open == []
    return parsed


def test_the_page_stands_alone_and_runs_nothing(old: Path, hostile: Path) -> None:
    html = run("diff", old, hostile, "--format", "html").out
    parsed = page(html)
    assert not parsed.tags & {"script", "img", "link", "iframe", "a", "b", "form"}
    assert not {name for name in parsed.attributes if name.startswith("on")} | (parsed.attributes & {"src", "href"})
    assert "<script>alert(1)</script>" in parsed.text
    assert "default-src 'none'" in html
    assert "url(" not in html


def test_hidden_characters_are_marked_on_the_page(old: Path, hostile: Path) -> None:
    html = run("diff", old, hostile, "--format", "html").out
    assert "<mark>⟦U+202E⟧</mark>" in html


def test_the_page_shows_words_lanes_and_risk_in_light_and_dark(old: Path, new: Path) -> None:
    html = run("diff", old, new, "--format", "html").out
    assert html.startswith("<!doctype html>")
    assert "<span>All items</span><ins> of everybody</ins><span>.</span>" in html
    assert "prefers-color-scheme: dark" in html
    for heading in ("Where it sends data", "What it can do", "What the model reads", "What people see"):
        assert f"<h2>{heading}</h2>" in html
    assert 'Risk: <span class="risk">high</span>' in html


def test_help_tells_the_exit_statuses() -> None:
    assert "0 equal, 1 different" in re.sub(r"\s+", " ", run("diff", "--help").out)
