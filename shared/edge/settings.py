"""Settings, read once from the environment by the composition roots alone."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


class SettingMissingError(Exception):
    """A setting that has no default is not in the environment."""


def read[Settings](kind: type[Settings], environ: Mapping[str, str]) -> Settings:
    """Read a frozen dataclass of strings and whole numbers: the field `table_name` is the variable `TABLE_NAME`.

    Raises SettingMissingError, ValueError.
    """
    values: dict[str, str | int] = {}
    for part in fields(kind):  # type: ignore[arg-type] # a dataclass, as the docstring asks
        name = part.name.upper()
        if name in environ:
            values[part.name] = int(environ[name]) if part.type in {int, "int"} else environ[name]
        elif part.default is MISSING:
            message = f"The environment variable {name} is not set."
            raise SettingMissingError(message)
    arguments: dict[str, Any] = values
    return kind(**arguments)
