"""The values that name things: plugins, people, contents, moments."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NewType

from shared.domain.errors import InvalidValueError

if TYPE_CHECKING:
    from collections.abc import Mapping

PluginId = NewType("PluginId", str)
Subject = NewType("Subject", str)
"""The `sub` claim of a token: who somebody is, for as long as the account lives."""
Digest = NewType("Digest", str)
"""`sha256:` and 64 lower-case hexadecimal digits."""
EventId = NewType("EventId", str)

PLUGIN_ID_FORM = r"^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$"
DIGEST_FORM = r"^sha256:[0-9a-f]{64}$"
_PLUGIN_ID = re.compile(PLUGIN_ID_FORM)
_DIGEST = re.compile(DIGEST_FORM)
_LONGEST_ID = 63
_EVENT_RANDOM_BYTES = 8


def plugin_id(text: str) -> PluginId:
    """Return `text` as a plugin id. Raises InvalidValueError when it has another form."""
    if not _PLUGIN_ID.match(text) or text.endswith("\n"):
        message = "A plugin id is 1 to 63 lower-case letters, digits and inner hyphens, such as 'weather-today'."
        raise InvalidValueError(message, field="plugin_id")
    return PluginId(text)


def plugin_id_from_host(host: str) -> PluginId:
    """Derive an id from a host: `www.todo.example.com` becomes `todo-example-com`."""
    name = re.sub(r"[^a-z0-9]+", "-", host.lower().removeprefix("www.")).strip("-")
    return plugin_id(name[:_LONGEST_ID].strip("-"))


def digest(text: str) -> Digest:
    """Return `text` as a digest. Raises InvalidValueError when it has another form."""
    if not _DIGEST.match(text) or text.endswith("\n"):
        message = "A digest is 'sha256:' and 64 lower-case hexadecimal digits."
        raise InvalidValueError(message, field="digest")
    return Digest(text)


def digest_of_bytes(body: bytes) -> Digest:
    """Return the SHA-256 of some bytes, as a digest."""
    return Digest("sha256:" + hashlib.sha256(body).hexdigest())


def digest_of_parts(kind: str, parts: Mapping[str, Digest]) -> Digest:
    """Name a version's content: the SHA-256 of the canonical JSON of its kind and its parts' own SHA-256.

    `parts` maps a part's file name to the digest of its exact bytes. Sorted keys and no white space are RFC 8785 here,
    since the document holds strings alone and every key is ASCII.
    """
    canonical = json.dumps({"kind": kind, "parts": dict(parts)}, sort_keys=True, separators=(",", ":"))
    return digest_of_bytes(canonical.encode())


def event_id(at: datetime, entropy: bytes, sequence: int) -> EventId:
    """Make a time-ordered id: milliseconds, place within one transaction, 64 random bits.

    Ids of one transaction sort in the order of its moves. Ids of one millisecond from two transactions sort anyhow,
    which is no loss: no guard rests on them.
    """
    milliseconds = int(at.timestamp() * 1000)
    return EventId(f"{milliseconds:012x}{sequence:02x}{entropy[:_EVENT_RANDOM_BYTES].hex()}")


def format_moment(at: datetime) -> str:
    """Write a moment as RFC 3339 in UTC with milliseconds: fixed width, so that text order is time order."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_moment(text: str) -> datetime:
    """Read what `format_moment` wrote."""
    return datetime.fromisoformat(text)
