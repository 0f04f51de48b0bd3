"""Changes as one HTML page: no script, nothing loaded, readable in light and dark.

Every word of a publisher is escaped, hidden characters are written out and marked, and the page forbids itself to load
anything, so that it can be opened from a mailbox or a build's artefacts.
"""

from __future__ import annotations

import re
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from cli.changes.showing import HEADINGS, pieces_of
from shared.contracts.text.visible import visible
from shared.diff.changes import Lane
from shared.diff.texts import Happened

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

    from cli.comparing import Compared
    from shared.diff.changes import Change
    from shared.diff.texts import Piece

_LANES = {lane: order for order, lane in enumerate(Lane)}
_TAGS = {Happened.KEPT: "span", Happened.REMOVED: "del", Happened.ADDED: "ins"}
_HIDDEN = re.compile(r"⟦U\+[0-9A-F]{4,6}⟧")
_STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --faint: #59636e; --paper: #fff; --card: #f6f8fa;
  --line: #d1d9e0; --high: #b3261e; --medium: #8a5a00; --low: #0b5cad; --none: #1a7f37;
  --ins: #dafbe1; --del: #ffebe9; --mark: #fff3b0; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --faint: #9198a1; --paper: #0d1117; --card: #161b22;
  --line: #30363d; --high: #ff8b82; --medium: #e3b341; --low: #79b8ff; --none: #56d364; --ins: #12391f; --del: #4b1113;
  --mark: #5c4a00; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 64rem; padding: 2rem 1rem 4rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin: 2.5rem 0 .75rem; }
article { border: 1px solid var(--line); border-left: .3rem solid var(--edge); border-radius: .4rem;
  background: var(--card); padding: .75rem 1rem; margin: .75rem 0; }
article p { margin: .25rem 0; }
.high { --edge: var(--high); } .medium { --edge: var(--medium); } .low { --edge: var(--low); }
.none { --edge: var(--none); }
.risk { font-weight: 700; color: var(--edge); }
code, pre { font: .875rem/1.5 ui-monospace, monospace; } .faint, .faint code { color: var(--faint); font-size: .85rem; }
pre { white-space: pre-wrap; margin: .5rem 0 0; padding: .5rem .75rem; background: var(--paper); border-radius: .3rem; }
ins { background: var(--ins); } del { background: var(--del); } mark { background: var(--mark); color: inherit; }
"""
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Plugin changes: risk {risk}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>Plugin changes</h1>
<p class="faint">From <code>{old}</code> to <code>{new}</code></p>
<section class="{risk}" aria-label="Assessment">
<p>{count} Risk: <span class="risk">{risk}</span></p>
<ul>{reasons}</ul>
</section>
{lanes}
</main>
</body>
</html>
"""


def write(compared: Compared, out: TextIO) -> None:
    """Write the page."""
    ordered = sorted(compared.changes, key=lambda change: _LANES[change.lane])
    lanes = groupby(ordered, key=lambda change: change.lane)
    number = len(compared.changes)
    page = _PAGE.format(
        risk=compared.assessment.risk,
        style=_STYLE,
        old=_shown(compared.old),
        new=_shown(compared.new),
        count="The versions are equal." if not number else f"{number} change{'' if number == 1 else 's'}.",
        reasons="".join(f"<li>{_shown(reason)}</li>" for reason in compared.assessment.reasons),
        lanes="\n".join(_lane(lane, changes) for lane, changes in lanes),
    )
    out.write(page)


def _lane(lane: Lane, changes: Iterable[Change]) -> str:
    return f"<section>\n<h2>{HEADINGS[lane]}</h2>\n{''.join(map(_article, changes))}</section>"


def _article(change: Change) -> str:
    places = " → ".join(dict.fromkeys(pointer for pointer in (change.old_pointer, change.new_pointer) if pointer))
    pieces = "".join(map(_piece, pieces_of(change)))
    return (
        f'<article class="{change.severity}">\n'
        f'<p><span class="risk">{change.severity}</span> <code>{escape(change.code)}</code></p>\n'
        f"<p>{_shown(change.message)}</p>\n"
        f'<p class="faint"><code>{_shown(places)}</code></p>\n'
        f"{f'<pre>{pieces}</pre>' if pieces else ''}</article>\n"
    )


def _piece(piece: Piece) -> str:
    tag = _TAGS[piece.happened]
    return f"<{tag}>{_shown(piece.text)}</{tag}>"


def _shown(text: str) -> str:
    """Escape a text, and mark what would not be seen in it.

    Line breaks are written as references: no line of the page begins with what a build's runner would obey.
    """
    escaped = escape(visible(text)).replace("##[", "#&#35;[").replace("\n", "&#10;").replace("\r", "&#13;")
    return _HIDDEN.sub(lambda match: f"<mark>{match.group()}</mark>", escaped)
