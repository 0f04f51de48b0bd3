"""Where a sign-in and a form may lead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.console.addresses import HOME, own_address, way_in
from functions.console.schema import Redirect
from functions.console.store import path_of

OWN = ["/", "/?q=todo", "/console", "/console/plugins", "/console/plugins/todo?notice=submitted", "/console/a%20b"]
OTHERS = [
    "",
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "/console\\evil",
    "/console/\n",
    "/consolex",
    "/v1/plugins",
    "console/plugins",
    "/console/é",
    "/console/" + "x" * 1000,
]


@pytest.mark.parametrize("address", OWN)
def test_our_own_pages_are_led_to(address: str) -> None:
    assert own_address(address) == address


@pytest.mark.parametrize("address", OTHERS)
def test_anything_else_leads_home(address: str) -> None:
    assert own_address(address) == HOME


@given(st.text(alphabet="/\\:.?#@console%2Fexhtps\t\n evil", max_size=40))
def test_no_text_leads_to_another_host(text: str) -> None:
    found = own_address(text)
    assert found.startswith("/")
    assert not found.startswith(("//", "/\\"))
    assert "\\" not in found
    assert found == HOME or found.startswith(("/console", "/?"))


def test_the_way_in_carries_the_page_as_one_value() -> None:
    assert way_in("/?q=a&b=c") == "/console/sign-in?next=%2F%3Fq%3Da%26b%3Dc"


@pytest.mark.parametrize(
    ("to", "location"),
    [
        ("/console/plugins", "/console/plugins?notice=saved"),
        ("/?q=x", "/?q=x&notice=saved"),
        ("/console/webhooks/a#log", "/console/webhooks/a?notice=saved#log"),
    ],
)
def test_a_notice_goes_into_the_query(to: str, location: str) -> None:
    assert Redirect(to, notice="saved").location == location


@given(st.text(min_size=1, max_size=30))
def test_what_a_request_names_is_one_segment_of_an_api_path(text: str) -> None:
    path = path_of("v1", "plugins", text, "release")
    assert path.isascii()
    assert path.count("/") == 4
    assert not {".", ".."} & set(path.split("/"))
    assert not set("?#\\ ") & set(path)
