"""Strangers' text on its way to a terminal: nothing that moves, hides or commands leaves this program as it came."""

from __future__ import annotations

import re

from shared.contracts.text.visible import visible

_LAYOUT = re.compile(r"[\t\n\r]")
RUNNER_COMMAND = re.compile(r"##\[")


def one_line(text: str) -> str:
    """Return a text on one line: hidden characters written out, line breaks and tabs as ⟦U+000A⟧.

    `##[` is taken apart, since runners of GitHub Actions obey it anywhere in a line.
    """
    shown = _LAYOUT.sub(lambda match: f"⟦U+{ord(match.group()):04X}⟧", visible(text))
    return RUNNER_COMMAND.sub("# #[", shown)


def lines_of(text: str) -> list[str]:
    """Return a text as lines that can be shown: line breaks break, tabs are blanks."""
    return [one_line(line.removesuffix("\r").replace("\t", "    ")) for line in text.split("\n")]
