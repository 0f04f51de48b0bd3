"""The index of the decisions, from their own headings."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent / "adr"
INDEX = FOLDER / "README.md"

_INTRODUCTION = """# Decisions

Why it is as it is: one decision a page, with what else there was and what it would cost to go back on it. This list is
generated: `make docs-write`.

"""


def page() -> str:
    """Return the whole page."""
    paths = sorted(path for path in FOLDER.glob("*.md") if path != INDEX)
    return _INTRODUCTION + "".join(f"- [{_title(path)}]({path.name})\n" for path in paths)


def _title(path: Path) -> str:
    return path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")
