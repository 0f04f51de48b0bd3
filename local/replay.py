"""`make replay`: the public history of a real store, day by day, through this one.

Every plugin and every change is submitted from its own host and reviewed in order, over HTTP alone, while readers poll
everything that is live and compare it, byte for byte, with what was approved.
"""

from __future__ import annotations

import json
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import yaml

from local.demo import settled
from local.process import StoreProcess
from local.publisher import PublisherHosts
from local.reader import Poll, Reader, percentile
from shared.contracts.catalogue import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


READERS = 2
LEAST_ACCEPTED = 0.95
"""The share of honest versions that must be accepted."""

REAL_STORE = "44 delistings in 25 days: 22 came back, after 4 days in the median and 16 at most; 22 never did"
REAL_STORE_PLUGIN_DAYS = 93
"""At least. Of 22 absences that ended, half lasted 4 days or more and one 16, the others 1 or more: 71; and 22 more."""

_MANIFEST_PATH = "/.well-known/ai-plugin.json"
_SCHEMA_NAMES = ("openapi.json", "openapi.yaml")
_SUBMITTERS = 4
_ROUND_SECONDS = 60.0
_QUEUE_PAGE = 100


@dataclass(frozen=True, slots=True)
class Edition:
    """What a host served at one time: `number` is the corpus's own count of the host's versions."""

    host: str
    number: int
    manifest: bytes
    schema: bytes

    @property
    def schema_path(self) -> str:
        """The path that the manifest names for the schema, on whatever host."""
        return urlsplit(self._schema_url).path

    @property
    def schema_host(self) -> str:
        """The host that the manifest names for the schema, mostly the plugin's own."""
        return urlsplit(self._schema_url).hostname or self.host

    @property
    def _schema_url(self) -> str:
        named: str = json.loads(self.manifest)["api"]["url"]
        return urljoin(f"https://{self.host}{_MANIFEST_PATH}", named)


@dataclass(frozen=True, slots=True)
class History:
    """Days in order, each with the hosts that were listed and the number of the version each served."""

    days: tuple[tuple[str, Mapping[str, int]], ...]
    directory: Path

    @classmethod
    def read(cls, directory: Path, *, days: int | None = None) -> History:
        """Read the corpus; the first so many days of it."""
        listed: dict[str, dict[str, int]] = json.loads((directory / "days.json").read_text(encoding="utf-8"))
        return cls(tuple(sorted(listed.items()))[:days], directory)

    def edition(self, host: str, number: int) -> Edition | None:
        """Return what a host served, or None where the collector of the corpus could not get the schema."""
        folder = self.directory / host / f"{number:02}"
        for name in _SCHEMA_NAMES:
            if (folder / name).exists():
                return Edition(host, number, (folder / "ai-plugin.json").read_bytes(), (folder / name).read_bytes())
        return None

    def changes(self, listed: Mapping[str, int], known: Mapping[str, int]) -> Iterator[tuple[str, int]]:
        """Yield the hosts that are new or serve another version than is known of them."""
        yield from (pair for pair in listed.items() if known.get(pair[0]) != pair[1])


@dataclass(frozen=True, slots=True)
class Refusal:
    """A version that the store did not accept, and the first reason that it gave."""

    edition: Edition
    code: str
    message: str


@dataclass(slots=True)
class Ledger:
    """What has been asked of the store and what came of it, as far as readers may know of it.

    `approved` and `approving` frame what a reader may see of a plugin: nothing older than the version whose approval
    was answered before the poll began, nothing newer than the one whose approval was asked for before it ended.
    """

    editions: dict[tuple[str, int], Edition] = field(default_factory=dict)
    plugin_of: dict[str, str] = field(default_factory=dict)
    approved: dict[str, tuple[tuple[float, int], ...]] = field(default_factory=dict)
    approving: dict[str, int] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    accepted: int = 0
    left_out: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def submitted(self) -> int:
        """How many versions were submitted."""
        return self.accepted + len(self.refusals)

    def live(self) -> list[str]:
        """Return the plugins that have been approved."""
        with self.lock:
            return list(self.approved)

    def approved_before(self, plugin_id: str, moment: float) -> int:
        """Return the newest version whose approval was answered before a moment of the monotonic clock."""
        with self.lock:
            return max((number for at, number in self.approved[plugin_id] if at < moment), default=0)

    def note_approval(self, plugin_id: str, number: int) -> None:
        """Note that an approval was answered just now."""
        with self.lock:
            self.accepted += 1
            self.approved[plugin_id] = (*self.approved.get(plugin_id, ()), (time.monotonic(), number))


