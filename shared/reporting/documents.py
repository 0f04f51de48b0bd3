"""The documents of a version as values that can be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.contracts.parsing import ParseError, parse
from shared.diff.changes import VersionDocuments
from shared.domain.errors import StandfastError
from shared.domain.identity import digest_of_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.domain.documents import Document
    from shared.domain.ports import ObjectStore
    from shared.domain.version import Version

_TEXTS = (".json", ".yaml")


class UnreadableDocumentsError(StandfastError):
    """A version's documents are not all there, or cannot be read: nothing can be said of what changed in it."""


def pinned_documents(version: Version, objects: ObjectStore) -> VersionDocuments:
    """Read what is pinned of a version.

    Raises UnreadableDocumentsError where there is nothing to read yet or not all of it can be read, IntegrityError,
    UnavailableError.
    """
    snapshot = version.snapshot
    if snapshot is None:
        message = f"Version {version.number} has not been fetched yet."
        raise UnreadableDocumentsError(message)
    if snapshot.content_digest is None:
        message = f"Not all documents of version {version.number} could be fetched and read: its findings say which."
        raise UnreadableDocumentsError(message)
    values: dict[str, object] = {}
    urls: dict[str, str] = {}
    for part in snapshot.parts:
        if part.name.endswith(_TEXTS):
            values[part.role] = _parsed(objects.get(part.key), f"{part.role} of version {version.number}")
            urls |= {part.role: part.url} if part.url else {}
        else:
            values[part.role] = part.digest
    return VersionDocuments(version.kind, values, urls)


def fetched_documents(kind: str, names: Mapping[str, str], documents: Mapping[str, Document]) -> VersionDocuments:
    """Read documents as they were fetched; `names` has the file name that each role's would be pinned under.

    Raises UnreadableDocumentsError.
    """
    texts = [role for role, name in names.items() if name.endswith(_TEXTS)]
    values: dict[str, object] = {role: digest_of_bytes(documents[role].body) for role in names}
    values |= {role: _parsed(documents[role].body, role) for role in texts}
    return VersionDocuments(kind, values, {role: documents[role].url for role in texts})


def _parsed(body: bytes, what: str) -> object:
    try:
        return parse(body).value
    except ParseError as error:
        message = f"The {what} cannot be read: {error.message}"
        raise UnreadableDocumentsError(message) from error
