"""The frame of the pages: the table of addresses, templates, static files, notices."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined, meta

from functions.console import assets, wordings
from functions.console.failures import ADVICE
from functions.console.notices import NOTICES
from functions.console.schema import Form, Page
from functions.console.visits import Door, Map, Places
from shared.edge import problems

HERE = Path(assets.__file__).parent
SOURCES = sorted(HERE.glob("*.py"))
TEMPLATES = sorted(str(path.relative_to(HERE / "templates")) for path in (HERE / "templates").rglob("*.html"))
GIVEN = {"asset", "visit", "person", "form_token", "new_key", "notice"}


@pytest.fixture
def pages() -> Map:
    places = Places()
    for pattern in (
        "/console/plugins/{plugin_id}",
        "/console/plugins/new",
        "/console/plugins/{plugin_id}/versions/{n}",
    ):
        places.get(pattern, Door.OPEN)(lambda _: Page(""))
    places.post("/console/plugins/{plugin_id}")(lambda _: Page(""))
    return Map(places)


def test_a_fixed_address_goes_before_one_with_a_variable(pages: Map) -> None:
    found = pages.find("GET", "/console/plugins/new")
    assert found
    assert found.place.pattern == "/console/plugins/new"


def test_a_variable_is_one_segment_as_it_came(pages: Map) -> None:
    found = pages.find("GET", "/console/plugins/a%2Fb/versions/2")
    assert found
    assert found.path == {"plugin_id": "a%2Fb", "n": "2"}


@pytest.mark.parametrize(
    "path", ["/console/plugins", "/console/plugins/", "/console/plugins/a/b", "/console/plugins/a\n"]
)
def test_what_fits_no_pattern_is_no_page(pages: Map, path: str) -> None:
    assert pages.find("GET", path) is None


def test_an_address_says_which_methods_it_takes(pages: Map) -> None:
    assert pages.methods("/console/plugins/todo") == {"GET", "POST"}
    assert pages.methods("/nowhere") == frozenset()


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_can_be_read(name: str) -> None:
    environment = Environment(loader=FileSystemLoader(HERE / "templates"), undefined=StrictUndefined, autoescape=True)
    environment.filters |= wordings.FILTERS
    source = (HERE / "templates" / name).read_text(encoding="utf-8")
    environment.get_template(name)
    for used in meta.find_referenced_templates(environment.parse(source)):
        assert used in TEMPLATES


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_template_switches_escaping_off_or_writes_style_or_script_into_itself(name: str) -> None:
    source = (HERE / "templates" / name).read_text(encoding="utf-8")
    assert not re.search(r"\|\s*safe\b|autoescape|<style|\sstyle=|<script(?![^>]*\bsrc=)|\son[a-z]+=", source)


def test_every_notice_that_a_view_names_has_its_sentence() -> None:
    named = {name for path in SOURCES for name in re.findall(r'notice="([a-z-]+)"', path.read_text(encoding="utf-8"))}
    assert len(named) > 5
    assert named <= NOTICES.keys()


def test_every_problem_of_the_api_says_what_to_do() -> None:
    known = [problems.FORBIDDEN, problems.INTERNAL, problems.INVALID, problems.MALFORMED, *problems.PROBLEMS.values()]
    told_elsewhere = {"invalid-cursor"}
    assert {problem.name for problem in known} - told_elsewhere <= ADVICE.keys()


@pytest.mark.parametrize("path", sorted((HERE / "static").iterdir()), ids=lambda path: path.name)
def test_a_static_file_is_found_by_the_name_of_its_content_alone(path: Path) -> None:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    address = assets.address(path.name)
    assert address == f"/console/static/{path.stem}.{digest}{path.suffix}"
    found = assets.find(address.removeprefix(assets.PREFIX))
    assert found
    assert found[0] == path.read_text(encoding="utf-8")
    assert assets.find(path.name) is None
    assert assets.find("../settings.py") is None


def test_no_style_asks_for_anything_from_elsewhere() -> None:
    for path in (HERE / "static").glob("*.css"):
        assert not re.search(r"url\(|@import|https?:", path.read_text(encoding="utf-8"))


def test_a_number_in_a_form_is_a_number_or_nothing() -> None:
    form = Form({"a": (" 12 ",), "b": ("-1",), "c": ("١٢",), "d": ("9" * 40,), "e": ("",)})
    assert [form.number(name) for name in "abcdef"] == [12, None, None, None, None, None]
