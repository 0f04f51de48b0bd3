"""The page of all events, from the tables of messages and of the public history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.domain.events import EventType
from shared.domain.feed import PUBLIC, TOMBSTONES
from shared.domain.messages import MAILED, WORDINGS, dotted

if TYPE_CHECKING:
    from collections.abc import Iterator

_INTRODUCTION = """# Events

Every transition writes its event in the same transaction as the state: the event is the audit entry and the message
to the publisher at once, and what the table's stream delivers. Each is delivered at least once, and its `event_id` is
the same when it comes again. This page is generated from `shared/domain/events.py`, `messages.py` and `feed.py`:
`make docs-write`.

- **told**: what the publisher reads in `GET /v1/plugins/{plugin_id}/messages` and can subscribe to by
  [webhook](webhooks.md)
- **mail**: worth an e-mail, where it was not the publisher's own doing
- **public**: in `GET /v1/changes` and the plugin's feed; † a mirror serves it no more

Operators get every event, told or not, from the topic `EventTopicArn`; on one machine each is a line of
`events.jsonl`.

"""


def page() -> str:
    """Return the whole page."""
    return _INTRODUCTION + "\n".join(["| event | told | mail | public |", "|:--|:--|:--|:--|", *_rows()]) + "\n"


def _rows() -> Iterator[str]:
    for kind in EventType:
        wording = WORDINGS.get(kind)
        told = f"**{wording.title}.** {wording.text}" if wording else "—"
        publicity = f"{PUBLIC[kind]}{' †' if kind in TOMBSTONES else ''}" if kind in PUBLIC else "—"
        yield f"| `{dotted(kind)}` | {told} | {'yes' if kind in MAILED else '—'} | {publicity} |"
