"""Probing the servers that a candidate and the live version name, while the candidate is under review."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.contracts.kinds import kind_named
from shared.contracts.sites import origin_of
from shared.domain.documents import Document
from shared.domain.errors import VersionNotFoundError
from shared.domain.ports import Clock, FetchFailedError, ObjectStore, Origins, Prober, Records
from shared.domain.probing import Endpoint, Of, Probes
from shared.domain.version import State

if TYPE_CHECKING:
    from datetime import datetime

    from shared.domain.rounds import Probe
    from shared.domain.version import Version

MOST_ENDPOINTS = 10
"""Servers of one version that are asked; a description that names more says little about any of them."""


@dataclass(frozen=True, slots=True)
class Probing:
    """Finds out whether anybody answers. Any HTTP answer counts: what a server says to a stranger is its own affair."""

    records: Records
    origins: Origins
    objects: ObjectStore
    probe_url: Prober
    clock: Clock
    at_once: int

    def probe(self, task: Probe) -> None:
        """Probe for a version under review; nothing is done for any other. Raises UnavailableError, IntegrityError."""
        try:
            candidate = self.records.version(task.plugin_id, task.version)
        except VersionNotFoundError:
            return
        if candidate.state is not State.IN_REVIEW:
            return
        pointer = self.records.pointer(task.plugin_id)
        live = self.records.version(task.plugin_id, pointer.live.number) if pointer.live else None
        wanted = [(Of.CANDIDATE, url) for url in self._servers(candidate)]
        wanted += [(Of.LIVE, url) for url in self._servers(live)] if live else []
        self.origins.keep(Probes(candidate.plugin_id, candidate.number, self.clock(), self._answers(wanted)))

    def _servers(self, version: Version) -> tuple[str, ...]:
        """Return a URL of each server that a version's calls go to."""
        parts = version.snapshot.parts if version.snapshot else ()
        documents = {part.role: Document(part.role, part.url, self.objects.get(part.key)) for part in parts}
        urls = kind_named(version.kind).endpoints(documents)
        return tuple({origin_of(url): url for url in reversed(urls)}.values())[::-1][:MOST_ENDPOINTS]

    def _answers(self, wanted: list[tuple[Of, str]]) -> tuple[Endpoint, ...]:
        """Ask each server once, whoever names it."""
        urls = list(dict.fromkeys(url for _, url in wanted))
        with ThreadPoolExecutor(self.at_once) as threads:
            answers = dict(zip(urls, threads.map(self._ask, urls), strict=True))
        return tuple(Endpoint(of, url, *answers[url]) for of, url in wanted)

    def _ask(self, url: str) -> tuple[datetime, int, str]:
        """Ask one server: when that was, the status of its answer, and why there was none."""
        try:
            hop = self.probe_url(url)
        except FetchFailedError as error:
            return self.clock(), 0, str(error)
        return self.clock(), hop.status, ""
