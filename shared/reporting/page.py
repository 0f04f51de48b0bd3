"""Pages that stand alone: no script, nothing loaded, readable in light and dark.

Every word of a publisher is escaped, hidden characters are written out and marked, and a page forbids itself to load
anything, so that it can be opened from a mailbox or a build's artefacts.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from shared.contracts.text.visible import visible
from shared.diff.texts import Happened
from shared.reporting.showing import HEADINGS, in_lanes, is_text_change, pieces_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shared.diff.changes import Change, Lane
    from shared.diff.texts import Piece
    from shared.reporting.comparing import Compared

CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
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
h1 { font-size: 1.5rem; } h2 { font-size: 1.25rem; margin: 2.5rem 0 .75rem; }
h3 { font-size: 1.05rem; margin: 1.75rem 0 .5rem; }
article { border: 1px solid var(--line); border-left: .3rem solid var(--edge); border-radius: .4rem;
  background: var(--card); padding: .75rem 1rem; margin: .75rem 0; }
article p { margin: .25rem 0; }
.high, .error { --edge: var(--high); } .medium, .warning { --edge: var(--medium); }
.low, .notice { --edge: var(--low); } .none { --edge: var(--none); } .unknown { --edge: var(--faint); }
.risk { font-weight: 700; color: var(--edge); }
code, pre { font: .875rem/1.5 ui-monospace, monospace; } .faint, .faint code { color: var(--faint); font-size: .85rem; }
pre { white-space: pre-wrap; margin: .5rem 0 0; padding: .5rem .75rem; background: var(--paper); border-radius: .3rem; }
ins { background: var(--ins); } del { background: var(--del); } mark { background: var(--mark); color: inherit; }
table { border-collapse: collapse; width: 100%; } caption { text-align: left; color: var(--faint); }
td, th { border-bottom: 1px solid var(--line); padding: .3rem .6rem .3rem 0; text-align: left; vertical-align: top;
  overflow-wrap: break-word; } td:nth-child(2) { overflow-wrap: anywhere; }
"""
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""


def page(title: str, body: str) -> str:
    """Return a page. `title` is text, `body` is HTML."""
    return _PAGE.format(policy=CONTENT_SECURITY_POLICY, title=shown(title), style=_STYLE, body=body)


def comparison_page(compared: Compared) -> str:
    """Return two versions' changes as a page, all of them."""
    lanes = in_lanes(compared.changes, lambda change: change.lane)
    risk = compared.assessment.risk
    body = (
        f"<h1>Plugin changes</h1>\n{between(compared.old, compared.new)}\n"
        f"{assessment(risk, compared.assessment.reasons, count=len(compared.changes))}\n"
        + "\n".join(lane_section(lane, (article(change, pieces_of(change)) for change in each)) for lane, each in lanes)
    )
    return page(f"Plugin changes: risk {risk}", body)


def between(old: str, new: str) -> str:
    """Say what is compared."""
    return f'<p class="faint">From <code>{shown(old)}</code> to <code>{shown(new)}</code></p>'


def assessment(risk: str, reasons: Iterable[str], *, count: int | None = None) -> str:
    """Say how much something asks of a reader, and why. `count` is the number of changes, where there was a count."""
    told = "" if count is None else "The versions are equal. " if not count else f"{counted(count, 'change')}. "
    items = "".join(f"<li>{shown(reason)}</li>" for reason in reasons)
    return (
        f'<section class="{risk}" aria-label="Assessment">\n'
        f'<p>{told}Risk: <span class="risk">{risk}</span></p>\n<ul>{items}</ul>\n</section>'
    )


def lane_section(lane: Lane, articles: Iterable[str], *, level: int = 2) -> str:
    """Put the changes of a lane under its heading, of a level from 1."""
    return f"<section>\n<h{level}>{HEADINGS[lane]}</h{level}>\n{''.join(articles)}</section>"


def article(change: Change, pieces: Iterable[Piece]) -> str:
    """Show one change: its sentence, its places, and the pieces of its values."""
    places = " → ".join(dict.fromkeys(pointer for pointer in (change.old_pointer, change.new_pointer) if pointer))
    # Words run on; whole values stand below one another.
    text = ("" if is_text_change(change) else "&#10;").join(map(_piece, pieces))
    return (
        f'<article class="{change.severity}">\n'
        f'<p><span class="risk">{change.severity}</span> <code>{escape(change.code)}</code></p>\n'
        f"<p>{shown(change.message)}</p>\n"
        f'<p class="faint"><code>{shown(places)}</code></p>\n'
        f"{f'<pre>{text}</pre>' if text else ''}</article>\n"
    )


def _piece(piece: Piece) -> str:
    tag = _TAGS[piece.happened]
    return f"<{tag}>{shown(piece.text)}</{tag}>"


def counted(number: int, what: str) -> str:
    """Return `1 change` or `2 changes`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def shown(text: str) -> str:
    """Escape a text, and mark what would not be seen in it.

    Line breaks are written as references: no line of a page begins with what a build's runner would obey.
    """
    escaped = escape(visible(text)).replace("##[", "#&#35;[").replace("\n", "&#10;").replace("\r", "&#13;")
    return _HIDDEN.sub(lambda match: f"<mark>{match.group()}</mark>", escaped)
