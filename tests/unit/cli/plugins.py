"""Folders that hold plugins, and the command line run in this process."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml
from typer.testing import CliRunner

from cli.main import app

if TYPE_CHECKING:
    from pathlib import Path

HOST = "todo.example.com"
MANIFEST: dict[str, Any] = {
    "schema_version": "v1",
    "name_for_model": "todo",
    "name_for_human": "Todo",
    "description_for_model": "Keeps the lists of a user.",
    "description_for_human": "Keeps your lists.",
    "auth": {"type": "none"},
    "api": {"type": "openapi", "url": f"https://{HOST}/openapi.yaml"},
    "logo_url": f"https://{HOST}/logo.png",
    "contact_email": f"contact@{HOST}",
    "legal_info_url": f"https://{HOST}/legal",
}
SCHEMA: dict[str, Any] = {
    "openapi": "3.0.1",
    "info": {"title": "Todo", "version": "1"},
    "servers": [{"url": f"https://{HOST}"}],
    "paths": {
        "/items": {
            "get": {"operationId": "items", "summary": "All items.", "responses": {"200": {"description": "Items."}}}
        }
    },
}


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - a JSON document
        return json.loads(self.out)


def run(*arguments: str | Path, **environment: str) -> Ended:
    """Run `standfast` with some arguments."""
    ended = CliRunner().invoke(app, [str(argument) for argument in arguments], env=environment, catch_exceptions=False)
    return Ended(ended.exit_code, ended.stdout, ended.stderr)


def write_plugin(
    folder: Path, *, schema: dict[str, Any] | None = None, name: str = "openapi.yaml", **manifest: object
) -> Path:
    """Write a fine plugin into a folder, with some fields of its manifest changed, and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ai-plugin.json").write_text(
        json.dumps(MANIFEST | manifest, indent=2, ensure_ascii=False), encoding="utf-8"
    )
    described = SCHEMA if schema is None else schema
    text = yaml.safe_dump(described, sort_keys=False) if name.endswith("l") else json.dumps(described)
    (folder / name).write_text(text, encoding="utf-8")
    return folder
