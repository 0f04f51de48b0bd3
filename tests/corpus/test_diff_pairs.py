"""The comparison over the upgrades of a real store: complete, without repetition, and in the right lanes."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from random import Random
from typing import TYPE_CHECKING, Any

import yaml

from shared.contracts.parsing import parse
from shared.diff.assessing import assess
from shared.diff.changes import Lane, Risk
from shared.diff.versions import compare
from tests.corpus.diff_pairs import Pair, needs_corpus, newest_versions, pairs, upgraded_plugins
from tests.unit.diff.completeness import compared, gives, idle_changes, written
from tests.unit.diff.documents import version

if TYPE_CHECKING:
    import pytest

pytestmark = needs_corpus

TEXT_LANES = {Lane.MODEL_TEXT}
MOST_FOR_IDLENESS = 60
"""Changes of one pair up to which each is left out once: the effort grows with their square."""


def without_texts(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return a schema less what only a reader reads: an independent notion of text, coarser than the comparison's."""
    texts = {"description", "summary", "title", "example", "examples", "operationId"}
    if isinstance(value, dict):
        return {key: without_texts(item) for key, item in value.items() if not (key in texts and is_text(item, key))}
    return [without_texts(item) for item in value] if isinstance(value, list) else value


def is_text(value: object, key: str) -> bool:
    return isinstance(value, str) or key in {"example", "examples"}


def shuffled(value: Any, random: Random) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        keys = list(value)
        random.shuffle(keys)
        return {key: shuffled(value[key], random) for key in keys}
    return [shuffled(item, random) for item in value] if isinstance(value, list) else value


def test_the_store_holds_the_upgrades_that_this_is_measured_on() -> None:
    assert len(upgraded_plugins()) == 64
    assert len(pairs()) == 135  # of 140 with both schemas, 5 lead to or from one with a key that stands twice


def test_every_changed_leaf_of_every_pair_is_accounted_for_both_ways() -> None:
    lost = [pair.name for pair in pairs() if not gives(pair.old, pair.new, compared(pair.old, pair.new))]
    back = [pair.name for pair in pairs() if not gives(pair.new, pair.old, compared(pair.new, pair.old))]
    assert (lost, back) == ([], [])


def test_no_change_of_any_pair_is_told_twice() -> None:
    idle = []
    for pair in pairs():
        comparison = compared(pair.old, pair.new)
        if len(comparison.changes) <= MOST_FOR_IDLENESS:
            idle += [(pair.name, change.code) for change in idle_changes(pair.old, pair.new, comparison)]
    assert idle == []


def test_documents_that_differ_are_told_apart() -> None:
    silent = [pair.name for pair in pairs() if not compare(version(pair.old), version(pair.new))]
    assert silent == [pair.name for pair in pairs() if written(pair.old) == written(pair.new)]
    assert silent == ["exporter.hexonlabs.com/02"]  # the same document, written in another way


def test_a_document_in_another_format_and_order_is_the_same() -> None:
    for name, old, _ in newest_versions():
        other = shuffled(old, Random(name))  # noqa: S311 - a seeded choice, no secret
        other["schema"] = parse(yaml.safe_dump(other["schema"], width=10_000).encode()).value
        assert compare(version(old), version(other)) == (), name


def test_upgrades_that_touch_only_what_the_model_reads_are_all_found() -> None:
    quiet = [pair for pair in pairs() if is_same_but_for_texts(pair)]
    assert len(quiet) > 20
    for pair in quiet:
        changes = compare(version({"schema": pair.old["schema"]}), version({"schema": pair.new["schema"]}))
        assert {change.lane for change in changes} <= TEXT_LANES, (pair.name, changes)


def is_same_but_for_texts(pair: Pair) -> bool:
    old, new = pair.old["schema"], pair.new["schema"]
    return written({"schema": old}) != written({"schema": new}) and without_texts(old) == without_texts(new)


def test_the_upgrades_that_send_data_elsewhere_are_of_high_risk() -> None:
    grave = {pair.name for pair in pairs() if assess(compare(version(pair.old), version(pair.new))).risk is Risk.HIGH}
    assert {"chatspot.ai/02", "plugin.bramework.com/05", "scholar-ai.net/02"} <= grave
    assert len(grave) < len(pairs()) / 3


def test_figures_of_the_store(capsys: pytest.CaptureFixture[str]) -> None:
    lanes: Counter[str] = Counter()
    risks: Counter[str] = Counter()
    seconds = []
    for pair in pairs():
        started = time.perf_counter()
        changes = compare(version(pair.old), version(pair.new))
        seconds.append(time.perf_counter() - started)
        lanes.update(change.lane for change in changes)
        risks[assess(changes).risk] += 1
    with capsys.disabled():
        print(f"\n{len(pairs())} pairs; changes by lane {dict(lanes)}; pairs by risk {dict(risks)}")  # noqa: T201
        print(f"median {statistics.median(seconds) * 1000:.1f} ms, most {max(seconds) * 1000:.1f} ms")  # noqa: T201
    assert sum(lanes.values()) > 500
    # Five times what is promised: other work on the machine is no fault of the comparison.
    assert statistics.median(seconds) < 0.025
