"""What is live: one consistent read of the pointer, and at most one object.

A schema that varies takes one read more, of what is served of its version now. The publisher is never asked.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from functions.resolve.schema import Resource
from shared.contracts.serving import served_manifest
from shared.domain.errors import InvalidValueError, PluginNotFoundError, StandfastError, VersionNotFoundError
from shared.domain.identity import plugin_id
from shared.domain.plugin import document_path, object_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.resolve.bodies import Bodies
    from shared.domain.plugin import Live, Pointer
    from shared.domain.ports import ObjectStore, PointerReader

# An edge that missed a purge is wrong for a minute at most; a store that is down is covered for five. A schema never
# changes, so whoever has it may keep it for good; an edge may not, or it would serve a banned plugin's for a year.
MANIFEST_CACHE = "public, max-age=30, s-maxage=30, stale-while-revalidate=30, stale-if-error=300"
DOCUMENT_CACHE = "public, max-age=31536000, immutable, s-maxage=60, stale-if-error=300"
MISS_CACHE = "public, max-age=5, s-maxage=10"
_MEDIA_TYPES = {
    "json": "application/json",
    "yaml": "application/yaml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "webp": "image/webp",
    "svg": "image/svg+xml",
}
_UNKNOWN_MEDIA = "application/octet-stream"


class PluginGoneError(StandfastError):
    """The plugin was public and is banned."""

    def __init__(self, plugin: str) -> None:
        super().__init__(f"The plugin {plugin!r} is banned and is served to nobody.")


class Resolve:
    """The public reads."""

    # No dataclass, as elsewhere: that would need the ports' module when it is made, which a cold start would pay for.
    __slots__ = ("_bodies", "_objects", "_pointers")

    def __init__(self, pointers: PointerReader, objects: ObjectStore, bodies: Bodies) -> None:
        self._pointers = pointers
        self._objects = objects
        self._bodies = bodies

    def manifest(self, plugin: str, *, base_url: str, known: Callable[[str], bool]) -> Resource:
        """Return the live manifest in its served form; `known` tells whether the client has an entity tag already.

        Raises PluginNotFoundError, PluginGoneError.
        """
        live, path = self._live(plugin)
        url = base_url + path
        etag = _etag(f"{live.manifest_digest} {url}")
        body = None if known(etag) else self._bodies.get(etag, lambda: self._served(plugin, live, url))
        return Resource(etag, "application/json", MANIFEST_CACHE, body)

    def document(self, plugin: str, number: int, name: str, *, known: Callable[[str], bool]) -> Resource:
        """Return a pinned document, schema or logo, of a version that is or was live.

        Raises PluginGoneError, VersionNotFoundError where there is no such version or no document of that name.
        """
        pointer = self._pointer(plugin)
        digest = pointer.released.get(number, {}).get(name)
        if digest is None:
            raise VersionNotFoundError(plugin, number)
        cache_control = DOCUMENT_CACHE
        if pointer.dynamic.get(number) == name:
            current = self._pointers.current_document(plugin, number)
            digest, cache_control = current.served if current else digest, MANIFEST_CACHE
        etag = _etag(digest)
        key = object_key(plugin, number, digest, name)
        body = None if known(etag) else self._bodies.get(etag, lambda: self._objects.get(key))
        return Resource(etag, _MEDIA_TYPES.get(name.rpartition(".")[2], _UNKNOWN_MEDIA), cache_control, body)

    def _live(self, plugin: str) -> tuple[Live, str]:
        pointer = self._pointer(plugin)
        if pointer.live is None:
            raise PluginNotFoundError(plugin)
        number = pointer.live.number
        return pointer.live, document_path(plugin, number, pointer.live.schema_name)

    def _pointer(self, plugin: str) -> Pointer:
        try:
            pointer = self._pointers.pointer(plugin_id(plugin))
        except InvalidValueError as error:
            raise PluginNotFoundError(plugin) from error
        if pointer.ban and pointer.released:
            raise PluginGoneError(plugin)
        if not pointer.released:  # never public: a ban of it is nobody's business
            raise PluginNotFoundError(plugin)
        return pointer

    def _served(self, plugin: str, live: Live, schema_url: str) -> bytes:
        pinned = self._objects.get(object_key(plugin, live.number, live.manifest_digest, live.manifest_name))
        return served_manifest(pinned, schema_url=schema_url)


def _etag(content: str) -> str:
    """Return a strong entity tag. It follows from the pointer alone, so a 304 costs no read of the object."""
    return f'"{hashlib.sha256(content.encode()).hexdigest()[:32]}"'
