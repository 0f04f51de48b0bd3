"""Objects as files: nothing escapes, nothing is half there."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local.objects import FileObjects
from shared.domain.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class PowerCutError(Exception):
    pass


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "data" / "objects"


def files(directory: Path) -> list[Path]:
    return [path for path in directory.rglob("*") if not path.is_dir()]


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.sampled_from(["..", ".", "", "a", "\x00", "~", "-rf", "C:", "\\", "é", "%2e%2e"]), min_size=1))
def test_no_key_leads_out_of_the_directory(root: Path, tmp_path: Path, parts: list[str]) -> None:
    objects = FileObjects(root)
    key = "/".join(parts)
    if key:
        objects.put(key, b"x", "text/plain")
        assert objects.get(key) == b"x"
    assert all(path.is_relative_to(root) for path in files(tmp_path))


def test_a_write_that_is_cut_off_leaves_no_object(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    objects = FileObjects(root)

    def cut(*_: object) -> None:
        raise PowerCutError

    for step in ("fsync", "link"):
        with monkeypatch.context() as patch:
            patch.setattr(os, step, cut)
            with pytest.raises(PowerCutError):
                objects.put("a/b", b"first", "text/plain")
        assert not [path for path in files(root) if path.name == "=b"]
    objects.put("a/b", b"second", "text/plain")
    assert objects.get("a/b") == b"second"


def test_what_a_crash_left_behind_is_cleared_at_the_next_start(root: Path) -> None:
    FileObjects(root)
    (root / ".arriving" / "half").write_bytes(b"half of it")
    FileObjects(root)
    assert files(root) == []


def test_of_many_writers_of_one_key_one_wins_and_all_read_the_same(root: Path) -> None:
    objects = FileObjects(root)

    def write(number: int) -> bytes:
        objects.put("a/b/c", str(number).encode() * 10_000, "text/plain")
        return objects.get("a/b/c")

    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(write, range(64)))) == 1
    assert len(files(root)) == 1


def noting(name: str, real: Callable[..., None], steps: list[str]) -> Callable[..., None]:
    def call(*args: object) -> None:
        steps.append(name)
        real(*args)

    return call


def test_an_object_is_on_the_disk_before_it_has_its_name(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    objects = FileObjects(root)
    objects.put("a/warm", b"", "text/plain")
    steps: list[str] = []
    for step in ("fsync", "link"):
        monkeypatch.setattr(os, step, noting(step, getattr(os, step), steps))
    objects.put("a/b", b"x", "text/plain")
    assert steps == ["fsync", "link", "fsync"]


def test_a_disk_that_fails_is_told_as_unavailable(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    objects = FileObjects(root)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UnavailableError, match="No space left"):
        objects.put("a/b", b"x", "text/plain")
