"""Addresses of our own pages, and how a person comes back to one. Nothing else is ever led to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

if TYPE_CHECKING:
    from functions.console.schema import Request

HOME = "/"
SIGN_IN, SIGNED_IN, SIGN_OUT = "/console/sign-in", "/console/signed-in", "/console/sign-out"
# No host, no second slash and no backslash that a browser might take for one.
_VISIBLE = r"[\x21-\x5b\x5d-\x7e]"
_OWN = re.compile(rf"/(?:console(?:/{_VISIBLE}*)?)?(?:\?{_VISIBLE}*)?")
_LONGEST = 1000


def own_address(text: str) -> str:
    """Return an address if it is one of our pages, and the first page for anything else."""
    return text if len(text) <= _LONGEST and _OWN.fullmatch(text) else HOME


def way_in(address: str) -> str:
    """Return the address that signs in and comes back to one of ours."""
    return f"{SIGN_IN}?{urlencode({'next': own_address(address)})}"


def came_from(request: Request) -> str:
    """Return the page that a browser came from, where it says so and it is ours; the first page otherwise."""
    said = urlsplit(request.headers.get("referer", ""))
    return own_address(f"{said.path}?{said.query}" if said.query else said.path)


def way_back(request: Request) -> str:
    """Return the page to go back to: this one, or the one with the form that was sent."""
    return own_address(request.address) if request.method == "GET" else came_from(request)
