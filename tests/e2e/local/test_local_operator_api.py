"""An operator at one machine: a running store over HTTP, and the command that looks for what is lost."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from local.process import PROJECT, StoreProcess

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local.client import Reply

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]
_PATIENCE_SECONDS = 20.0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[StoreProcess]:
    with StoreProcess(tmp_path / "data", connect_to="127.0.0.1:9") as running:
        yield running


def lose_a_request(data: Path) -> None:
    """Give up the only message there is, as a store does that failed five times."""
    with closing(sqlite3.connect(data / "standfast.db")) as database, database:
        database.execute(
            "INSERT INTO dead_letters (id, source, body, reason, at) VALUES ('m', 'SnapshotQueue', ?, 'planted', 0)",
            (json.dumps({"plugin_id": "todo", "version": 1}),),
        )


def reconcile(data: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "local", "reconcile", "--data", str(data), *options]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603


def ask(store: StoreProcess, who: str, method: str, *sent: Any) -> Reply:  # noqa: ANN401 - a path, and a document
    """Send one request as somebody, over a connection that is closed again."""
    with closing(store.client(who)) as client:
        reply: Reply = getattr(client, method)(*sent)
        return reply


def health(store: StoreProcess) -> Any:  # noqa: ANN401 - JSON
    return ask(store, "operator", "get", "/v1/operations").document


def test_an_operator_sees_a_dead_letter_replays_it_and_it_is_carried_out(store: StoreProcess) -> None:
    lose_a_request(store.data)
    assert health(store)["reasons"] == ["1 of `snapshot` were given up and wait in its dead letters."]
    (letter,) = ask(store, "operator", "get", "/v1/operations/dead-letters/snapshot").document["items"]
    assert letter["shown"] == {"plugin_id": "todo", "version": 1}
    replay = ask(store, "operator", "post", "/v1/operations/dead-letters/snapshot/replay", {})
    assert replay.document == {"queue": "snapshot", "replayed": 1, "moving": 0, "left": 0}
    assert health(store)["health"] == "good"


@pytest.mark.parametrize("name", ["developer", "reviewer", "plus", "nobody"])
def test_nobody_else_gets_in(store: StoreProcess, name: str) -> None:
    assert ask(store, name, "get", "/v1/operations").status == 403


def test_figures_of_a_running_store_are_read_at_once(store: StoreProcess) -> None:
    for _ in range(3):
        assert ask(store, "", "get", "/plugins/nothing/.well-known/ai-plugin.json").status == 404
    figures = ask(store, "operator", "get", "/v1/operations/figures?days=1&by=hour").document
    (resolves,) = (each for each in figures["metrics"] if each["name"] == "Resolves")
    assert sum(point["total"] for each in resolves["series"] for point in each["points"]) == 3


def test_a_running_store_reconciles_beside_its_other_work(store: StoreProcess) -> None:
    begun = ask(store, "operator", "post", "/v1/operations/reconciliations", {})
    assert begun.status == 202
    give_up = time.monotonic() + _PATIENCE_SECONDS
    while ask(store, "operator", "get", begun.headers["location"]).document["state"] != "done":
        assert time.monotonic() < give_up
        time.sleep(0.05)


def test_the_command_follows_a_store_that_runs_and_works_where_none_does(store: StoreProcess) -> None:
    orphan = store.data / "objects/plugins/todo/versions/3/abc"
    followed = reconcile(store.data)
    assert (followed.returncode, followed.stderr) == (0, "")
    store.end()
    orphan.mkdir(parents=True)
    (orphan / "=openapi.yaml").write_text("left", encoding="utf-8")
    os.utime(orphan / "=openapi.yaml", (0, 0))
    found = reconcile(store.data, "--mend")
    assert found.returncode == 1
    assert "orphan-object" in found.stdout
    assert "todo 3" in found.stdout
    assert (orphan / "=openapi.yaml").exists()


def test_a_directory_without_a_store_is_told_from_one_in_which_all_is_well(tmp_path: Path) -> None:
    nothing = reconcile(tmp_path)
    assert nothing.returncode == 2
    assert "holds no store" in nothing.stderr
