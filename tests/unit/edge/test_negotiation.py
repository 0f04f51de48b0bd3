"""Which media type a client gets: what its Accept header wants most, and JSON where it wants neither."""

from __future__ import annotations

import pytest

from shared.edge.negotiation import preferred

JSON, HTML = "application/json", "text/html"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("text/html", HTML),
        ("TEXT/HTML", HTML),
        (BROWSER, HTML),
        ("application/json", JSON),
        ("application/json, text/html", JSON),
        ("application/json;q=0.5, text/html;q=0.6", HTML),
        ("text/html;q=0, */*", JSON),
        ("text/*", HTML),
        ("text/*;q=0.3, application/json;q=0.2", HTML),
        ("text/html;level=1;q=0.1, */*;q=0.2", JSON),
        ("text/html ; q = 0.9 , application/json ; q = 0.1", HTML),
        ("image/png", JSON),
        ("text/html;q=high, application/json;q=0.1", JSON),
        ("text/html;q=NaN, application/json;q=0.1", JSON),
        (",;,;;q=,", JSON),
        ("text/html," * 100_000, HTML),
    ],
)
def test_the_wanted_type_is_chosen(accept: str, wanted: str) -> None:
    assert preferred(accept, (JSON, HTML)) == wanted
