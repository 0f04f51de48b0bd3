"""`standfast export` and `import`, killed again and again by a signal that nothing can be done about."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from exchange.places import opened
from local.machine import Machine
from local.process import PROJECT
from shared.storage.table import Guard, Item, Key, Put
from tests.unit.exchange.stores import contents, lived_in

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

RECORDS, OBJECTS = 3_000, 300


def grown(data: Path) -> None:
    """Make a store whose move takes a while."""
    machine = Machine.at(data)
    lived_in(machine)
    for first in range(0, RECORDS, 100):
        items = [Item(Key(f"FEED#p{number}", "CHANGE#1"), {"text": "x" * 300}) for number in range(first, first + 100)]
        machine.table.transact([Put(item, Guard("it is new", 0)) for item in items])
    for number in range(OBJECTS):
        machine.objects.put(f"plugins/p{number}/versions/1/{number:064x}/doc.json", b"%d" % number * 100, "")
    machine.close()


def killed_until_done(*arguments: str) -> int:
    """Run a command until it ends by itself, and return how often it was killed before."""
    chance = random.Random(7)  # noqa: S311 - the same moments each time
    for kills in range(100):
        patience = 0.4 + chance.random() * (1 + kills)
        with subprocess.Popen(  # noqa: S603 - our own code
            [sys.executable, "-m", "cli", *arguments], cwd=PROJECT, env=os.environ, stderr=subprocess.PIPE, text=True
        ) as process:
            deadline = time.monotonic() + patience
            while process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.01)
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
                process.wait()
                continue
            _, said = process.communicate()
        assert process.returncode == 0, said
        return kills
    raise AssertionError


def test_a_store_arrives_whole_however_often_its_move_is_killed(tmp_path: Path) -> None:
    old, bundle, new = (str(tmp_path / name) for name in ("old", "bundle", "new"))
    grown(tmp_path / "old")
    assert killed_until_done("export", old, bundle) >= 2
    assert killed_until_done("import", bundle, new) >= 2
    with opened(old) as source, opened(new) as target:
        assert contents(target) == contents(source)
        assert len(contents(target)[1]) == OBJECTS + 6
