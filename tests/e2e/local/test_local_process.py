"""The store as a process: how it starts, who it lets in, and how it ends."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from local.client import Client
from local.demo import FIRST, HOST, MANIFEST_URL, PLUGIN, SECOND, settled
from local.process import PROJECT, StoreFailedError, StoreProcess, free_port
from local.reader import manifest_path, poll
from tests.e2e.local.busy import host_of, manifest, schema

if TYPE_CHECKING:
    from pathlib import Path

    from local.publisher import PublisherHosts

pytestmark = pytest.mark.enable_socket


def approve_first(store: StoreProcess, hosts: PublisherHosts) -> None:
    hosts.publish(HOST, FIRST.files)
    publisher, reviewer = store.client("developer"), store.client("reviewer")
    assert publisher.post("/v1/plugins", {"manifest_url": MANIFEST_URL, "plugin_id": PLUGIN}).status == 202
    version = settled(publisher, PLUGIN, 1)
    reply = reviewer.post(f"/v1/plugins/{PLUGIN}/versions/1/approve", {"digest": version["digest"]})
    assert reply.status == 200
    publisher.close()
    reviewer.close()


def token(data: Path, subject: str, group: str) -> str:
    command = [sys.executable, "-m", "local", "token", "--subject", subject, "--group", group]
    environment = os.environ | {"DATA_DIR": str(data)}
    ran = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=True)  # noqa: S603
    return ran.stdout.splitlines()[-1]


def test_a_started_store_says_where_to_go_and_leaves_its_marks(serving: tuple[StoreProcess, PublisherHosts]) -> None:
    store, _ = serving
    assert (store.data / "ready").read_text().strip() == store.base_url
    said = store.said.read_text()
    assert store.base_url in said
    assert "tokens.json" in said
    assert "make -s token" in said
    assert (store.data / "tokens.json").stat().st_mode & 0o077 == 0
    assert store.data.stat().st_mode & 0o777 in {0o700, 0o755}
    client = store.client()
    assert client.get("/v1/openapi.json").status == 200
    assert client.get("/nowhere").document == {"message": "Not Found"}
    client.close()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_store_that_is_told_to_stop_ends_cleanly(store: StoreProcess, how: signal.Signals) -> None:
    store.start()
    assert store.end(how) == 0
    assert not (store.data / "ready").exists()
    assert "Everything is kept." in store.said.read_text()
    assert "Traceback" not in store.said.read_text()


def test_a_stopped_store_goes_on_where_it_was(store: StoreProcess, hosts: PublisherHosts) -> None:
    store.start()
    approve_first(store, hosts)
    before = dict(store.tokens)
    for how in (signal.SIGTERM, signal.SIGKILL):
        store.end(how)
        store.start()
        client = store.client()
        seen = poll(client, PLUGIN)
        client.close()
        assert not seen.has_failed
        assert seen.schema is not None
        assert seen.schema.body == FIRST.schema
    assert store.tokens != before
    old = Client(store.base_url, token=before["developer"])
    assert old.get(f"/v1/plugins/{PLUGIN}").status == 200
    old.close()


def test_a_second_store_on_the_same_directory_is_refused_and_disturbs_nothing(
    serving: tuple[StoreProcess, PublisherHosts],
) -> None:
    store, _ = serving
    command = [sys.executable, "-m", "local", "run", "--port", str(free_port()), "--data", str(store.data)]
    ran = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)  # noqa: S603
    assert ran.returncode == 1
    assert f"A store already runs on {store.data}" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert (store.data / "ready").exists()
    client = store.client("developer")
    assert client.get("/v1/plugins").status == 200
    client.close()


def test_a_port_that_is_taken_is_told_plainly(tmp_path: Path, hosts: PublisherHosts) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(StoreFailedError, match=f"Port {port} of 127.0.0.1 is taken"):
            StoreProcess(tmp_path, connect_to=hosts.address, port=port).start()


def test_state_of_another_release_is_told_plainly_and_left_alone(tmp_path: Path, hosts: PublisherHosts) -> None:
    database = sqlite3.connect(tmp_path / "standfast.db")
    database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(StoreFailedError, match="layout 99") as failure:
        StoreProcess(tmp_path, connect_to=hosts.address).start()
    assert "Traceback" not in str(failure.value)


def test_a_token_made_while_the_store_runs_is_good(serving: tuple[StoreProcess, PublisherHosts]) -> None:
    store, _ = serving
    publisher = Client(store.base_url, token=token(store.data, "ann", "developers"))
    assert publisher.get("/v1/plugins").status == 200
    assert publisher.get("/v1/reviews").status == 403
    publisher.close()
    reviewer = Client(store.base_url, token=token(store.data, "rob", "reviewers"))
    assert reviewer.get("/v1/reviews").status == 200
    reviewer.close()


def test_a_token_of_another_directory_is_not_good(serving: tuple[StoreProcess, PublisherHosts], tmp_path: Path) -> None:
    store, _ = serving
    stranger = Client(store.base_url, token=token(tmp_path / "other", "ann", "developers"))
    assert stranger.get("/v1/plugins").status == 401
    stranger.close()


def test_callers_at_the_same_time_are_never_taken_for_one_another(serving: tuple[StoreProcess, PublisherHosts]) -> None:
    store, hosts = serving
    names = ("ann", "bob", "cat", "dan")
    for name in names:
        hosts.publish(
            host_of(name), {"/.well-known/ai-plugin.json": manifest(name, 1), "/openapi.json": schema(name, 1)}
        )
    tokens = {name: token(store.data, name, "developers") for name in names}
    for name in names:
        client = Client(store.base_url, token=tokens[name])
        url = f"https://{host_of(name)}/.well-known/ai-plugin.json"
        assert client.post("/v1/plugins", {"manifest_url": url, "plugin_id": name}).status == 202
        client.close()
    start = threading.Barrier(16)

    def look(number: int) -> set[str]:
        name = names[number % 4]
        client = Client(store.base_url, token=tokens[name])
        start.wait()
        found = {item["plugin_id"] for _ in range(50) for item in client.get("/v1/plugins").document["items"]}
        client.close()
        return found

    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(look, range(16))) == [{names[number % 4]} for number in range(16)]


def test_an_upgrade_under_review_leaves_the_live_version_serving(serving: tuple[StoreProcess, PublisherHosts]) -> None:
    store, hosts = serving
    approve_first(store, hosts)
    hosts.publish(HOST, SECOND.files)
    publisher, public = store.client("developer"), store.client()
    assert publisher.post(f"/v1/plugins/{PLUGIN}/versions", {}).status == 202
    assert settled(publisher, PLUGIN, 2)["state"] == "in_review"
    manifest_reply = public.get(manifest_path(PLUGIN))
    assert manifest_reply.document["description_for_model"] == FIRST.text
    assert public.get(manifest_path(PLUGIN), if_none_match=manifest_reply.headers["etag"]).status == 304
    publisher.close()
    public.close()


def test_the_store_listens_on_loopback_alone(serving: tuple[StoreProcess, PublisherHosts]) -> None:
    store, _ = serving
    # Any other address of 127/8 reaches a listener on all interfaces, and none on 127.0.0.1 alone.
    with socket.socket() as probe, pytest.raises(ConnectionRefusedError):
        probe.connect(("127.0.0.2", store.port))
