"""Reading what is pinned: documents as values, pictures as digests, and a plain word where that is not possible."""

from __future__ import annotations

import pytest

from shared.domain.documents import AI_PLUGIN_V1, Document
from shared.domain.errors import IntegrityError
from shared.domain.identity import digest_of_bytes
from shared.reporting.comparing import Against, Comparing
from shared.reporting.documents import UnreadableDocumentsError, fetched_documents, pinned_documents
from tests.unit.diff.documents import MANIFEST, SCHEMA
from tests.unit.reporting.pinned import Shelf


def test_documents_are_values_and_pictures_are_digests() -> None:
    shelf = Shelf()
    found = pinned_documents(shelf.version(1, logo=b"\x89PNG"), shelf)
    assert found.values == {"manifest": MANIFEST, "schema": SCHEMA, "logo": digest_of_bytes(b"\x89PNG")}
    assert set(found.urls) == {"manifest", "schema"}
    assert not any(key.endswith("logo.png") for key in shelf.read)


def test_each_version_is_read_once_however_many_it_is_compared_with() -> None:
    shelf = Shelf()
    versions = [shelf.version(number, schema={**SCHEMA, "x-n": number}) for number in (1, 2, 3)]
    comparing = Comparing(versions[2], shelf)
    for version in versions[:2]:
        assert comparing.against(Against.SEEN, version).compared
    assert len(shelf.read) == len(set(shelf.read)) == 6


def test_a_missing_object_is_never_taken_for_a_change() -> None:
    shelf = Shelf()
    version = shelf.version(1)
    shelf.objects.clear()
    with pytest.raises(IntegrityError):
        pinned_documents(version, shelf)


def test_stored_bytes_that_cannot_be_read_are_said_to_be_so() -> None:
    shelf = Shelf()
    version = shelf.version(2)
    assert version.snapshot
    shelf.objects[version.snapshot.parts[1].key] = b"{"
    comparison = Comparing(version, shelf).against(Against.LIVE, shelf.version(1))
    assert comparison.compared is None
    assert comparison.problem.startswith("The schema of version 2 cannot be read: ")


def test_fetched_documents_are_read_like_pinned_ones() -> None:
    names = {"manifest": "ai-plugin.json", "schema": "openapi.yaml", "logo": "logo.png"}
    bodies = {"manifest": b'{"a": 1}', "schema": b"a: 1", "logo": b"\x89PNG"}
    documents = {role: Document(role, f"https://x.example/{names[role]}", body) for role, body in bodies.items()}
    found = fetched_documents(AI_PLUGIN_V1, names, documents)
    assert found.values == {"manifest": {"a": 1}, "schema": {"a": 1}, "logo": digest_of_bytes(b"\x89PNG")}
    with pytest.raises(UnreadableDocumentsError, match="The schema cannot be read"):
        fetched_documents(AI_PLUGIN_V1, names, documents | {"schema": Document("schema", "https://x.example/", b"{")})
