"""Stores with a history, to be moved."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from exchange.places import on_this_machine
from exchange.site import records_of
from shared.domain.identity import EventId
from shared.domain.version import planned
from shared.domain.webhooks import Delivery, DeliveryState, Webhook
from shared.storage.webhooks import WebhookStore
from tests.building import NOON, OWNER
from tests.unit.functions.desk import Desk

if TYPE_CHECKING:
    from collections.abc import Callable

    from exchange.site import Site
    from local.machine import Machine
    from shared.storage.table import Item


class KilledError(Exception):
    """The process ended here."""


def quiet(_what: str, _count: int) -> None:
    """Take no notice of progress."""


def contents(site: Site) -> tuple[list[Item], dict[str, bytes]]:
    """Return every record of a store, by key, and every object."""
    items = sorted(records_of(site), key=lambda item: (item.key.pk, item.key.sk))
    found: dict[str, bytes] = {}
    after, is_all = "", False
    while not is_all:
        page = site.listing.listed(after, 3)
        found |= {each.key: site.objects.get(each.key) for each in page.objects}
        after, is_all = page.objects[-1].key if page.objects else after, page.is_all
    return items, found


def lived_in(machine: Machine) -> Site:
    """Give a machine's store a history: what is live, waits for its moment or its snapshot, and is to be delivered."""
    desk = Desk(machine.database)
    desk.live()
    store_objects(machine, desk, 1)
    desk.candidate()
    store_objects(machine, desk, 2)
    desk.approve(2, release=planned(NOON + timedelta(days=30)))
    desk.submit("waiting", OWNER)
    desk.install("somebody")
    deliver(machine)
    return on_this_machine(machine, "old")


def store_objects(machine: Machine, desk: Desk, number: int) -> None:
    """Store what a version names."""
    snapshot = desk.version(number).snapshot
    assert snapshot is not None
    for part in snapshot.parts:
        for key in sorted({part.key, part.served_key}):
            machine.objects.put(key, f"{part.role} of {number}\n".encode() * 100, part.media_type)
    machine.objects.put(snapshot.report_key, b'{"profile": ""}', "application/json")


def deliver(machine: Machine) -> None:
    """Set a webhook up that has one delivery pending."""
    store = WebhookStore(machine.table)
    store.save(Webhook(OWNER, "builds", "w1", "https://todo.example.com/hook", "whsec_x", NOON))
    pending = DeliveryState.PENDING
    store.record(Delivery(EventId("d1"), "w1", OWNER, "builds", "version.released", "{}", pending, NOON, NOON))


@dataclass(slots=True)
class Fuse:
    """Ends the process at the n-th call that is made through it."""

    at: int
    calls: int = field(default=0)

    def around(self, port: object) -> Any:  # noqa: ANN401 - whatever port it is around
        """Return a port that burns the fuse with each call."""
        return _Fused(port, self)

    def burn(self) -> None:
        """Count a call. Raises KilledError."""
        self.calls += 1
        if self.calls == self.at:
            raise KilledError


class _Fused:
    def __init__(self, port: object, fuse: Fuse) -> None:
        self._port = port
        self._fuse = fuse

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*arguments: object, **named: object) -> object:
            self._fuse.burn()
            return getattr(self._port, name)(*arguments, **named)

        return call


def fused(site: Site, fuse: Fuse) -> Site:
    """Return a place that ends the process at some call of its table or its objects."""
    return replace(
        site, table=fuse.around(site.table), objects=fuse.around(site.objects), listing=fuse.around(site.listing)
    )
