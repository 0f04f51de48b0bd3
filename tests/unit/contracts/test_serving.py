"""The served manifest: the pinned one, but for where its schema is."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from shared.contracts.serving import served_manifest
from tests.unit.contracts.documents import MANIFEST, as_bytes, manifest

_URL = "https://store.some-host.net/plugins/todo/versions/1/openapi.yaml"
_PROGRAM = """
import sys, shared.contracts.serving
print([name for name in sys.modules if name.startswith(("shared", "pydantic", "yaml"))])
"""
_ROOT = Path(__file__).parents[3]


def test_only_the_url_of_the_schema_changes() -> None:
    served = json.loads(served_manifest(as_bytes(MANIFEST), schema_url=_URL))
    assert served == {**MANIFEST, "api": {**MANIFEST["api"], "url": _URL}}


def test_order_unknown_keys_and_other_alphabets_are_kept() -> None:
    body = as_bytes(manifest(z_first={"é": "日本"}, name_for_human="Список", a_last=9007199254740993))
    served = served_manifest(body, schema_url=_URL)
    assert list(json.loads(served)) == list(json.loads(body))
    assert "日本" in served.decode()
    assert b"9007199254740993" in served


def test_a_byte_order_mark_is_dropped() -> None:
    assert json.loads(served_manifest(b"\xef\xbb\xbf" + as_bytes(MANIFEST), schema_url=_URL))["api"]["url"] == _URL


def test_the_read_path_loads_the_standard_library_alone() -> None:
    done = subprocess.run([sys.executable, "-c", _PROGRAM], cwd=_ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - ours
    assert done.stdout.strip() == "['shared', 'shared.contracts', 'shared.contracts.serving']"
