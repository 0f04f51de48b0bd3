"""The requirements: what each function imports, at the versions that the tests ran with, and nothing else."""

from __future__ import annotations

import re

import pytest

from tests.template.document import ROOMS
from tests.template.pins import (
    RUNTIME_PROVIDES,
    LockError,
    closure,
    imported,
    lock,
    needed,
    path_of,
    requirements,
)

_PIN = re.compile(r"^([a-z0-9-]+)==(\S+)", re.MULTILINE)


@pytest.mark.parametrize("function", ROOMS)
def test_requirements_are_what_the_function_imports_at_the_versions_of_the_lock(function: str) -> None:
    written = path_of(function).read_text(encoding="utf-8")
    assert written == requirements(function), "run `python -m tests.template.pins`"


@pytest.mark.parametrize("function", ROOMS)
def test_every_pin_has_hashes_and_the_version_of_the_lock(function: str) -> None:
    written = path_of(function).read_text(encoding="utf-8")
    pins = dict(_PIN.findall(written))
    assert pins == {name: lock()[name]["version"] for name in closure(needed(function), lock())}
    entries = written.replace(" \\\n", "").splitlines()
    assert all("--hash=sha256:" in entry for entry in entries if not entry.startswith("#"))


def test_the_public_route_brings_nothing() -> None:
    assert needed("resolve") == frozenset()
    assert imported("resolve") <= RUNTIME_PROVIDES


def test_no_artifact_brings_what_the_runtime_has() -> None:
    brought = {name for function in ROOMS for name in closure(needed(function), lock())}
    assert not brought & RUNTIME_PROVIDES


def test_a_need_that_depends_on_the_machine_is_refused() -> None:
    locked = {"a": {"dependencies": [{"name": "b", "marker": "sys_platform == 'win32'"}]}, "b": {}}
    with pytest.raises(LockError, match="depends on where it is installed"):
        closure(["a"], locked)


def test_what_a_need_needs_is_pinned_too() -> None:
    locked = {"a": {"dependencies": [{"name": "b"}]}, "b": {"dependencies": [{"name": "a"}]}, "c": {}}
    assert closure(["a"], locked) == ["a", "b"]
