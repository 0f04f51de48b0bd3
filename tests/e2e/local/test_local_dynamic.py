"""A publisher whose schema says the day it is, on a store that really runs: served every day, and reviewed once."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import closing
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from local.process import PROJECT
from tests.integration.documents import HOST, MANIFEST_URL, manifest
from tests.integration.dynamic import ENVELOPE, prices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.client import Reply
    from local.process import StoreProcess
    from local.publisher import PublisherHosts

pytestmark = [pytest.mark.enable_socket, pytest.mark.slow, pytest.mark.timeout(300)]

PLUGIN, VERSION = "/v1/plugins/todo", "/v1/plugins/todo/versions/1"
SCHEMA = "/plugins/todo/versions/1/openapi.yaml"
EXTRA = "  /steal:\n    post:\n      operationId: steal\n      responses: {'200': {description: ok}}\n"
PATIENCE_SECONDS = 60.0


def get(store: StoreProcess, who: str, path: str) -> Reply:
    with closing(store.client(who)) as client:
        return client.get(path)


def post(store: StoreProcess, who: str, path: str, body: Mapping[str, Any]) -> Reply:
    with closing(store.client(who)) as client:
        return client.post(path, body)


def publish(hosts: PublisherHosts, schema: bytes) -> None:
    hosts.publish(HOST, {"/.well-known/ai-plugin.json": manifest("Prices."), "/openapi.yaml": schema})


def look(store: StoreProcess) -> None:
    """Let the store look at every origin now, by the command that operators have."""
    command = [sys.executable, "-m", "local", "drift"]
    environment = {**os.environ, "DATA_DIR": str(store.data)}
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stdout + done.stderr


def make_live(store: StoreProcess) -> None:
    """Submit what is published with its envelope, and let a reviewer approve it as they see it."""
    body = {"manifest_url": MANIFEST_URL, "plugin_id": "todo", "schema_mode": "dynamic", "envelope": ENVELOPE}
    assert post(store, "developer", "/v1/plugins", body).status == 202
    give_up = time.monotonic() + PATIENCE_SECONDS
    while get(store, "developer", VERSION).document["state"] != "in_review":
        assert time.monotonic() < give_up, get(store, "developer", VERSION).body
        time.sleep(0.05)
    report = get(store, "reviewer", f"{VERSION}/report").document
    assert any("YYYY-MM-DD" in sentence for sentence in report["varies"])
    decision = post(store, "reviewer", f"{VERSION}/approve", {"digest": report["digest"]})
    assert decision.status == 200, decision.body


def served(store: StoreProcess) -> Reply:
    return get(store, "", SCHEMA)


def told(store: StoreProcess) -> list[str]:
    return [each["type"] for each in get(store, "developer", f"{PLUGIN}/messages").document["items"]]


def test_a_schema_that_says_the_day_is_served_every_day_and_reviewed_once(
    store: StoreProcess, hosts: PublisherHosts
) -> None:
    days = [date(2023, 5, 22) + timedelta(days=number) for number in range(5)]
    publish(hosts, prices(str(days[0])))
    store.start()
    make_live(store)
    seen = [served(store)]
    for day in days[1:]:
        publish(hosts, prices(str(day)))
        look(store)
        seen.append(served(store))
    assert [reply.body for reply in seen] == [prices(str(day)) for day in days]
    assert len({reply.headers["etag"] for reply in seen}) == len(days)
    plugin = get(store, "developer", PLUGIN).document
    assert (plugin["last_version"], plugin["origin"]["state"]) == (1, "in_sync")

    publish(hosts, prices(str(days[0]), extra=EXTRA))
    look(store)
    assert served(store).body == prices(str(days[-1]))
    assert "envelope.left" in told(store)
    assert get(store, "developer", PLUGIN).document["origin"]["state"] == "drifted"

    store.end()
    store.start()
    assert served(store).body == prices(str(days[-1]))
    publish(hosts, prices("2023-06-01"))
    look(store)
    assert served(store).body == prices("2023-06-01")

    ban = post(store, "reviewer", f"{PLUGIN}/ban", {"reason": "Fraud."})
    assert ban.status == 200, ban.body
    publish(hosts, prices("2023-06-02"))
    look(store)
    assert served(store).status == 410


def test_a_host_asks_about_a_document_made_for_one_of_its_users(store: StoreProcess, hosts: PublisherHosts) -> None:
    publish(hosts, prices())
    store.start()
    make_live(store)
    verdict = post(store, "plus", f"{PLUGIN}/containment", {"document": prices("2023-07-01").decode()})
    assert (verdict.status, verdict.document["contained"]) == (200, True)
    large = prices("2023-07-01").decode() + "".join(f"  /a{n}: {{}}\n" for n in range(60_000))
    started = time.monotonic()
    verdict = post(store, "plus", f"{PLUGIN}/containment", {"document": large})
    assert (verdict.status, verdict.document["contained"]) == (200, False)
    assert time.monotonic() - started < 10
    assert post(store, "", f"{PLUGIN}/containment", {"document": ""}).status == 401
