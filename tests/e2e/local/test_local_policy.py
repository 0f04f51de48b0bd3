"""The fast lane of a real store on one machine: opened by a file, over HTTP."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from local.demo import FIRST, HOST, MANIFEST_URL, PLUGIN, SECOND, settled
from local.process import StoreFailedError, StoreProcess
from local.reader import poll

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from local.client import Client
    from local.publisher import PublisherHosts

pytestmark = pytest.mark.enable_socket

POLICY = "policy: careful\nrules:\n  - {name: same, allow: byte-only, tolerates: [fetch.status]}\n"


@pytest.fixture
def careful(tmp_path: Path, hosts: PublisherHosts) -> Iterator[StoreProcess]:
    policy = tmp_path / "policy.yaml"
    policy.write_text(POLICY, encoding="utf-8")
    with StoreProcess(tmp_path / "data", connect_to=hosts.address, policy=policy) as running:
        yield running


def in_other_bytes(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {path: body + b"# Nothing else.\n" if path.endswith(".yaml") else body for path, body in files.items()}


def first_is_live(store: StoreProcess, hosts: PublisherHosts) -> None:
    hosts.publish(HOST, FIRST.files)
    with closing(store.client("developer")) as publisher, closing(store.client("reviewer")) as reviewer:
        publisher.post("/v1/plugins", {"manifest_url": MANIFEST_URL, "plugin_id": PLUGIN})
        digest = settled(publisher, PLUGIN, 1)["digest"]
        assert reviewer.post(f"/v1/plugins/{PLUGIN}/versions/1/approve", {"digest": digest}).status == 200


def upgraded(publisher: Client, hosts: PublisherHosts, files: Mapping[str, bytes]) -> int:
    """Submit an upgrade, wait until it is examined, and return its number."""
    hosts.publish(HOST, files)
    number: int = publisher.post(f"/v1/plugins/{PLUGIN}/versions", {}).document["version"]
    settled(publisher, PLUGIN, number)
    return number


def becomes_live(publisher: Client, number: int, *, within_seconds: float) -> bool:
    deadline = time.monotonic() + within_seconds
    while publisher.get(f"/v1/plugins/{PLUGIN}/versions/{number}").document.get("state") != "live":
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def test_an_upgrade_in_other_bytes_needs_no_reviewer_and_one_that_can_do_more_does(
    careful: StoreProcess, hosts: PublisherHosts
) -> None:
    first_is_live(careful, hosts)
    with closing(careful.client("developer")) as publisher:
        number = upgraded(publisher, hosts, in_other_bytes(FIRST.files))
        assert becomes_live(publisher, number, within_seconds=20)
        messages = publisher.get(f"/v1/plugins/{PLUGIN}/messages").document["items"]
        assert any("No reviewer was needed: it fits the rule same" in message["text"] for message in messages)
        further = upgraded(publisher, hosts, SECOND.files)
        assert not becomes_live(publisher, further, within_seconds=1)
        assert publisher.get(f"/v1/plugins/{PLUGIN}/versions/{further}").document["state"] == "in_review"
        assert f"/versions/{number}/" in poll(publisher, PLUGIN).schema_path


def test_a_store_does_not_start_on_a_broken_policy(tmp_path: Path, hosts: PublisherHosts) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text("policy: careful\nrules: []\n", encoding="utf-8")
    store = StoreProcess(tmp_path / "data", connect_to=hosts.address, policy=policy)
    with pytest.raises(StoreFailedError, match=r"line 2, column 8: /rules"):
        store.start()
