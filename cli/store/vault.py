"""Where tokens are kept: in the system's keyring, or, where there is none, in a file for its owner alone."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

SERVICE = "standfast"
_FILE = "tokens.json"
_PRIVATE_DIRECTORY, _PRIVATE = 0o700, 0o600


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a sign-in gave. `expires` is in seconds since 1970, 0 where nobody said; `refresh` may be ""."""

    access: str
    refresh: str = ""
    expires: int = 0


class Keyring(Protocol):
    """As much of the keyring library as is used."""

    def get_password(self, service: str, username: str) -> str | None:
        """Return a secret."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a secret."""

    def delete_password(self, service: str, username: str) -> None:
        """Forget a secret."""


class KeyringRefusedError(Exception):
    """The keyring is locked, or does not take a secret of this size."""


class Vault:
    """Tokens by profile and store: a token never goes to another store than the one that it is for."""

    def __init__(self, directory: Path, keyring: Keyring | None) -> None:
        self._file = directory / _FILE
        self._keyring = keyring

    def find(self, profile: str, store: str) -> Tokens | None:
        """Return what is kept, wherever it is."""
        name = _name(profile, store)
        text = self._from_keyring(name) or self._from_file().get(name)
        try:
            return Tokens(**json.loads(text)) if text else None
        except (ValueError, TypeError):
            return None

    def keep(self, profile: str, store: str, tokens: Tokens) -> str:
        """Keep tokens, and say where."""
        name, text = _name(profile, store), json.dumps(asdict(tokens))
        if self._into_keyring(name, text):
            self._write({**self._from_file(), name: None})
            return "in the system's keyring"
        self._write({**self._from_file(), name: text})
        return f"in {self._file}, which only you can read: there is no keyring that takes it"

    def forget(self, profile: str, store: str) -> bool:
        """Forget tokens, wherever they are, and tell whether there were any."""
        name = _name(profile, store)
        known = self.find(profile, store) is not None
        if self._from_keyring(name) and self._keyring:
            self._keyring.delete_password(SERVICE, name)
        self._write({**self._from_file(), name: None})
        return known

    def _from_keyring(self, name: str) -> str | None:
        try:
            return self._keyring.get_password(SERVICE, name) if self._keyring else None
        except KeyringRefusedError:
            return None

    def _into_keyring(self, name: str, text: str) -> bool:
        try:
            if self._keyring:
                self._keyring.set_password(SERVICE, name, text)
        except KeyringRefusedError:
            return False
        return self._keyring is not None

    def _from_file(self) -> dict[str, str]:
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {str(name): str(text) for name, text in found.items()} if isinstance(found, dict) else {}

    def _write(self, entries: dict[str, str | None] | dict[str, str]) -> None:
        kept = {name: text for name, text in entries.items() if text is not None}
        if not kept:
            self._file.unlink(missing_ok=True)
            return
        self._file.parent.mkdir(mode=_PRIVATE_DIRECTORY, parents=True, exist_ok=True)
        draft = self._file.with_suffix(".draft")
        draft.unlink(missing_ok=True)  # one that somebody else made would keep its mode
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE), "w", encoding="utf-8") as file:
            json.dump(kept, file)
        draft.replace(self._file)


def _name(profile: str, store: str) -> str:
    return f"{profile} {store}"


class SystemKeyring:
    """The keyring library, with one error for all that its backends raise."""

    def __init__(self) -> None:
        import keyring  # noqa: PLC0415 - it looks for its backends, which takes a while

        self._library = keyring

    @classmethod
    def found(cls) -> SystemKeyring | None:
        """Return the system's keyring, None where there is none."""
        made = cls()
        # Backends that cannot keep anything have a priority of 0 or less.
        return made if getattr(made._library.get_keyring(), "priority", 0) > 0 else None

    def get_password(self, service: str, username: str) -> str | None:
        """Return a secret. Raises KeyringRefusedError."""
        try:
            return self._library.get_password(service, username)
        except self._library.errors.KeyringError as error:
            raise KeyringRefusedError from error

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a secret. Raises KeyringRefusedError."""
        try:
            self._library.set_password(service, username, password)
        except self._library.errors.KeyringError as error:
            raise KeyringRefusedError from error

    def delete_password(self, service: str, username: str) -> None:
        """Forget a secret; one that is not there is forgotten already."""
        try:
            self._library.delete_password(service, username)
        except self._library.errors.KeyringError as error:
            raise KeyringRefusedError from error