class Judge:
    """Tells what is wrong with what a reader got: a version that is not live, or documents that are not its own."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._fine: set[tuple[str, int, bytes, bytes]] = set()

    def __call__(self, poll: Poll) -> str:
        """Return what is wrong with a poll that went through, or ""."""
        number = int(poll.schema_path.split("/")[4])
        oldest = self._ledger.approved_before(poll.plugin_id, poll.began)
        if not oldest <= number <= self._ledger.approving[poll.plugin_id]:
            return f"{poll.plugin_id}: version {number} while {oldest} was approved"
        schema = poll.schema.body if poll.schema else b""
        seen = (poll.plugin_id, number, sha256(poll.manifest.body).digest(), sha256(schema).digest())
        if seen in self._fine:
            return ""
        edition = self._ledger.editions[poll.plugin_id, number]
        if _content(poll.manifest.document) != _content(json.loads(edition.manifest)):
            return f"{poll.plugin_id}: the manifest is not that of version {number}"
        if schema != edition.schema and _without_servers(schema) != _without_servers(edition.schema):
            return f"{poll.plugin_id}: the schema is not that of version {number}"
        self._fine.add(seen)
        return ""


def run_replay(corpus: Path, *, days: int | None = None) -> int:
    """Replay the history and return the exit status: 0 when nothing failed and honest documents were accepted."""
    if not (corpus / "days.json").exists():
        print(f"Skipped: there is no corpus at {corpus}. It is test data, and no part of the project.")
        return 0
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="standfast-replay-") as data,
        PublisherHosts() as hosts,
        StoreProcess(Path(data), connect_to=hosts.address) as store,
    ):
        replay = _Replay(History.read(corpus, days=days), store, hosts)
        readers = replay.run()
    return _report(replay, readers, seconds=time.monotonic() - began)


class _Replay:
    def __init__(self, history: History, store: StoreProcess, hosts: PublisherHosts) -> None:
        self.history = history
        self.ledger = Ledger()
        self._store = store
        self._hosts = hosts
        self.off_the_shelf: set[tuple[str, str]] = set()
        self._noted: Counter[Reader] = Counter()
        self._served: dict[str, dict[str, bytes]] = {}
        self._reviewer = store.client("reviewer")

    def run(self) -> list[Reader]:
        """Go through the days; return the readers, who have stopped."""
        judge = Judge(self.ledger)
        readers = [Reader(self._store.client(), self.ledger.live, judge) for _ in range(READERS)]
        for reader in readers:
            reader.start()
        known: dict[str, int] = {}
        with ThreadPoolExecutor(_SUBMITTERS) as pool:
            for day, listed in self.history.days:
                changed = self._changed(listed, known)
                outcomes = list(pool.map(self._submit, changed))
                self._review()
                self._let_everybody_look(readers)
                self._note_gaps(day, readers)
                _tell_day(day, changed, [refusal for refusal in outcomes if refusal], self.ledger)
        for reader in readers:
            reader.stop()
        return readers

    def _changed(self, listed: Mapping[str, int], known: dict[str, int]) -> list[Edition]:
        """Publish what is new today, and return it."""
        changed = []
        for host, number in self.history.changes(listed, known):
            known[host] = number
            edition = self.history.edition(host, number)
            if edition is None:
                self.ledger.left_out += 1
                continue
            self._publish(edition)
            changed.append(edition)
        return changed

    def _publish(self, edition: Edition) -> None:
        places = (
            (edition.host, _MANIFEST_PATH, edition.manifest),
            (edition.schema_host, edition.schema_path, edition.schema),
        )
        for host, path, body in places:
            files = self._served.setdefault(host, {})
            files[path] = body
            self._hosts.publish(host, files)

    def _submit(self, edition: Edition) -> Refusal | None:
        """Submit a version and wait for what the store makes of it."""
        client = self._store.client("developer")
        url = f"https://{edition.host}{_MANIFEST_PATH}"
        plugin_id = self.ledger.plugin_of.get(edition.host)
        path = f"/v1/plugins/{plugin_id}/versions" if plugin_id else "/v1/plugins"
        reply = client.post(path, {"manifest_url": url})
        if reply.status != HTTPStatus.ACCEPTED:
            return self._refused(
                edition, reply.document.get("type", str(reply.status)), reply.document.get("title", "")
            )
        plugin_id, number = reply.document["plugin_id"], reply.document["version"]
        self.ledger.plugin_of[edition.host] = plugin_id
        self.ledger.editions[plugin_id, number] = edition
        version = settled(client, plugin_id, number)
        client.close()
        if version.get("state") == "in_review":
            return None
        errors = [finding for finding in version.get("findings", []) if finding["severity"] == "error"]
        first = errors[0] if errors else {"code": version.get("state", "not settled"), "message": "no finding"}
        return self._refused(edition, first["code"], first["message"])

    def _refused(self, edition: Edition, code: str, message: str) -> Refusal:
        refusal = Refusal(edition, code, message)
        self.ledger.refusals.append(refusal)
        return refusal

    def _review(self) -> None:
        """Approve everything in the queue, the longest waiting first, by the digest that the queue shows."""
        while waiting := self._reviewer.get(f"/v1/reviews?limit={_QUEUE_PAGE}").document.get("items", []):
            for version in waiting:
                self._approve(version["plugin_id"], version["version"], version["digest"])

    def _approve(self, plugin_id: str, number: int, digest: str) -> None:
        self.ledger.approving[plugin_id] = number
        path = f"/v1/plugins/{plugin_id}/versions/{number}/approve"
        reply = self._reviewer.post(path, {"digest": digest})
        if reply.status != HTTPStatus.OK:
            message = f"The approval of version {number} of {plugin_id} was answered {reply.status}: {reply.body!r}"
            raise RuntimeError(message)
        self.ledger.note_approval(plugin_id, number)

    def _let_everybody_look(self, readers: Sequence[Reader]) -> None:
        """Wait until each reader has gone round once more: everything live is looked at on every day."""
        marks = [reader.rounds + 2 for reader in readers]
        deadline = time.monotonic() + _ROUND_SECONDS
        while any(reader.rounds < mark for reader, mark in zip(readers, marks, strict=True)):
            if time.monotonic() > deadline:
                message = f"The readers have not gone round in {_ROUND_SECONDS:.0f} s."
                raise RuntimeError(message)
            time.sleep(0.01)

    def _note_gaps(self, day: str, readers: Sequence[Reader]) -> None:
        """Note the plugins that a reader could not read at some moment of today."""
        for reader in readers:
            new = reader.account.failed[self._noted[reader] :]
            self._noted[reader] += len(new)
            self.off_the_shelf |= {(day, poll.plugin_id) for poll in new}


def _tell_day(day: str, changed: Sequence[Edition], refused: Sequence[Refusal], ledger: Ledger) -> None:
    print(f"{day}  {len(changed):>3} submitted  {len(refused):>2} refused  {len(ledger.approved):>3} live", flush=True)
    for refusal in refused:
        print(f"            {refusal.edition.host} version {refusal.edition.number}: {refusal.code}", flush=True)


def _report(replay: _Replay, readers: Sequence[Reader], *, seconds: float) -> int:
    ledger = replay.ledger
    polls = sum(reader.account.polls for reader in readers)
    failed = [poll for reader in readers for poll in reader.account.failed]
    wrong = [what for reader in readers for what in reader.account.wrong]
    latencies = [seconds for reader in readers for seconds in reader.account.latencies]
    share = ledger.accepted / max(ledger.submitted, 1)
    rows = [
        ("days", f"{len(replay.history.days)}"),
        ("plugins", f"{len(ledger.plugin_of)}"),
        ("versions submitted", f"{ledger.submitted}   ({ledger.left_out} more have no schema in the corpus: left out)"),
        ("accepted", f"{ledger.accepted}   ({share:.1%}; at least {LEAST_ACCEPTED:.0%} wanted)"),
        ("refused", f"{len(ledger.refusals)}"),
        *((f"  {code}", f"{count}") for code, count in sorted(Counter(r.code for r in ledger.refusals).items())),
        ("polls", f"{polls:,}   (each a manifest and the schema that it names, of one live plugin)"),
        ("failed polls", f"{len(failed)}"),
        ("wrong or mixed pairs", f"{len(wrong)}"),
        (
            "latency of a manifest",
            f"{percentile(latencies, 0.5) * 1000:.1f} ms median, {percentile(latencies, 0.99) * 1000:.1f} ms 99 %",
        ),
        ("plugin-days off the shelf", f"{len(replay.off_the_shelf)}"),
        ("  the real store's", f"at least {REAL_STORE_PLUGIN_DAYS}   ({REAL_STORE})"),
        ("seconds", f"{seconds:.1f}"),
    ]
    print()
    for name, value in rows:
        print(f"{name:<34}{value}")
    _tell_refusals(ledger.refusals)
    for what in [*wrong[:5], *(f"{poll.plugin_id}: {poll.manifest.status}" for poll in failed[:5])]:
        print(f"FAILED: {what}", file=sys.stderr)
    return 0 if polls and not failed and not wrong and share >= LEAST_ACCEPTED else 1


def _tell_refusals(refusals: Sequence[Refusal]) -> None:
    """Name every refusal with what was found, and say once for each code why that is not accepted."""
    for code in sorted({refusal.code for refusal in refusals}):
        why = CATALOGUE[code].means if code in CATALOGUE else "The store refused the request."
        print(f"\n{code}: {why}")
        for refusal in (each for each in refusals if each.code == code):
            print(f"  {refusal.edition.host} version {refusal.edition.number}: {refusal.message}")


def _content(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return a manifest without the one member that differs in its served form."""
    return manifest | {"api": {name: value for name, value in manifest["api"].items() if name != "url"}}


@cache
def _without_servers(schema: bytes) -> Any:  # noqa: ANN401 - an OpenAPI document
    """Read a schema without its servers, which the served form makes absolute. JSON is YAML, but for tabs."""
    try:
        document = json.loads(schema)
    except ValueError:
        document = yaml.load(schema.decode("utf-8-sig"), yaml.CBaseLoader)  # noqa: S506 - texts alone
    return {name: value for name, value in document.items() if name != "servers"}
