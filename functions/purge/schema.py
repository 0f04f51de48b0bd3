"""What moved, out of the stream, and out of the message that asks for a purge to be repeated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from shared.domain.identity import PLUGIN_ID_FORM
from shared.domain.plugin import CurrentDocument, Move

if TYPE_CHECKING:
    from shared.domain.plugin import Pointer


class RepeatRequest(BaseModel):
    """Which plugin's pointer moved, and to which revision; with a version, what is served of it did."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    plugin_id: str = Field(pattern=PLUGIN_ID_FORM)
    revision: int = Field(ge=1)
    version: int = Field(default=0, ge=0)

    @property
    def move(self) -> Move:
        """What is to be purged once more."""
        return Move(self.plugin_id, self.revision, self.version)


def move_of(served: Pointer | CurrentDocument) -> Move:
    """Return what a change of a record moves."""
    version = served.number if isinstance(served, CurrentDocument) else 0
    return Move(served.plugin_id, served.revision, version)
