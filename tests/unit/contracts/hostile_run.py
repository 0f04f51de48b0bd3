"""Judges hostile documents in one process and reports, as JSON lines, what each cost and what it touched.

Run as a program with the folder of the project on the path: `hostile_run.py [--plant FAULT] [NAME ...]`. An audit hook
notes each file, socket and process event. A planted fault breaks one rule on purpose, to show that the report tells.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from shared.contracts.kinds import kind_named
from shared.contracts.openapi import judging
from shared.domain.documents import Document
from tests.unit.contracts.hostile import AS_MANIFEST, DOCUMENTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shared.contracts.remarks import Remark

_WATCHED = (
    "open",
    "socket.",
    "subprocess.",
    "os.",
    "shutil.",
    "urllib.",
    "http.",
    "ctypes.",
    "import",
    "exec",
    "compile",
)
_MANIFEST_URL = "https://plugin.some-publisher.net/.well-known/ai-plugin.json"
_SCHEMA_URL = "https://plugin.some-publisher.net/openapi.yaml"


def _spin() -> None:
    end = time.process_time() + 3.5
    while time.process_time() < end:
        pass


FAULTS: dict[str, Callable[[], object]] = {
    "file": lambda: Path("/etc/hostname").exists() and Path("/etc/hostname").read_bytes(),
    "socket": lambda: socket.socket().close(),
    "process": lambda: subprocess.run([sys.executable, "-c", ""], check=True),
    "slow": _spin,
    "crash": lambda: os._exit(139),
    "error": lambda: 1 / 0,
}


_BURDEN = 0.0048
"""CPU seconds that `_burden` takes on an idle core of the reference machine (2 cores, Python 3.13)."""


def _burden() -> float:
    """Return the CPU time of a fixed piece of work, the best of three: a core that is shared takes longer."""

    def once() -> float:
        start = time.process_time()
        sum(number * number % 7 for number in range(100_000))
        return time.process_time() - start

    return min(once() for _ in range(3))


def _planted(fault: Callable[[], object]) -> Callable[..., Iterator[Remark]]:
    def rule(*_arguments: object, **_more: object) -> Iterator[Remark]:
        fault()
        return iter(())

    return rule


def _measured(name: str) -> dict[str, object]:
    body = DOCUMENTS[name]()
    manifest = Document("manifest", _MANIFEST_URL, body if name in AS_MANIFEST else b"{}")
    documents = {"manifest": manifest}
    if name not in AS_MANIFEST:
        documents["schema"] = Document("schema", _SCHEMA_URL, body)
    _EVENTS.clear()
    _WATCHING.append(name)
    start = time.process_time()
    judgement = _KIND.judge(documents)
    seconds = time.process_time() - start
    _WATCHING.clear()
    pace = max(1.0, _burden() / _BURDEN)
    role = "manifest" if name in AS_MANIFEST else "schema"
    return {
        "name": name,
        "seconds": seconds / pace,
        "pace": pace,
        "events": sorted(set(_EVENTS)),
        "codes": sorted({finding.code for finding in judgement.findings if finding.document == role}),
        "count": len(judgement.findings),
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


_KIND = kind_named("ai-plugin-v1")
_EVENTS: list[str] = []
_WATCHING: list[str] = []


def main() -> None:
    """Judge the documents named, or all."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--plant", choices=FAULTS)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    if options.plant:
        setattr(judging, "reference_remarks", _planted(FAULTS[options.plant]))  # noqa: B010 - a fault, not an API
    sys.addaudithook(lambda event, _: _EVENTS.append(event) if _WATCHING and event.startswith(_WATCHED) else None)
    for name in options.names or DOCUMENTS:
        sys.stdout.write(json.dumps(_measured(name)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
