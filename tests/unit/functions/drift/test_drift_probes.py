"""While a candidate is under review, its servers and those of the live version are asked whether anybody is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.domain.probing import Of
from shared.domain.rounds import Probe
from tests.building import TODO
from tests.integration.documents import SCHEMA_URL, schema
from tests.unit.functions.drift.scene import Scene

if TYPE_CHECKING:
    from pathlib import Path

    from local.database import Database

OLD, NEW = "https://todo.example.com/", "https://api.todo.example.com/v2"


def moving(scene: Scene) -> int:
    """Submit a candidate whose calls go to another host."""
    scene.website.pages[SCHEMA_URL] = schema(2, servers=f"servers: [{{url: '{NEW}'}}]\n")
    return scene.submit()


def seen(scene: Scene, number: int) -> dict[tuple[str, str], bool]:
    probes = scene.origins.probes(TODO, number)
    assert probes is not None
    return {(each.of.value, each.url): each.is_reachable for each in probes.endpoints}


def test_both_the_candidates_and_the_live_servers_are_probed(scene: Scene) -> None:
    number = moving(scene)
    scene.round()
    assert seen(scene, number) == {(Of.CANDIDATE, NEW): True, (Of.LIVE, OLD): True}


def test_a_server_that_does_not_answer_is_named_with_the_reason(scene: Scene) -> None:
    number = moving(scene)
    scene.website.down.add("api.todo.example.com")
    scene.round()
    assert seen(scene, number) == {(Of.CANDIDATE, NEW): False, (Of.LIVE, OLD): True}
    probes = scene.origins.probes(TODO, number)
    assert probes is not None
    assert "the host is down" in probes.endpoints[0].failure


def test_an_answer_that_refuses_is_an_answer(scene: Scene) -> None:
    number = moving(scene)
    scene.round()
    probes = scene.origins.probes(TODO, number)
    assert probes is not None
    assert {each.status for each in probes.endpoints} == {401}


def test_a_first_version_is_probed_alone(database: Database, tmp_path: Path) -> None:
    scene = Scene(database, tmp_path)
    number = scene.submit()
    scene.pass_an_hour()
    assert seen(scene, number) == {(Of.CANDIDATE, OLD): True}


def test_a_decided_version_is_not_probed_any_more(scene: Scene) -> None:
    number = moving(scene)
    scene.desk.approve(number)
    scene.drift.carry_out(Probe(TODO, number))
    assert scene.origins.probes(TODO, number) is None


def test_a_version_that_never_was_is_nobodys_trouble(scene: Scene) -> None:
    scene.drift.carry_out(Probe(TODO, 99))


def test_a_server_that_several_operations_name_is_asked_once(scene: Scene) -> None:
    servers = "servers: [{url: 'https://todo.example.com/a'}, {url: 'https://todo.example.com/b'}]\n"
    scene.website.pages[SCHEMA_URL] = schema(2, servers=servers)
    number = scene.submit()
    scene.round()
    assert [url for of, url in seen(scene, number) if of == Of.CANDIDATE] == ["https://todo.example.com/a"]
