"""Whether names exist: only DNS's own word for it counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import dns.exception
import dns.resolver
import pytest

from local.names import FileDomainNames
from shared.fetching.names import DnsDomainNames

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("trouble", "is_absent"),
    [
        (dns.resolver.NXDOMAIN, True),
        (dns.resolver.NoAnswer, False),
        (dns.resolver.NoNameservers, False),
        (dns.exception.Timeout, False),
        (OSError, False),
        (None, False),
    ],
)
def test_a_name_is_absent_where_dns_says_so_and_nowhere_else(
    monkeypatch: pytest.MonkeyPatch, trouble: type[Exception] | None, *, is_absent: bool
) -> None:
    asked: list[str] = []

    def resolve(name: str, *_: object, **__: object) -> None:
        asked.append(name)
        if trouble:
            raise trouble

    monkeypatch.setattr(dns.resolver, "resolve", resolve)
    assert DnsDomainNames().are_absent("lost.example.com") is is_absent
    assert asked == ["lost.example.com."]


def test_names_of_played_publishers_are_gone_where_a_file_lists_them(tmp_path: Path) -> None:
    names = FileDomainNames(tmp_path / "gone-names.json")
    assert not names.are_absent("lost.example.com")
    (tmp_path / "gone-names.json").write_text('["lost.example.com"]')
    assert names.are_absent("lost.example.com")
    assert not names.are_absent("todo.example.com")
