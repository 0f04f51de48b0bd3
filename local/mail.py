"""E-mail on one machine: a folder of letters, and accounts that all have an address at this machine."""

from __future__ import annotations

import secrets
from email.message import EmailMessage
from email.policy import SMTP
from typing import TYPE_CHECKING
from urllib.parse import quote

from shared.storage.mail import LETTER_ID_HEADER

if TYPE_CHECKING:
    from pathlib import Path

    from shared.domain.ports import Letter

SENDER = "Standfast <standfast@localhost>"


class FolderMail:
    """The `Mail` port over a folder: a file for each letter, under its id, so that a repeated one is there once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, letter: Letter) -> None:
        """Put a letter into the folder, where any mail program can open it."""
        message = EmailMessage(policy=SMTP)
        message["From"] = SENDER
        message["To"] = letter.to
        message["Subject"] = letter.subject
        message[LETTER_ID_HEADER] = letter.letter_id
        message.set_content(letter.text)
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = self._folder / f".{secrets.token_hex(8)}"
        draft.write_bytes(message.as_bytes())
        draft.replace(self._folder / f"{quote(letter.letter_id, safe='')}.eml")


class LocalPeople:
    """The `People` port: whoever has a token has a mailbox here."""

    def email(self, subject: str) -> str | None:
        """Return an address that says whose it is; every character that has a meaning in one is encoded."""
        return f"{quote(subject, safe='')}@localhost"
