"""Which hosts a version names, and which of them it calls."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from shared.diff.texts import links_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.diff.changes import VersionDocuments

_MANIFEST, _SCHEMA = "manifest", "schema"


def host_of(url: object, base: str = "") -> str:
    """Return the host that a URL, perhaps a relative one, leads to, in lower case; "" where that cannot be told."""
    if not isinstance(url, str):
        return ""
    try:
        return (urlsplit(urljoin(base, url.strip())).hostname or "").rstrip(".")
    except ValueError:
        return ""


class Hosts:
    """What a judge of URLs and links asks of two versions. Found out on demand: most comparisons need none of it."""

    def __init__(self, old: VersionDocuments, new: VersionDocuments) -> None:
        self._old = old
        self._new = new

    @cached_property
    def old_base(self) -> str:
        """The URL that relative ones of the old version are relative to, "" where nobody knows."""
        return _base(self._old)

    @cached_property
    def new_base(self) -> str:
        """The URL that relative ones of the new version are relative to, "" where nobody knows."""
        return _base(self._new)

    @cached_property
    def called(self) -> frozenset[str]:
        """The hosts that calls of the old version go to, and those that its documents come from."""
        urls = (_base(self._old), *self._old.urls.values(), *_servers(self._old.values.get(_SCHEMA)))
        return frozenset(filter(None, (host_of(url, self.old_base) for url in urls)))

    @cached_property
    def named(self) -> frozenset[str]:
        """The hosts that the old version names anywhere."""
        return self.called | links_in(json.dumps(dict(self._old.values)))


def _base(documents: VersionDocuments) -> str:
    known = documents.urls.get(_SCHEMA)
    if known:
        return known
    manifest = documents.values.get(_MANIFEST)
    api = manifest.get("api") if isinstance(manifest, dict) else None
    url = api.get("url") if isinstance(api, dict) else None
    return _joined(documents.urls.get(_MANIFEST, ""), url) if isinstance(url, str) else ""


def _joined(base: str, url: str) -> str:
    try:
        return urljoin(base, url.strip())
    except ValueError:
        return ""


def _servers(schema: object) -> Iterator[object]:
    """Yield the URLs of all servers of an API description: its own, its paths', its operations'."""
    paths = schema.get("paths") if isinstance(schema, dict) else None
    items = list(paths.values()) if isinstance(paths, dict) else []
    operations = [operation for item in items if isinstance(item, dict) for operation in item.values()]
    for holder in (schema, *items, *operations):
        servers = holder.get("servers") if isinstance(holder, dict) else None
        for server in servers if isinstance(servers, list) else ():
            yield server.get("url") if isinstance(server, dict) else None
