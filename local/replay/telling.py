"""What a replay showed, in figures, and whether everything held."""

from __future__ import annotations

import sys
from collections import Counter
from textwrap import shorten
from typing import TYPE_CHECKING

from local.reader import percentile
from shared.contracts.catalogue import CATALOGUE
from shared.contracts.text.visible import visible
from shared.diff.changes import Lane

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from local.reader import Reader
    from local.replay.history import Edition
    from local.replay.ledger import Ledger, Refusal
    from local.replay.running import Replay

LEAST_ACCEPTED = 0.95
"""The share of honest versions that must be accepted."""

REAL_STORE = "44 delistings in 25 days: 22 came back, after 4 days in the median and 16 at most; 22 never did"
REAL_STORE_PLUGIN_DAYS = 93
"""At least. Of 22 absences that ended, half lasted 4 days or more and one 16, the others 1 or more: 71; and 22 more."""

_MOST_FAILURES = 5
_LONGEST = 120

type Row = tuple[str, str]


def tell_day(day: str, changed: Sequence[Edition], refused: Sequence[Refusal], ledger: Ledger) -> None:
    """Tell what came of a day."""
    print(f"{day}  {len(changed):>3} changed  {len(refused):>2} refused  {len(ledger.approved):>3} live", flush=True)
    for refusal in refused:
        print(f"            {refusal.edition.host} version {refusal.edition.number}: {refusal.code}", flush=True)


def tell(replay: Replay, readers: Sequence[Reader], *, seconds: float) -> int:
    """Tell what came of a replay, and return its exit status: 0 when everything held."""
    print()
    rows = [*_versions(replay), *_changes(replay), *_readings(replay, readers), ("seconds", f"{seconds:.1f}")]
    for name, value in rows:
        print(f"{name:<34}{value}")
    _tell_refusals(replay.ledger.refusals)
    failures = list(_failures(replay, readers))
    for what in failures:
        print(f"FAILED: {what}", file=sys.stderr)
    return 1 if failures else 0


def _versions(replay: Replay) -> Iterator[Row]:
    ledger = replay.ledger
    left_out = f"({ledger.left_out} more have no schema in the corpus: left out)"
    yield "days", f"{len(replay.history.days)}"
    yield "plugins", f"{len(ledger.plugin_of)}"
    yield "versions submitted", f"{ledger.submitted}   {left_out}"
    yield "accepted", f"{ledger.accepted}   ({_share(ledger):.1%}; at least {LEAST_ACCEPTED:.0%} wanted)"
    yield "refused", f"{len(ledger.refusals)}"
    for code, count in sorted(Counter(refusal.code for refusal in ledger.refusals).items()):
        yield f"  {code}", f"{count}"


def _changes(replay: Replay) -> Iterator[Row]:
    upgrades, drift, varying = replay.upgrades, replay.drift, replay.varying
    rules = Counter(replay.ledger.let_through.values())
    yield "upgrades", f"{upgrades.count}   ({upgrades.reports} reports read, {len(upgrades.disputed)} disputed)"
    for lane in Lane:
        yield f"  changes, {lane}", f"{upgrades.lanes[lane]}"
    yield "  only texts of the schema", f"{upgrades.only_texts}   ({len(upgrades.missed)} not found as such)"
    yield "without a reviewer", f"{rules.total()}"
    for rule, count in sorted(rules.items()):
        yield f"  {rule}", f"{count}"
    yield "looks at origins", f"{drift.looks}   ({len(drift.false_alarms)} false alarms)"
    yield "  drift on its day", f"{drift.expected}   ({len(drift.missed)} missed)"
    if varying.since:
        yield "dynamic since", f"{varying.since}   ({shorten(visible(varying.varies[0]), _LONGEST)})"
        yield "  days, the day's schema served", f"{varying.days}, {varying.served}   (no submission, no review)"


def _readings(replay: Replay, readers: Sequence[Reader]) -> Iterator[Row]:
    latencies = [seconds for reader in readers for seconds in reader.account.latencies]
    median, high = (percentile(latencies, share) * 1000 for share in (0.5, 0.99))
    polls = sum(reader.account.polls for reader in readers)
    yield "polls", f"{polls:,}   (each a manifest and the schema that it names, of one live plugin)"
    yield "failed polls", f"{sum(len(reader.account.failed) for reader in readers)}"
    yield "wrong or mixed pairs", f"{sum(len(reader.account.wrong) for reader in readers)}"
    yield "latency of a manifest", f"{median:.1f} ms median, {high:.1f} ms 99 %"
    yield "plugin-days off the shelf", f"{len(replay.off_the_shelf)}"
    yield "  the real store's", f"at least {REAL_STORE_PLUGIN_DAYS}   ({REAL_STORE})"


def _failures(replay: Replay, readers: Sequence[Reader]) -> Iterator[str]:
    """Yield what did not hold, some of each kind."""
    found = (
        [wrong for reader in readers for wrong in reader.account.wrong],
        [f"{poll.plugin_id}: {poll.manifest.status}" for reader in readers for poll in reader.account.failed],
        replay.ledger.unaccounted,
        replay.upgrades.disputed,
        [f"{what}: only texts changed, and something else is told" for what in replay.upgrades.missed],
        [f"{what}: drift was not found" for what in replay.drift.missed],
        [f"{what}: drift was found where nothing had changed" for what in replay.drift.false_alarms],
        replay.varying.wrong,
    )
    for kind in found:
        yield from kind[:_MOST_FAILURES]
    if not any(reader.account.polls for reader in readers):
        yield "nobody read anything"
    if _share(replay.ledger) < LEAST_ACCEPTED:
        yield f"only {_share(replay.ledger):.1%} of the versions were accepted"


def _share(ledger: Ledger) -> float:
    return ledger.accepted / max(ledger.submitted, 1)


def _tell_refusals(refusals: Sequence[Refusal]) -> None:
    """Name every refusal with what was found, and say once for each code why that is not accepted."""
    for code in sorted({refusal.code for refusal in refusals}):
        why = CATALOGUE[code].means if code in CATALOGUE else "The store refused the request."
        print(f"\n{code}: {why}")
        for refusal in (each for each in refusals if each.code == code):
            print(f"  {refusal.edition.host} version {refusal.edition.number}: {refusal.message}")
