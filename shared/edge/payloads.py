"""Bodies of answers, within the 6 MB of JSON that Lambda passes on. Standard library only: the public route uses it.

A text in JSON is longer than itself: a document of quotation marks and line ends doubles. Base64 adds a third, whatever
it is of, so that the largest document that a version may have, 4 MiB, passes in any case.
"""

from __future__ import annotations

import base64
from typing import Any

MOST_AS_TEXT = 1024 * 1024
"""Bytes that go as they are: without control characters, no text in UTF-8 grows in JSON to more than thrice itself."""


def passed_on(body: bytes, *, is_text: bool = True) -> dict[str, Any]:
    """Return the members of a function's answer that hold its body."""
    if is_text and len(body) <= MOST_AS_TEXT:
        return {"body": body.decode()}
    return {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
