"""Reconciliations over the one table: one partition of runs, the newest of which sorts last."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from shared.domain.errors import RunNotFoundError, StaleStateError
from shared.domain.ports import Page
from shared.domain.reconciling import Reconciliation
from shared.storage.codec import attributes_of, decode
from shared.storage.items import read_cursor, write_cursor
from shared.storage.table import Guard, GuardFailedError, Item, Key, Put, Query

if TYPE_CHECKING:
    from shared.domain.ports import PageRequest
    from shared.storage.table import Table

RUNS_PARTITION = "RECONCILE#ALL"
_RUN = "RUN#"
RUN_LIFETIME = timedelta(days=60)


def run_key(run_id: str) -> Key:
    """Return the key of a run; its id begins with the moment."""
    return Key(RUNS_PARTITION, f"{_RUN}{run_id}")


class ReconciliationStore:
    """The `Reconciliations` port over a table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def run(self, run_id: str) -> Reconciliation:
        """Return a run. Raises RunNotFoundError."""
        item = self._table.get(run_key(run_id))
        if item is None:
            raise RunNotFoundError(run_id)
        return decode(Reconciliation, dict(item.attributes))

    def runs(self, page: PageRequest) -> Page[Reconciliation]:
        """Return the runs of the last weeks, newest first. Raises InvalidCursorError."""
        after = read_cursor(page.cursor) if page.cursor else None
        found = self._table.query(Query(RUNS_PARTITION, _RUN, after=after, limit=page.limit, descending=True))
        records = tuple(decode(Reconciliation, dict(item.attributes)) for item in found.items)
        return Page(records, write_cursor(found.end) if found.end else None)

    def save(self, run: Reconciliation) -> None:
        """Store a run. Raises StaleStateError."""
        expires = int((run.started_at + RUN_LIFETIME).timestamp())
        item = Item(run_key(run.run_id), attributes_of(run) | {"expires": expires})
        try:
            # A step that was asked for twice.
            self._table.transact([Put(item, Guard("the run is as it was read", run.revision - 1))])
        except GuardFailedError as error:
            raise StaleStateError(error.name) from error
