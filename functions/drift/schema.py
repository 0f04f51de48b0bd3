"""The messages that a round of looks is made of."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

from shared.domain import rounds
from shared.domain.identity import PLUGIN_ID_FORM, PluginId
from shared.domain.rounds import MOST_LOOKS, DriftTask, Shelf


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LookIn(_Message):
    """Which live version of which plugin to compare its origin with."""

    plugin_id: str = Field(pattern=PLUGIN_ID_FORM)
    version: int = Field(ge=1)
    host: str = ""

    @property
    def look(self) -> rounds.Look:
        """The look."""
        return rounds.Look(PluginId(self.plugin_id), self.version, self.host)


class PlanIn(_Message):
    """Go on planning a round: what the schedule sends, and each step of it the next one."""

    task: Literal["plan"]
    round: AwareDatetime
    shelf: Shelf = Shelf.LIVE
    cursor: str = ""
    by_hand: bool = False

    @property
    def asked(self) -> rounds.Plan:
        """The task."""
        return rounds.Plan(self.round, self.shelf, self.cursor, self.by_hand)


class CheckIn(_Message):
    """Look at some origins."""

    task: Literal["check"]
    round: AwareDatetime
    looks: list[LookIn] = Field(max_length=MOST_LOOKS)
    attempt: int = Field(ge=1)
    by_hand: bool

    @property
    def asked(self) -> rounds.Check:
        """The task."""
        return rounds.Check(self.round, tuple(each.look for each in self.looks), self.attempt, self.by_hand)


class ExamineIn(_Message):
    """Compare what one origin says."""

    task: Literal["examine"]
    round: AwareDatetime
    look: LookIn
    attempt: int = Field(ge=1)
    by_hand: bool

    @property
    def asked(self) -> rounds.Examine:
        """The task."""
        return rounds.Examine(self.round, self.look.look, self.attempt, self.by_hand)


class ProbeIn(_Message):
    """Probe the servers of a version under review."""

    task: Literal["probe"]
    plugin_id: str = Field(pattern=PLUGIN_ID_FORM)
    version: int = Field(ge=1)

    @property
    def asked(self) -> rounds.Probe:
        """The task."""
        return rounds.Probe(PluginId(self.plugin_id), self.version)


_MESSAGE: TypeAdapter[PlanIn | CheckIn | ExamineIn | ProbeIn] = TypeAdapter(
    Annotated[PlanIn | CheckIn | ExamineIn | ProbeIn, Field(discriminator="task")]
)


def read_task(body: str) -> DriftTask:
    """Read a message. Raises ValueError (pydantic's ValidationError) for anything else."""
    return _MESSAGE.validate_json(body).asked
