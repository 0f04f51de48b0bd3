"""Writing for a terminal: styles where it has them, every line of a stranger's words behind a gutter.

The gutter is not only looks: runners of GitHub Actions obey a line that begins with `::`, and none begins so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from typing import TextIO

GUTTER = "  │ "
_WIDTH = 100
"""Columns, where nothing says how many there are."""
_NARROWEST = 40


class Paper:
    """Where a command writes its readable output. Texts are taken as they are: no markup and no emoji codes."""

    def __init__(self, out: TextIO) -> None:
        is_terminal = out.isatty()
        self._console = Console(
            file=out,
            markup=False,
            emoji=False,
            highlight=False,
            soft_wrap=True,
            width=None if is_terminal else _WIDTH,
        )
        self.width = max(self._console.width, _NARROWEST)
        """Columns of a line."""

    def line(self, text: Text | str = "") -> None:
        """Write one line as it is; it may be longer than the terminal is wide."""
        self._console.print(text)

    def paragraph(self, text: str, *, lead: str = "", style: str = "") -> None:
        """Write a text over as many lines as it needs, each behind the gutter, the first after `lead`."""
        whole = Text()
        whole.append(lead, "bold")
        whole.append(text, style or None)
        self.text(whole)

    def text(self, text: Text) -> None:
        """Write a styled text in the same way."""
        for line in text.wrap(self._console, self.width - len(GUTTER)):
            row = Text(GUTTER, "dim")
            row.append_text(line)
            self.line(row)
