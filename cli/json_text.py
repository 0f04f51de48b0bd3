"""JSON for programs that is harmless on its way past a terminal and past the log of a build."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO


def write_json(value: object, out: TextIO) -> None:
    """Write a value and a line feed, in ASCII alone, so that no terminal takes it for anything else.

    Runners of GitHub Actions obey `##[` anywhere in a line: it stands in strings alone, and can be written otherwise.
    """
    out.write(json.dumps(value, indent=2).replace("##[", "#\\u0023["))
    out.write("\n")
