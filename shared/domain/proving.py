"""How a publisher shows that a domain is theirs: a text that names their account, put where only its owner can put it.

The text is no secret. It says "this account may publish plugins of this domain", and whoever can say so in the domain's
own name is its owner.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.domain.identity import Subject

_PREFIX = "standfast-publisher="
_LABEL = "_standfast"
_PATH = "/.well-known/standfast-publisher.txt"
_DIGITS = 40


class DomainProof(StrEnum):
    """Whether publishers must show that a domain is theirs."""

    OFF = "off"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class Challenge:
    """What to put where: a TXT record, a file, or a verification token in the manifest. One of them is enough."""

    root: str
    text: str

    @property
    def record_name(self) -> str:
        """The name of the TXT record that holds the text."""
        return f"{_LABEL}.{self.root}"

    @property
    def file_url(self) -> str:
        """The URL of the file that holds the text and nothing else."""
        return f"https://{self.root}{_PATH}"

    def is_met_by(self, text: str) -> bool:
        """Tell whether a record, a file or a token holds the text; white space around it does no harm."""
        return text.strip() == self.text


def challenge(publisher: Subject, root: str) -> Challenge:
    """Return the challenge of an account for a root domain. It is always the same one: there is nothing to store."""
    name = hashlib.sha256(f"{publisher}\n{root}".encode()).hexdigest()[:_DIGITS]
    return Challenge(root, _PREFIX + name)
