"""Going through the days: publish, let the store look, submit, let the policy decide, review, let everybody read."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING

from local.demo import settled
from local.process import StoreProcess
from local.publisher import PublisherHosts
from local.reader import Reader
from local.replay.history import MANIFEST_PATH, Edition, History
from local.replay.ledger import Judge, Ledger, Refusal
from local.replay.origins import Backstage, DriftFigures
from local.replay.telling import tell, tell_day
from local.replay.upgrades import Upgrades
from local.replay.varying import Varying

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

READERS = 2
POLICY = Path(__file__).parent / "policy.yaml"
_SUBMITTERS = 4
_ROUND_SECONDS = 60.0
_QUEUE_PAGE = 100


def run_replay(corpus: Path, *, days: int | None = None) -> int:
    """Replay the history and return the exit status: 0 when everything held."""
    if not (corpus / "days.json").exists():
        print(f"Skipped: there is no corpus at {corpus}. It is test data, and no part of the project.")
        return 0
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="standfast-replay-") as data,
        PublisherHosts() as hosts,
        StoreProcess(Path(data), connect_to=hosts.address, policy=POLICY) as store,
    ):
        replay = Replay(History.read(corpus, days=days), store, hosts)
        try:
            readers = replay.run()
        finally:
            replay.backstage.close()
    return tell(replay, readers, seconds=time.monotonic() - began)


class Replay:
    """One replay: the history, the store that it goes through, and what is known of both."""

    def __init__(self, history: History, store: StoreProcess, hosts: PublisherHosts) -> None:
        self.history = history
        self.ledger = Ledger()
        self.upgrades = Upgrades()
        self.drift = DriftFigures()
        self.varying = Varying()
        self.backstage = Backstage.of(store.data)
        self.off_the_shelf: set[tuple[str, str]] = set()
        self._store = store
        self._hosts = hosts
        self._noted: Counter[Reader] = Counter()
        self._served: dict[str, dict[str, bytes]] = {}
        self._serving: dict[str, Edition] = {}
        self._reviewer = store.client("reviewer")
        self._publisher = store.client("developer")

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
                self._let_the_store_look(day, changed)
                to_submit = [edition for edition in changed if not self.varying.is_in_force(edition.host)]
                outcomes = list(pool.map(self._submit, to_submit, repeat(day)))
                self._let_the_policy_decide(to_submit)
                self._review()
                self._let_everybody_look(readers)
                self._note_gaps(day, readers)
                tell_day(day, changed, [refusal for refusal in outcomes if refusal], self.ledger)
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
            if self.varying.is_in_force(host):
                self.ledger.varying.setdefault(self.ledger.plugin_of[host], []).append(edition)
            self._publish(edition)
            changed.append(edition)
        return changed

    def _publish(self, edition: Edition) -> None:
        self._serving[edition.host] = edition
        places = (
            (edition.host, MANIFEST_PATH, edition.manifest),
            (edition.schema_host, edition.schema_path, edition.schema),
        )
        for host, path, body in places:
            files = self._served.setdefault(host, {})
            files[path] = body
            self._hosts.publish(host, files)

    def _let_the_store_look(self, day: str, changed: Sequence[Edition]) -> None:
        """Have all origins looked at before anybody submits, and hold what was found against what was published."""
        found = self.backstage.look_at_origins(self.ledger.live())
        hosts = {plugin: host for host, plugin in self.ledger.plugin_of.items()}
        new_today = {edition.host for edition in changed}
        for plugin, origin in found.items():
            host, live = hosts[plugin], self.ledger.live_edition(plugin)
            if self.varying.is_in_force(host):
                self.varying.look(self._publisher, plugin, day, self._serving[host])
            elif live:
                self.drift.note(day, origin, live=live, served=self._serving[host], is_new=host in new_today)

    def _submit(self, edition: Edition, day: str) -> Refusal | None:
        """Submit a version and wait for what the store makes of it."""
        client = self._store.client("developer")
        plugin_id = self.ledger.plugin_of.get(edition.host)
        path = f"/v1/plugins/{plugin_id}/versions" if plugin_id else "/v1/plugins"
        body = {"manifest_url": f"https://{edition.host}{MANIFEST_PATH}"}
        if plugin_id and self.varying.wants_envelope(edition, self.ledger):
            body |= self.varying.proposed(client, plugin_id, day, edition)
        reply = client.post(path, body)
        if reply.status != HTTPStatus.ACCEPTED:
            return self._refused(
                edition, reply.document.get("type", str(reply.status)), reply.document.get("title", "")
            )
        plugin_id, number = reply.document["plugin_id"], reply.document["version"]
        self.ledger.plugin_of[edition.host] = plugin_id
        self.ledger.editions[plugin_id, number] = edition
        version = settled(client, plugin_id, number)
        client.close()
        if version.get("state") in {"in_review", "live"}:
            return None
        errors = [finding for finding in version.get("findings", []) if finding["severity"] == "error"]
        first = errors[0] if errors else {"code": version.get("state", "not settled"), "message": "no finding"}
        return self._refused(edition, first["code"], first["message"])

    def _refused(self, edition: Edition, code: str, message: str) -> Refusal:
        refusal = Refusal(edition, code, message)
        self.ledger.refusals.append(refusal)
        return refusal

    def _let_the_policy_decide(self, submitted: Sequence[Edition]) -> None:
        """Wait until the policy has looked at what was submitted, and note what it has let through."""
        self.backstage.await_policy()
        for edition in submitted:
            plugin = self._publisher.get(f"/v1/plugins/{self.ledger.plugin_of.get(edition.host, '')}").document
            live = (plugin.get("live") or {}).get("version", 0)
            if self.ledger.editions.get((plugin.get("plugin_id", ""), live)) is edition:
                self._note_let_through(plugin["plugin_id"], live, edition)

    def _note_let_through(self, plugin_id: str, number: int, edition: Edition) -> None:
        audit = self._reviewer.get(f"/v1/plugins/{plugin_id}/audit").document["items"]
        approval = next(each for each in audit if each["type"] == "VersionApproved" and each["version"] == number)
        if approval["author"] == "policy":
            self.ledger.let_through[plugin_id, number] = approval["detail"]["rule"]
            self._note_upgrade(plugin_id, edition)
            self.ledger.note_approval(plugin_id, number)

    def _review(self) -> None:
        """Approve everything in the queue, the longest waiting first, by the digest that the queue shows."""
        while waiting := self._reviewer.get(f"/v1/reviews?limit={_QUEUE_PAGE}").document.get("items", []):
            for version in waiting:
                self._approve(version["plugin_id"], version["version"], version["digest"])

    def _approve(self, plugin_id: str, number: int, digest: str) -> None:
        """Read the report of a version and approve it."""
        edition = self.ledger.editions[plugin_id, number]
        live = self.ledger.live_edition(plugin_id)
        if live:
            report = self._reviewer.get(f"/v1/plugins/{plugin_id}/versions/{number}/report").document
            self.upgrades.compare(report["differences"], live, edition)
        self._note_upgrade(plugin_id, edition)
        self.ledger.approving[plugin_id] = number
        path = f"/v1/plugins/{plugin_id}/versions/{number}/approve"
        reply = self._reviewer.post(path, {"digest": digest})
        if reply.status != HTTPStatus.OK:
            message = f"The approval of version {number} of {plugin_id} was answered {reply.status}: {reply.body!r}"
            raise RuntimeError(message)
        self.ledger.note_approval(plugin_id, number)

    def _note_upgrade(self, plugin_id: str, edition: Edition) -> None:
        live = self.ledger.live_edition(plugin_id)
        if live:
            self.upgrades.note(live, edition)

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
