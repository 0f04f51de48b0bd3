"""Moving a store: whole, once, whatever interrupts it, and into no other store's place."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from exchange.bundle import Bundle
from exchange.errors import BundleError, ForeignError, MovedError, SiteError
from exchange.exporting import export
from exchange.importing import import_bundle
from exchange.people import Renaming
from exchange.places import on_this_machine, opened
from local.machine import DELIVERY_QUEUE, RELEASE_QUEUE, SNAPSHOT_QUEUE, Machine
from local.patterns import matches
from local.server import locked
from local.template import read_template
from tests.building import NOON, OWNER
from tests.unit.exchange.stores import Fuse, KilledError, contents, fused, lived_in, quiet
from tests.unit.functions.desk import Desk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from exchange.site import Site


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    made = Machine.at(tmp_path / "old")
    yield made
    made.close()


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Machine]:
    made = Machine.at(tmp_path / "new")
    yield made
    made.close()


@pytest.fixture
def source(machine: Machine) -> Site:
    return lived_in(machine)


@pytest.fixture
def target(other: Machine) -> Site:
    return on_this_machine(other, "new")


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    return Bundle(tmp_path / "bundle")


@pytest.fixture
def whole(source: Site, bundle: Bundle) -> Bundle:
    export(source, bundle, quiet)
    return bundle


def test_a_moved_store_is_the_same_record_by_record_and_byte_by_byte(source: Site, whole: Bundle, target: Site) -> None:
    imported = import_bundle(target, whole, quiet)
    items, objects = contents(source)
    assert contents(target) == (items, objects)
    assert (imported.records, imported.objects) == (len(items), len(objects))
    assert imported.objects == 6


def test_an_export_that_is_killed_anywhere_goes_on_where_it_was(source: Site, bundle: Bundle, target: Site) -> None:
    kills = _survive(lambda fuse: export(fused(source, fuse), bundle, quiet))
    assert kills > 5
    import_bundle(target, bundle, quiet)
    assert contents(target) == contents(source)


def test_an_import_that_is_killed_anywhere_goes_on_where_it_was(source: Site, whole: Bundle, target: Site) -> None:
    kills = _survive(lambda fuse: import_bundle(fused(target, fuse), whole, quiet))
    assert kills > 10
    assert contents(target) == contents(source)


def _survive(run: Callable[[Fuse], object]) -> int:
    """Run something again and again, killed one call later each time, and return how often that was."""
    for at in range(1, 1000):
        try:
            run(Fuse(at))
        except KilledError:
            continue
        return at - 1
    raise AssertionError


def test_a_killed_export_leaves_no_bundle_that_could_be_imported(source: Site, bundle: Bundle, target: Site) -> None:
    with pytest.raises(KilledError):
        export(fused(source, Fuse(3)), bundle, quiet)
    with pytest.raises(BundleError, match="no whole bundle"):
        import_bundle(target, bundle, quiet)


def test_whatever_is_changed_in_a_bundle_is_found_before_anything_is_written(whole: Bundle, target: Site) -> None:
    files = [path for path in whole.directory.rglob("*") if path.is_file() and path.name != "bundle.json"]
    assert len(files) > 5
    for path in files:
        fine = path.read_bytes()
        for broken in (fine[:-1], fine.replace(fine[:1], b"~", 1), b""):
            path.write_bytes(broken)
            with pytest.raises(BundleError):
                import_bundle(target, whole, quiet)
        path.unlink()
        with pytest.raises(BundleError):
            import_bundle(target, whole, quiet)
        path.write_bytes(fine)
    assert contents(target) == ([], {})


def test_a_list_that_the_summary_does_not_name_any_more_is_missed(whole: Bundle, target: Site) -> None:
    summary = whole.directory / "bundle.json"
    document = json.loads(summary.read_text())
    document["contents"]["objects"] = []
    summary.write_text(json.dumps(document))
    with pytest.raises(ForeignError, match="lacks"):
        import_bundle(target, whole, quiet)


def test_a_bundle_of_another_release_is_refused(whole: Bundle, target: Site) -> None:
    summary = whole.directory / "bundle.json"
    summary.write_text(summary.read_text().replace('"version": 1', '"version": 2', 1))
    with pytest.raises(BundleError, match="version 2, and this release reads"):
        import_bundle(target, whole, quiet)


def test_importing_the_same_bundle_again_does_nothing(whole: Bundle, target: Site) -> None:
    import_bundle(target, whole, quiet)
    before = contents(target)
    assert import_bundle(target, whole, quiet).was_done
    assert contents(target) == before


def test_a_bundle_goes_into_no_other_store(whole: Bundle, other: Machine, target: Site) -> None:
    Desk(other.database).submit("theirs")
    before = contents(target)
    with pytest.raises(ForeignError, match="holds a store already"):
        import_bundle(target, whole, quiet)
    assert contents(target) == before


def test_a_place_that_was_filled_from_another_bundle_is_left_alone(
    source: Site, whole: Bundle, target: Site, tmp_path: Path
) -> None:
    import_bundle(target, whole, quiet)
    second = Bundle(tmp_path / "second")
    export(source, second, quiet)
    with pytest.raises(ForeignError, match="another bundle"):
        import_bundle(target, second, quiet)


def test_a_directory_with_something_else_in_it_is_no_place_for_a_bundle(source: Site, bundle: Bundle) -> None:
    bundle.directory.mkdir()
    (bundle.directory / "letter.txt").write_text("Dear")
    with pytest.raises(BundleError, match="not empty"):
        export(source, bundle, quiet)


def test_what_moves_while_it_is_read_is_found_and_the_next_export_is_right(
    source: Site, machine: Machine, bundle: Bundle, target: Site
) -> None:
    desk = Desk(machine.database)
    moves = iter([lambda: desk.submit("sudden")])

    def move(what: str, _count: int) -> None:
        if what == "objects":
            next(moves, lambda: 0)()

    with pytest.raises(MovedError):
        export(source, bundle, move)
    assert not bundle.is_whole
    export(source, bundle, quiet)
    import_bundle(target, bundle, quiet)
    assert contents(target) == contents(source)


def test_what_was_under_way_goes_on_in_the_new_place(whole: Bundle, other: Machine, target: Site) -> None:
    assert import_bundle(target, whole, quiet).set_in_motion == 3
    now = NOON.timestamp() + timedelta(days=36500).total_seconds()
    bodies = {name: _bodies(other, name, now) for name in (SNAPSHOT_QUEUE, RELEASE_QUEUE, DELIVERY_QUEUE)}
    assert bodies[SNAPSHOT_QUEUE] == [{"plugin_id": "waiting", "version": 1}]
    assert bodies[RELEASE_QUEUE] == [{"plugin_id": "todo", "version": 2, "moment": "2026-12-21T12:00:00.000Z"}]
    assert bodies[DELIVERY_QUEUE] == [{"webhook_id": "w1", "delivery_id": "d1", "revision": 1}]


def _bodies(machine: Machine, queue: str, now: float) -> list[object]:
    with machine.database.reading() as connection:
        rows = connection.execute("SELECT body FROM messages WHERE queue = ? AND due <= ?", (queue, now)).fetchall()
    return [json.loads(body) for (body,) in rows]


def told_by(machine: Machine, consumer: str) -> list[str]:
    """Return the sort keys of the changes that a consumer of the stream is told of."""
    (source,) = [each for each in read_template().streams if each.function == consumer]
    machine.changes.enrol({source.name: "TRIM_HORIZON"})
    changes = machine.changes.read(source.name, 1000)
    return [
        change.sk for change in changes if any(matches(each, change.record(source.view)) for each in source.patterns)
    ]


def test_nobody_is_told_again_of_what_they_were_told_before(
    source: Site, bundle: Bundle, other: Machine, target: Site
) -> None:
    export(replace(source, untold=frozenset), bundle, quiet)
    import_bundle(target, bundle, quiet)
    assert told_by(other, "NotifyFunction") == []


def test_what_had_not_been_told_yet_is_told_in_the_new_place(
    machine: Machine, bundle: Bundle, other: Machine, target: Site
) -> None:
    source = lived_in(machine)
    machine.changes.enrol({"notify": "TRIM_HORIZON"})
    machine.changes.advance("notify", machine.changes.read("notify", 1000)[-1].sequence)
    Desk(machine.database).submit("late")
    export(source, bundle, quiet)
    import_bundle(target, bundle, quiet)
    told = told_by(other, "NotifyFunction")
    assert len(told) == 2  # registered, and submitted


def test_people_have_their_new_names_wherever_they_are_named(whole: Bundle, target: Site) -> None:
    renaming = Renaming({OWNER: "sub-1", "reviewer-1": "sub-2", "somebody": "sub-3"})
    import_bundle(target, whole, quiet, rename=renaming)
    text = json.dumps([[item.key.pk, item.key.sk, dict(item.attributes)] for item in contents(target)[0]])
    assert not [name for name in (OWNER, "reviewer-1", "somebody") if f'"{name}' in text or f'#{name}"' in text]
    assert "WEBHOOKS#sub-1" in text
    assert "INSTALL#sub-3" in text
    assert "OWNER#sub-1" in text


def test_a_running_store_is_not_read(tmp_path: Path, machine: Machine) -> None:
    lived_in(machine)
    with locked(tmp_path / "old"), pytest.raises(SiteError, match="already runs"), opened(str(tmp_path / "old")):
        pass


def test_what_is_no_store_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match="no data directory"), opened(str(tmp_path)):
        pass
