"""Fuzz one target with atheris until the time is over or an input breaks it.

An input that takes longer than 5 s or more than 1 GB counts as a failure too. Exit status 0 means that none did.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["shared.contracts", "shared.fetching"]):
    from tests.fuzz.targets import TARGETS

_SEEDS = (
    b'{"openapi": "3.0.1", "info": {"title": "T", "version": "1"}, "paths": {}}',
    b"openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths:\n  /a: &a {get: {responses: {'200': {description: x}}}}\n",
    b"https://www.todo.example.com:443/a?b=c",
)


def main() -> None:
    """Run the fuzzer. Never returns: libFuzzer ends the process."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("target", choices=sorted(TARGETS))
    parser.add_argument("--seconds", type=int, default=600, help="for how long (default 600)")
    options = parser.parse_args()
    corpus = Path(tempfile.mkdtemp(prefix="fuzz-"))
    for number, seed in enumerate(_SEEDS):
        (corpus / str(number)).write_bytes(seed)
    limits = [f"-max_total_time={options.seconds}", "-timeout=5", "-rss_limit_mb=1024", "-max_len=4096"]
    atheris.Setup([sys.argv[0], *limits, f"-artifact_prefix={corpus}/", str(corpus)], TARGETS[options.target])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
