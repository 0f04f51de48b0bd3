"""A newer document in the format that its version was pinned in: the address that clients read it at names one."""

from __future__ import annotations

import json

from shared.contracts.parsing import parse

_JSON_ENDING = ".json"


def in_format(name: str, body: bytes) -> bytes:
    """Return a document in the format that a file name promises. JSON is YAML as well; YAML is written anew as JSON.

    Raises ParseError, which no document does that was judged.
    """
    if not name.endswith(_JSON_ENDING):
        return body
    parsed = parse(body)
    return body if parsed.format == "json" else json.dumps(parsed.value, ensure_ascii=False, indent=2).encode()
