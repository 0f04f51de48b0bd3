"""The page of drift: what is found of origins, what follows from it, and what looking costs."""

from __future__ import annotations

from bench.looks import Rounds, budget_table
from bench.paper import Prices
from bench.tables import render
from functions.drift.comparing import DANGERS
from shared.domain.drift import MOST_ON_TRUST
from shared.domain.drifting import NEWS
from shared.domain.messages import dotted
from shared.domain.rounds import MOST_ATTEMPTS, RETRY_AFTER, TICK

_MEANINGS = {
    "in_sync": "It says what is live, in whatever order and formatting.",
    "drifted": "It says something else. What it says is stored, compared and judged; what is live stays live.",
    "unreachable": "It does not answer: no connection, no certificate, a status that is not 200, a redirect elsewhere.",
    "gone": "The name of its host does not exist (NXDOMAIN), at every look for `DriftGoneAfterHours`.",
}
_PAGE = """# Drift: does the origin still say what was approved

A store that pins what it serves need not trust its publishers to stand still. It looks all the same: publishers
forget to submit, hosts are sold, and reviewers should know. Nothing that a look finds takes a plugin off the shelf.
This page is generated: `make docs-write`.

## States

| state | means | told as |
|---|---|---|
{states}

An event, a message to the publisher and deliveries to webhooks come with the change of a state, or when a drift
begins to say something else, in one transaction with the record. The record is `DRIFT#{{plugin}}`, never the pointer.
`GET /v1/plugins/{{id}}` shows it as `origin`, `GET /v1/plugins/{{id}}/drift` with every change.

*What differs.* Bytes that differ are parsed and compared by the rules that tell one version from another. If nothing
but order or formatting changed, the origin is in sync, and the new bytes are remembered. The manifest and the API
description are watched; a logo is pinned and not watched. Documents that cannot be read are a drift of high risk that
says why.

*What the publisher wants.* `PUT /v1/plugins/{{id}}/drift` with `{{"on_drift": "submit"}}` makes a candidate of a
drift at once: fetched, judged and reviewed like every other one, within the same limits. Each content is submitted
once, whatever became of it. An approved candidate that waits for its release is never taken back for it, nor is a
plugin taken back to a host that its publisher has left since, and what would not pass is told and not submitted.

*What the operator wants.* With `SuspendOnDrift=on` nobody new installs a plugin whose origin is gone, or differs in
where it sends data or how users sign in. Whoever has it keeps it, and is served what was approved. It ends when the
origin is in sync again, or when a reviewer approves what it says. These changes count:

| danger | changes |
|---|---|
{dangers}
| `domain` | The host's name is gone; or with `DomainProof=required`, a drift comes without the proof. |

## A look

- One conditional request (`If-None-Match`, `If-Modified-Since`) for each of the two documents, with the validators of
  the last answer. An unchanged plugin costs that, a read and a write of its record, and no parse. An origin without
  validators is read in full and hashed. Nothing is parsed where many are looked at: what differs is examined alone,
  in a message of its own.
- A 304 is the publisher's word. After {on_trust} looks that rest on one, the documents are read in full.
- A look that gets no answer is tried {attempts} times, {pause} minutes apart, before it counts. After that the pauses
  double, up to a day. A name that does not exist is asked for at every interval until it is clear that it is gone.
- A round begins every {tick} minutes. A plugin is due every `DriftIntervalMinutes`, in a round that its host's name
  decides, and within it after a delay that name and round decide. The plugins of a host are in one message and are
  looked at one after the other, ten at a time, so no host is asked by two at once unless the queue falls behind.
- Planning goes through the catalogue by pages and asks for its own next step, and then through the review queue: in
  every round the servers that a candidate and the live version name are probed (`HEAD`, no redirects; any answer
  counts), and the report says so.
- `python -m local drift` looks at everything now. On AWS the same is a message to the queue (`DriftQueueUrl`):
  `{{"task": "plan", "round": "2026-01-01T00:00:00Z", "by_hand": true}}`, with the present moment.

## What it costs

{budget}
Measured beside plain requests: `python -m bench --only looks`.
"""


def page() -> str:
    """Return the page."""
    states = (f"| `{state}` | {_MEANINGS[state]} | `{dotted(kind)}` |" for state, kind in NEWS.items())
    dangers = (f"| `{danger}` | {_codes(codes)} |" for danger, codes in DANGERS.items())
    return _PAGE.format(
        states="\n".join(states),
        dangers="\n".join(dangers),
        on_trust=MOST_ON_TRUST,
        attempts=MOST_ATTEMPTS,
        pause=RETRY_AFTER.seconds // 60,
        tick=TICK.seconds // 60,
        budget=render(budget_table(Rounds(), Prices())),
    )


def _codes(codes: tuple[str, ...]) -> str:
    return ", ".join(f"`{code}*`" if code.endswith(("-", "url", "security")) else f"`{code}`" for code in codes)
