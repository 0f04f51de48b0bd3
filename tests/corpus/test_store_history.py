"""Every version that a real store listed: accepted, or refused for a defect that is named here."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from shared.contracts.canonical import canonical_bytes
from shared.contracts.parsing import parse
from shared.domain.findings import is_acceptable
from tests.corpus.corpus import KIND, listed, needed

if TYPE_CHECKING:
    from shared.domain.documents import Judgement

pytestmark = [needed, pytest.mark.xdist_group("store history")]

REFUSED = {
    ("chat.jopilot.net", 1): "manifest.too-long",  # 257 characters for people, where the store's own limit was 120
    ("chatgpt.erc20list.org", 2): "schema.operation-id-duplicate",  # two calls that an assistant cannot tell apart
    ("easy-search.techno-gauss.com", 1): "document.duplicate-key",  # minLength stands twice in one schema
    ("haulingbuddies.com", 1): "document.duplicate-key",  # a property is described twice, in two ways
    ("llamawrapper-prod.onrender.com", 1): "document.duplicate-key",  # required stands twice: readers differ on which
    ("llamawrapper-prod.onrender.com", 2): "document.duplicate-key",
    ("llamawrapper-prod.onrender.com", 3): "document.duplicate-key",
    ("llamawrapper-prod.onrender.com", 4): "document.duplicate-key",
    ("llamawrapper-prod.onrender.com", 5): "document.duplicate-key",
    ("local.goodcall.ai", 1): "schema.ref-cycle",  # a schema that is all of itself
    ("plugin.daizy.com", 5): "schema.ref-external",  # to a third host: what was reviewed could change there
    ("sg-places.herokuapp.com", 1): "schema.ref-form",  # `#components/…` without the slash
    ("smyth.seo.app", 2): "schema.server-host",  # calls would go to smyth.dev.seo.app, which is not below smyth.seo.app
}
_LIMITS = {
    "document.too-large",
    "document.too-deep",
    "document.too-many-nodes",
    "document.yaml-expansion",
    "text.scan-failed",
}


@pytest.fixture(scope="module")
def judgements() -> dict[tuple[str, int], Judgement]:
    return {(version.host, version.version): version.judged() for version in listed()}


def test_every_listed_version_with_a_schema_is_judged(judgements: dict[tuple[str, int], Judgement]) -> None:
    assert len(judgements) == 343


def test_every_refusal_is_named_and_at_least_95_of_100_are_accepted(
    judgements: dict[tuple[str, int], Judgement], capsys: pytest.CaptureFixture[str]
) -> None:
    refused = {
        version: {finding.code for finding in judgement.findings if finding.severity == "error"}
        for version, judgement in judgements.items()
        if not is_acceptable(judgement.findings)
    }
    with capsys.disabled():
        share = 1 - len(refused) / len(judgements)
        print(f"\n{len(judgements)} listed versions, {len(refused)} refused: {share:.1%} accepted")  # noqa: T201
        for (host, number), codes in sorted(refused.items()):
            print(f"  {host} {number}: {', '.join(sorted(codes))}")  # noqa: T201
    assert {version: {code} for version, code in REFUSED.items()} == refused
    assert len(refused) <= 0.05 * len(judgements)


def test_no_honest_document_is_refused_for_a_limit(judgements: dict[tuple[str, int], Judgement]) -> None:
    codes = {finding.code for judgement in judgements.values() for finding in judgement.findings}
    assert codes.isdisjoint(_LIMITS)


def test_documents_with_c1_controls_are_read_with_a_warning(judgements: dict[tuple[str, int], Judgement]) -> None:
    for number in (1, 2, 3):
        findings = judgements["www.shimmer.ooo", number].findings
        assert is_acceptable(findings)
        assert "text.control" in {finding.code for finding in findings}


@pytest.mark.parametrize("host", ["savvytrader.com", "www.buywisely.com.au", "www.shimmer.ooo", "coursera.org"])
def test_related_hosts_are_one_site(host: str) -> None:
    for version in (version for version in listed() if version.host == host):
        assert KIND.follow(version.manifest)
        assert is_acceptable(version.judged().findings)


def test_the_fetch_plan_names_every_schema_that_the_collector_found() -> None:
    for version in listed():
        (wanted,) = KIND.follow(version.manifest)
        assert wanted.url == version.schema.url


def test_served_forms_differ_by_what_was_inserted_alone(judgements: dict[tuple[str, int], Judgement]) -> None:
    count = 0
    for version in listed():
        served = judgements[version.host, version.version].served.get("schema")
        if served is None:
            continue
        count += 1
        before = parse(version.schema.body)
        after = parse(served)
        assert after.format == before.format
        assert after.value["servers"]  # type: ignore[index]
        without = {key: value for key, value in after.value.items() if key != "servers"}  # type: ignore[attr-defined]
        original = {key: value for key, value in before.value.items() if key != "servers"}  # type: ignore[attr-defined]
        assert canonical_bytes(without) == canonical_bytes(original)
        assert len(served) - len(version.schema.body) < 200
    assert count > 70


def test_a_digest_names_what_is_said(judgements: dict[tuple[str, int], Judgement]) -> None:
    digests = Counter(judgement.content_digest for judgement in judgements.values() if judgement.content_digest)
    assert len(digests) > 0.9 * len(judgements)


def test_the_published_limits_refuse_far_more(judgements: dict[tuple[str, int], Judgement]) -> None:
    refused = sum(not is_acceptable(version.judged("documented").findings) for version in listed())
    assert refused > 0.5 * len(judgements)


def test_judging_a_plugin_takes_milliseconds(judgements: dict[tuple[str, int], Judgement]) -> None:
    assert all(len(judgement.findings) <= 200 for judgement in judgements.values())
