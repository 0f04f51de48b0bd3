"""The catalogue of findings, the page made of it, and the order in which findings are given."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from docs import findings as page
from shared.contracts.catalogue import _RULES, CATALOGUE
from shared.contracts.kinds import kind_named
from shared.domain.errors import InvalidValueError
from shared.domain.findings import Severity
from tests.unit.contracts.documents import as_bytes, judged, manifest, with_operation

_ROOT = Path(__file__).parents[3]
_CODE = re.compile(r'"((?:document|findings|manifest|domain|schema|logo|envelope|text)\.[a-z0-9-]+)"')


def _codes_in_use() -> set[str]:
    judges = (_ROOT / "shared/contracts", _ROOT / "shared/envelope")
    sources = [path for folder in judges for path in folder.rglob("*.py") if path.name != "catalogue.py"]
    return {code for path in sources for code in _CODE.findall(path.read_text(encoding="utf-8"))}


def test_every_code_in_use_is_in_the_catalogue_and_every_entry_is_in_use() -> None:
    assert _codes_in_use() == set(CATALOGUE)


def test_no_code_is_in_the_catalogue_twice() -> None:
    assert len(_RULES) == len(CATALOGUE)


def test_every_entry_says_what_it_means_and_how_to_mend_it() -> None:
    for rule in CATALOGUE.values():
        assert rule.means.endswith(".")
        assert rule.fix.endswith(".")
        assert rule.documented is not None


def test_no_entry_weighs_less_under_the_published_limits() -> None:
    order = [None, Severity.NOTICE, Severity.WARNING, Severity.ERROR]
    for rule in CATALOGUE.values():
        assert order.index(rule.documented) >= order.index(rule.enforced), rule.code


def test_the_page_names_every_code() -> None:
    assert all(f"### `{code}`" in page.page() for code in CATALOGUE)


def test_findings_come_document_by_document_in_the_order_of_the_text() -> None:
    body = with_operation(summary="a\u202eb", description="a\u200bb") | {"servers": [{"url": "https://elsewhere.net"}]}
    judgement = judged(manifest(name_for_human="a\u202eb", contact_email="nobody"), body)
    places = [(finding.document != "manifest", finding.line, finding.column) for finding in judgement.findings]
    assert places == sorted(places)
    assert len(places) >= 4


_PROGRAM = """
import json, sys
sys.path.insert(0, "tests/unit/contracts")
from tests.unit.contracts.documents import judged
judgement = judged(*json.loads(sys.stdin.read()))
print(judgement)
"""


def test_the_same_input_gives_the_same_findings_in_every_process() -> None:
    paths = {f"/a{n}": {"get": {"summary": f"a\u202e{n}"}, "fetch": {}, "post": 7} for n in range(120)}
    body = with_operation() | {"paths": paths, "servers": [{"url": "https://elsewhere.net"}, {"url": "http://b"}]}
    text = json.dumps([manifest(x=1, y=2, z=3, name_for_human="a\u200b"), body])
    outputs = set()
    for seed in ("0", "1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(_ROOT)}
        program = [sys.executable, "-c", _PROGRAM]
        done = subprocess.run(  # noqa: S603 - this very interpreter, on a program of ours
            program, cwd=_ROOT, env=environment, input=text, capture_output=True, text=True, check=True
        )
        outputs.add(done.stdout)
    assert len(outputs) == 1


def test_a_kind_that_nobody_knows_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="ai-plugin-v1"):
        kind_named("server-json")


def test_messages_are_bounded() -> None:
    judgement = judged(manifest(auth={"type": "x" * 100_000}, name_for_model="y z" * 10_000))
    assert judgement.findings
    assert max(len(finding.message) for finding in judgement.findings) <= 600


def test_what_a_plugin_says_has_one_digest_in_json_and_in_yaml() -> None:
    body = as_bytes(with_operation())
    as_yaml = b"---\n" + body
    assert judged(schema_body=body).content_digest == judged(schema_body=as_yaml).content_digest
    assert judged(schema_body=as_yaml).names["schema"] == "openapi.yaml"
    assert judged(b"{", body).content_digest is None
