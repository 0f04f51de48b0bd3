from __future__ import annotations

import pytest

from shared.fetching.failures import FetchCode, WireError
from shared.fetching.redirects import may_redirect, redirect_target
from shared.fetching.urls import parse_publisher_url

HERE = parse_publisher_url("https://todo.example.com/a/b?c=d")


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("example.com", "example.com"),
        ("example.com", "www.example.com"),
        ("example.com", "a.b.example.com"),
        ("www.example.com", "example.com"),
        ("www.todo.vercel.app", "todo.vercel.app"),
        ("vercel.app", "vercel.app"),
    ],
)
def test_a_redirect_to_the_same_host_below_it_or_off_www_is_allowed(source: str, target: str) -> None:
    assert may_redirect(source, target)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("todo.example.com", "example.com"),
        ("todo.example.com", "api.example.com"),
        ("www.example.com", "api.example.com"),
        ("www.example.com", "www.example.net"),
        ("example.com", "example.net"),
        ("example.com", "evilexample.com"),
        ("vercel.app", "todo.vercel.app"),
        ("www.vercel.app", "vercel.app"),
        ("www.com", "com"),
        ("www.kobe.jp", "kobe.jp"),
    ],
)
def test_a_redirect_to_a_parent_a_sibling_a_stranger_or_across_a_public_suffix_is_refused(
    source: str, target: str
) -> None:
    assert not may_redirect(source, target)


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/x", "https://todo.example.com/x"),
        ("x", "https://todo.example.com/a/x"),
        ("../x", "https://todo.example.com/x"),
        ("../../../x", "https://todo.example.com/x"),
        ("?x", "https://todo.example.com/a/b?x"),
        ("#x", "https://todo.example.com/a/b?c=d"),
        ("//sub.todo.example.com", "https://sub.todo.example.com/"),
        ("HTTPS://TODO.EXAMPLE.COM/x", "https://todo.example.com/x"),
    ],
)
def test_a_location_is_resolved_against_the_url_that_sent_it(location: str, target: str) -> None:
    assert str(redirect_target(HERE, location)) == target


def test_a_redirect_to_a_sibling_host_is_refused_with_both_names() -> None:
    with pytest.raises(WireError) as caught:
        redirect_target(HERE, "https://api.example.com/")

    assert caught.value.code is FetchCode.REDIRECT_REFUSED
    assert "'api.example.com' is neither 'todo.example.com' nor a sub-domain of it" in str(caught.value)


def test_a_redirect_to_a_refused_url_says_what_is_wrong_with_it() -> None:
    with pytest.raises(WireError, match="only 'https' is fetched"):
        redirect_target(HERE, "http://todo.example.com/")


def test_a_location_longer_than_a_url_is_refused() -> None:
    with pytest.raises(WireError, match="not a well-formed URL"):
        redirect_target(HERE, "/" + "a" * 5000)
