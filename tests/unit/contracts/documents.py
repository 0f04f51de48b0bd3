"""Documents for tests, written by hand: an honest plugin, and ways to change it in one place."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from shared.contracts.kinds import kind_named
from shared.domain.documents import AI_PLUGIN_V1, Document, Judgement

if TYPE_CHECKING:
    from shared.domain.findings import Finding

HOST = "todo.some-publisher.net"
MANIFEST_URL = f"https://{HOST}/.well-known/ai-plugin.json"
SCHEMA_URL = f"https://{HOST}/openapi.yaml"
KIND = kind_named(AI_PLUGIN_V1)

MANIFEST: dict[str, Any] = {
    "schema_version": "v1",
    "name_for_model": "todo",
    "name_for_human": "Todo list",
    "description_for_model": "Keeps a list of things to do. Use it to add, list and remove entries.",
    "description_for_human": "Keeps your list of things to do.",
    "auth": {"type": "none"},
    "api": {"type": "openapi", "url": f"https://{HOST}/openapi.yaml", "is_user_authenticated": False},
    "logo_url": f"https://{HOST}/logo.png",
    "contact_email": f"support@{HOST}",
    "legal_info_url": f"https://{HOST}/legal",
}

SCHEMA: dict[str, Any] = {
    "openapi": "3.0.1",
    "info": {"title": "Todo list", "version": "1"},
    "servers": [{"url": f"https://{HOST}"}],
    "paths": {
        "/todos": {
            "get": {
                "operationId": "listTodos",
                "summary": "List the entries.",
                "responses": {
                    "200": {
                        "description": "The entries.",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Todos"}}},
                    }
                },
            }
        }
    },
    "components": {"schemas": {"Todos": {"type": "array", "items": {"type": "string"}}}},
}

OAUTH: dict[str, Any] = {
    "type": "oauth",
    "client_url": f"https://{HOST}/oauth/authorize",
    "authorization_url": f"https://{HOST}/oauth/token",
    "scope": "todos",
    "authorization_content_type": "application/json",
    "verification_tokens": {"assistant": "a-token"},
}


def manifest(**changes: object) -> dict[str, Any]:
    """Return the honest manifest with some fields changed."""
    return {**MANIFEST, **changes}


def schema(**changes: object) -> dict[str, Any]:
    """Return the honest schema with some fields changed."""
    return {**SCHEMA, **changes}


def as_bytes(document: object) -> bytes:
    """Return a document as its publisher might serve it; bytes and texts as they are."""
    if isinstance(document, bytes):
        return document
    return document.encode() if isinstance(document, str) else json.dumps(document, indent=2).encode()


def judged(
    manifest_body: object = MANIFEST,
    schema_body: object | None = SCHEMA,
    *,
    profile: str = "enforced",
    manifest_url: str = MANIFEST_URL,
    schema_url: str = SCHEMA_URL,
) -> Judgement:
    """Judge a plugin. Without a schema body its schema counts as not fetched."""
    documents = {"manifest": Document("manifest", manifest_url, as_bytes(manifest_body))}
    if schema_body is not None:
        documents["schema"] = Document("schema", schema_url, as_bytes(schema_body))
    return KIND.judge(documents, profile=profile)


def codes(judgement: Judgement, severity: str = "") -> list[str]:
    """Return the codes of a judgement's findings, of one severity where it is named."""
    return [finding.code for finding in judgement.findings if not severity or finding.severity == severity]


def found(judgement: Judgement, code: str) -> Finding:
    """Return the first finding with a code."""
    return next(finding for finding in judgement.findings if finding.code == code)


def operation(**changes: object) -> dict[str, Any]:
    """Return an operation that answers 200."""
    return {"operationId": "a", "responses": {"200": {"description": "ok"}}, **changes}


def with_paths(paths: object, **changes: object) -> dict[str, Any]:
    """Return the honest schema with other paths and no components."""
    return {**SCHEMA, "paths": paths, "components": {}, **changes}


def with_operation(**changes: object) -> dict[str, Any]:
    """Return a schema of one operation."""
    return with_paths({"/a": {"get": operation(**changes)}})
