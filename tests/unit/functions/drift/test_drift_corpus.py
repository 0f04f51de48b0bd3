"""Real plugins, day by day: each change is drift on its day, and on all other days there is none."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from local.database import Database
from local.replay.history import MANIFEST_PATH, History
from shared.domain.drift import OriginState
from shared.domain.version import State
from tests.unit.functions.drift.scene import Scene

if TYPE_CHECKING:
    from local.replay.history import Edition

CORPUS = Path(__file__).parents[5] / "shared/corpus/store"
DAYS = 26

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is no part of the project"),
]


@cache
def said(edition: Edition) -> Any:  # noqa: ANN401 - JSON documents
    """Return what an edition says, read by parsers that the store does not use, its lists in no order."""
    schema = yaml.load(edition.schema.decode("utf-8-sig"), yaml.CBaseLoader)  # noqa: S506 - texts alone
    return unordered([json.loads(edition.manifest), schema])


def is_readable(edition: Edition) -> bool:
    """Tell whether the other parser reads it, too: it takes no control characters."""
    try:
        said(edition)
    except yaml.YAMLError:
        return False
    return True


def unordered(value: Any) -> Any:  # noqa: ANN401 - a JSON value
    if isinstance(value, dict):
        return {key: unordered(each) for key, each in value.items()}
    if isinstance(value, list):
        return sorted((unordered(each) for each in value), key=repr)
    return value


def pages(edition: Edition) -> dict[str, bytes]:
    return {
        f"https://{edition.host}{MANIFEST_PATH}": edition.manifest,
        f"https://{edition.schema_host}{edition.schema_path}": edition.schema,
    }


def histories() -> dict[str, list[Edition]]:
    """Return what each upgraded plugin served on the days on which it was listed."""
    history = History.read(CORPUS, days=DAYS)
    served: dict[str, list[Edition]] = {}
    for _, listed in history.days:
        for host, number in listed.items():
            if (edition := history.edition(host, number)) and is_readable(edition):
                served.setdefault(host, []).append(edition)
    return {host: each for host, each in served.items() if len({edition.number for edition in each}) > 1}


def live(database: Database, tmp_path: Path, edition: Edition) -> Scene | None:
    """Let a real plugin go live, None where the judges refuse it or the corpus lacks a page that it names."""
    scene = Scene(database, tmp_path / edition.host)
    scene.website.pages = pages(edition)
    number = scene.submit(f"https://{edition.host}{MANIFEST_PATH}")
    if scene.desk.state(number) is not State.IN_REVIEW:
        return None
    scene.desk.approve(number)
    return scene


def looks_at(scene: Scene, editions: list[Edition]) -> Counter[str]:
    """Look at a live plugin's origin on each day, and count what was found; the first edition is the live one."""
    found: Counter[str] = Counter()
    for edition in editions:
        scene.website.pages = pages(edition)
        origin, differs = scene.look(), said(edition) != said(editions[0])
        assert (origin.state is OriginState.DRIFTED) == differs, (edition.host, edition.number, origin.drift)
        found[origin.state] += 1
        found["in other bytes alone"] += not differs and edition.number != editions[0].number
    return found


def test_each_change_of_a_real_plugin_is_found_on_its_day_and_nothing_on_any_other(tmp_path: Path) -> None:
    found: Counter[str] = Counter()
    for editions in histories().values():
        with closing(Database()) as database:
            scene = live(database, tmp_path, editions[0])
            found += looks_at(scene, editions) if scene else Counter(refused=1)
    print(dict(found))  # noqa: T201 - for whoever runs it with -s
    assert found["in_sync"] > 300
    assert found["drifted"] > 300
