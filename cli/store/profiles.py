"""Profiles: which store, and where its token is. A file that people may edit; tokens are never in it."""

from __future__ import annotations

import configparser
import os
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

from cli.store.errors import WrongUsageError

if TYPE_CHECKING:
    from pathlib import Path

DEFAULT = "default"
_FILE = "profiles.ini"
_PRIVATE_DIRECTORY, _PRIVATE = 0o700, 0o600


@dataclass(frozen=True, slots=True)
class Profile:
    """One store as one person.

    `tokens` and `person` name a file of tokens, and whose to take, where a store runs on this very machine.
    `token_endpoint` and `client_id` are where a token is renewed.
    """

    store: str
    tokens: str = ""
    person: str = ""
    token_endpoint: str = ""
    client_id: str = ""


class Profiles:
    """The profiles of a directory."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._file = directory / _FILE

    def find(self, name: str) -> Profile | None:
        """Return a profile, or None. Raises WrongUsageError for a file that cannot be read."""
        found = self._read()
        if not found.has_section(name) or not found.get(name, "store", fallback=""):
            return None
        return Profile(**{part.name: found.get(name, part.name, fallback="") for part in fields(Profile)})

    def save(self, name: str, profile: Profile) -> None:
        """Write a profile; the others, and what people wrote beside them, stay."""
        found = self._read()
        found[name] = {key: value for key, value in asdict(profile).items() if value}
        self._directory.mkdir(mode=_PRIVATE_DIRECTORY, parents=True, exist_ok=True)
        draft = self._file.with_suffix(".draft")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE), "w", encoding="utf-8") as file:
            found.write(file)
        draft.replace(self._file)

    def _read(self) -> configparser.ConfigParser:
        found = configparser.ConfigParser(interpolation=None, default_section="")
        try:
            found.read(self._file, encoding="utf-8")
        except (configparser.Error, OSError, UnicodeDecodeError) as error:
            raise WrongUsageError(f"The profiles in {self._file} cannot be read: {error}") from error
        return found
