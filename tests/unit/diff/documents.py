"""A plugin's documents, written by hand: small, and with one of everything that can change."""

from __future__ import annotations

import copy
from typing import Any

from shared.diff.changes import VersionDocuments
from shared.domain.documents import AI_PLUGIN_V1

type Document = dict[str, Any]

HOST = "todo.example.com"
MANIFEST: Document = {
    "schema_version": "v1",
    "name_for_model": "todo",
    "name_for_human": "Todo",
    "description_for_model": "Keeps the lists of a user. Use it when the user speaks of things to do.",
    "description_for_human": "Keeps your lists.",
    "auth": {"type": "none"},
    "api": {"type": "openapi", "url": f"https://{HOST}/openapi.json", "is_user_authenticated": False},
    "logo_url": f"https://{HOST}/logo.png",
    "contact_email": f"contact@{HOST}",
    "legal_info_url": f"https://{HOST}/legal",
}
SCHEMA: Document = {
    "openapi": "3.0.1",
    "info": {"title": "Todo", "description": "The lists of a user.", "version": "1.0.0"},
    "servers": [{"url": f"https://{HOST}", "description": "Production"}],
    "tags": [{"name": "lists", "description": "Lists and what is in them."}],
    "security": [{"key": []}],
    "paths": {
        "/lists": {
            "get": {
                "operationId": "getLists",
                "summary": "Get all lists.",
                "tags": ["lists"],
                "parameters": [
                    {
                        "name": "limit",
                        "in": "query",
                        "description": "How many lists.",
                        "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 10},
                    },
                    {
                        "name": "order",
                        "in": "query",
                        "description": "Which come first.",
                        "schema": {"type": "string", "enum": ["newest", "oldest", "The most urgent ones first"]},
                    },
                ],
                "responses": {
                    "200": {
                        "description": "The lists.",
                        "content": {
                            "application/json": {
                                "schema": {"type": "array", "items": {"$ref": "#/components/schemas/List"}}
                            }
                        },
                    }
                },
            },
            "post": {
                "operationId": "addList",
                "summary": "Add a list.",
                "description": "Adds a list under a name.",
                "x-openai-isConsequential": True,
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/NewList"}}},
                },
                "responses": {
                    "201": {
                        "description": "The list.",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/List"}}},
                    }
                },
            },
        },
        "/search": {
            "get": {
                "operationId": "search",
                "summary": "Look for something in all lists.",
                "parameters": [
                    {"name": "q", "in": "query", "description": "What to look for.", "schema": {"type": "string"}},
                    {"name": "weight", "in": "query", "description": "How well.", "schema": {"type": "number"}},
                ],
                "responses": {"200": {"description": "What was found."}},
            },
        },
        "/lists/{id}": {
            "parameters": [
                {
                    "name": "id",
                    "in": "path",
                    "required": True,
                    "description": "Which list.",
                    "schema": {"type": "string"},
                }
            ],
            "delete": {
                "operationId": "removeList",
                "summary": "Remove a list.",
                "responses": {"204": {"description": "It is gone."}},
            },
        },
    },
    "components": {
        "schemas": {
            "List": {
                "type": "object",
                "required": ["id", "name"],
                "properties": {
                    "id": {"type": "string", "format": "uuid", "description": "The number of the list."},
                    "name": {"type": "string", "description": "What the user calls it."},
                    "parent": {"$ref": "#/components/schemas/List"},
                    "colour": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
                },
            },
            "NewList": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": {
                        "type": "string",
                        "maxLength": 200,
                        "description": "What to call it.",
                        "example": "Shopping",
                    },
                    "shared": {"type": "boolean", "description": "Whether others see it."},
                },
            },
        },
        "securitySchemes": {
            "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
            "login": {
                "type": "oauth2",
                "flows": {
                    "authorizationCode": {
                        "authorizationUrl": f"https://{HOST}/authorize",
                        "tokenUrl": f"https://{HOST}/token",
                        "scopes": {"read": "See lists."},
                    }
                },
            },
        },
    },
}


def documents() -> Document:
    """Return a fresh copy of both documents by role."""
    return copy.deepcopy({"manifest": MANIFEST, "schema": SCHEMA})


def version(values: Document, **urls: str) -> VersionDocuments:
    """Return documents as a version."""
    return VersionDocuments(AI_PLUGIN_V1, values, urls)
