"""Figures taken down for a test to look at."""

from __future__ import annotations

from dataclasses import dataclass, field

from shared.domain.figures import Figure


@dataclass(slots=True)
class Taken:
    """The `Metrics` port in memory."""

    figures: list[Figure] = field(default_factory=list)

    def record(self, *figures: Figure) -> None:
        """Take some figures down."""
        self.figures += figures

    @property
    def counted(self) -> list[tuple[str, str]]:
        """The names and labels of what was taken down, in order."""
        return [(figure.metric.name, figure.label) for figure in self.figures]
