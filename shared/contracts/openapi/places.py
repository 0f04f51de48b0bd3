"""Places in a document while it is walked: cheap to make, spelled out only for a remark."""

from __future__ import annotations

import re
from urllib.parse import unquote

from shared.contracts.remarks import pointer_to

type Place = tuple[Place, str | int] | None
"""The place above and the last token; None is the whole document."""

_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")


class NowhereError(Exception):
    """A pointer leads to nothing."""


def spell(place: Place) -> str:
    """Return a place as an RFC 6901 pointer."""
    tokens: list[str | int] = []
    while place is not None:
        place, token = place
        tokens.append(token)
    return pointer_to(*reversed(tokens))


def look_up(document: object, fragment: str) -> object:
    """Return what a URI fragment such as `/components/schemas/Pet` leads to. Raises NowhereError."""
    value = document
    for token in unquote(fragment).split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and name in value:
            value = value[name]
        elif isinstance(value, list) and _INDEX.fullmatch(name) and int(name) < len(value):
            value = value[int(name)]
        else:
            raise NowhereError
    return value
