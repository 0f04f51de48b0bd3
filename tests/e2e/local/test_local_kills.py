"""A store that is killed at any moment loses nothing that it has promised (invariants 1, 2, 6 and 8)."""

from __future__ import annotations

import random
import signal
import time
from typing import TYPE_CHECKING

import pytest

from local.reader import Reader
from tests.e2e.local.busy import Customer, Promises, broken_promises, flaw_of

if TYPE_CHECKING:
    from local.process import StoreProcess
    from local.publisher import PublisherHosts

pytestmark = pytest.mark.enable_socket

PLUGINS = ("alpha", "beta", "gamma")


def kill_again_and_again(store: StoreProcess, hosts: PublisherHosts, *, times: int, seed: int) -> Promises:
    """Keep a store busy and kill it; after each start, everything that was promised until then must hold."""
    moments = random.Random(seed)  # noqa: S311 - moments, no secrets
    promises = Promises()
    store.start()
    customers = [Customer(plugin_id, store, hosts, promises) for plugin_id in PLUGINS]
    for customer in customers:
        customer.start()
    for _ in range(times):
        time.sleep(moments.uniform(0.0, 0.6))
        store.end(signal.SIGKILL)
        approved = {plugin_id: max(numbers, default=0) for plugin_id, numbers in promises.approved.items()}
        store.start()
        assert_live(store, approved)
    for customer in customers:
        customer.stopping.set()
    for customer in customers:
        customer.join(60)
    return promises


def assert_live(store: StoreProcess, approved: dict[str, int]) -> None:
    """Everything that was approved before the kill is live, in that version or a newer one."""
    reader = Reader(store.client(), lambda: [plugin_id for plugin_id, number in approved.items() if number], flaw_of)
    public, publisher = store.client(), store.client("developer")
    for plugin_id, number in approved.items():
        if number:
            live = publisher.get(f"/v1/plugins/{plugin_id}").document["live"]
            assert live["version"] >= number
    public.close()
    publisher.close()
    reader.start()
    time.sleep(0.05)
    account = reader.stop()
    assert account.failed == []
    assert account.wrong == []


def test_nothing_is_lost_when_a_busy_store_is_killed(store: StoreProcess, hosts: PublisherHosts) -> None:
    promises = kill_again_and_again(store, hosts, times=4, seed=random.randrange(10**6))  # noqa: S311
    assert broken_promises(store, promises) == []
    assert sum(len(numbers) for numbers in promises.approved.values()) > 0


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_nothing_is_lost_when_a_busy_store_is_killed_a_hundred_times(
    store: StoreProcess, hosts: PublisherHosts
) -> None:
    promises = kill_again_and_again(store, hosts, times=100, seed=random.randrange(10**6))  # noqa: S311
    assert broken_promises(store, promises) == []
    accepted, approved = (
        sum(len(numbers) for numbers in each.values()) for each in (promises.accepted, promises.approved)
    )
    print(f"100 kills: {accepted} submissions accepted and settled, {approved} approvals kept")  # noqa: T201 - figures
    assert approved > 100
