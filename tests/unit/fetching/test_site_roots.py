from __future__ import annotations

import pytest

from shared.fetching.domains import is_on_or_below, is_public_suffix, site_root
from shared.fetching.failures import FetchCode, UrlRefusedError


@pytest.mark.parametrize(
    ("host", "root"),
    [
        ("example.com", "example.com"),
        ("www.example.com", "example.com"),
        ("todo.example.com", "todo.example.com"),
        ("www.todo.example.com", "todo.example.com"),
        ("www.www.example.com", "www.example.com"),
        ("wwwx.example.com", "wwwx.example.com"),
        ("todo.vercel.app", "todo.vercel.app"),
        ("www.todo.vercel.app", "todo.vercel.app"),
        ("example.co.uk", "example.co.uk"),
    ],
)
def test_the_root_is_the_host_less_www(host: str, root: str) -> None:
    assert site_root(host) == root


@pytest.mark.parametrize("host", ["www.vercel.app", "www.com", "www.co.uk"])
def test_www_stays_where_the_rest_would_be_a_public_suffix(host: str) -> None:
    assert site_root(host) == host


@pytest.mark.parametrize("host", ["vercel.app", "github.io", "co.uk", "s3.amazonaws.com", "com"])
def test_a_public_suffix_is_no_root(host: str) -> None:
    with pytest.raises(UrlRefusedError) as caught:
        site_root(host)

    assert caught.value.code == FetchCode.PUBLIC_SUFFIX
    assert is_public_suffix(host)


@pytest.mark.parametrize("host", ["example.com", "api.example.com", "a.b.c.example.com"])
def test_the_root_and_its_sub_domains_are_on_or_below_it(host: str) -> None:
    assert is_on_or_below(host, "example.com")


@pytest.mark.parametrize(
    "host", ["com", "example.net", "evilexample.com", "example.com.evil.net", "example.co", "", ".example.com.evil"]
)
def test_other_hosts_are_not(host: str) -> None:
    assert not is_on_or_below(host, "example.com")


@pytest.mark.parametrize("root", ["vercel.app", "com", "co.uk", ""])
def test_nothing_is_on_or_below_a_public_suffix(root: str) -> None:
    assert not is_on_or_below(f"todo.{root}", root)
    assert not is_on_or_below(root, root)
