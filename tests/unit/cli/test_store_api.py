"""The client of the API: what is tried again, what is not, and what a problem says."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from cli.store.api import StoreApi, path_of
from cli.store.credentials import Given, Workflow
from cli.store.errors import Exit, NotSignedInError, ProblemError, UnreachableError
from cli.store.transport import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

LOST = UnreachableError("The connection broke.", was_sent=True)
UNSENT = UnreachableError("There is no connection.", was_sent=False)
FINE = Answer(200, {}, b'{"fine": true}')
BUSY = Answer(503, {}, b'{"message": "Service Unavailable"}')

type Outcome = Answer | UnreachableError


@dataclass(slots=True)
class Network:
    """Brings one outcome after the other."""

    outcomes: list[Outcome]
    keys: list[str] = field(default_factory=list)
    naps: list[float] = field(default_factory=list)

    def __call__(self, _method: str, _url: str, *, headers: Mapping[str, str], body: bytes | None) -> Answer:
        self.keys.append(headers.get("idempotency-key", "") if body is not None else "-")
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, UnreachableError):
            raise outcome
        return outcome

    def api(self) -> StoreApi:
        keys = iter("abcdefgh")
        credential = Given("token")
        return StoreApi(
            "https://store.example",
            send=self,
            credential=credential,
            draw_key=lambda: next(keys),
            sleep=self.naps.append,
        )


@pytest.mark.parametrize("hindrance", [LOST, UNSENT, BUSY])
def test_what_was_lost_on_the_way_is_sent_again_under_the_same_key(hindrance: Outcome) -> None:
    network = Network([hindrance, hindrance, FINE])
    assert network.api().post("/v1/x") == {"fine": True}
    assert network.keys == ["a", "a", "a"]
    assert network.naps == [0.5, 1.0]


def test_two_requests_have_two_keys() -> None:
    network = Network([FINE, FINE])
    api = network.api()
    api.post("/v1/x")
    api.put("/v1/x")
    assert network.keys == ["a", "b"]


def test_after_four_attempts_it_is_given_up() -> None:
    network = Network([LOST] * 9)
    with pytest.raises(UnreachableError):
        network.api().get("/v1/x")
    assert len(network.outcomes) == 5


def test_a_busy_store_is_told_as_such_in_the_end() -> None:
    with pytest.raises(ProblemError) as problem:
        Network([BUSY] * 4).api().get("/v1/x")
    assert problem.value.status is Exit.UNREACHABLE


@pytest.mark.parametrize(("hindrance", "sent"), [(LOST, 1), (BUSY, 1), (UNSENT, 2)])
def test_what_cannot_be_repeated_is_sent_once(hindrance: Outcome, sent: int) -> None:
    network = Network([hindrance, FINE])
    with contextlib.suppress(UnreachableError, ProblemError):
        network.api().post("/v1/x", is_repeatable=False)
    assert len(network.keys) == sent


def test_a_removal_whose_answer_was_lost_is_a_removal() -> None:
    gone = Answer(404, {}, b'{"type": "urn:standfast:problem:not-found"}')
    assert Network([LOST, gone]).api().delete("/v1/x") == {}
    with pytest.raises(ProblemError):
        Network([gone]).api().delete("/v1/x")
    with pytest.raises(ProblemError):
        Network([UNSENT, gone]).api().delete("/v1/x")


@pytest.mark.parametrize(
    ("status", "exit_status"), [(400, 1), (401, 4), (403, 4), (404, 1), (409, 1), (422, 1), (429, 1), (500, 5)]
)
def test_the_kind_of_a_problem_is_the_exit_status(status: int, exit_status: int) -> None:
    with pytest.raises(ProblemError) as problem:
        Network([Answer(status, {}, b"{}")]).api().get("/v1/x")
    assert problem.value.status == exit_status


def test_when_to_try_again_is_passed_on() -> None:
    with pytest.raises(ProblemError) as problem:
        Network([Answer(429, {"retry-after": "90"}, b'{"title": "Too much."}')]).api().get("/v1/x")
    assert problem.value.hint == "Try again in 90 seconds."


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"\xff", b"[" * 100_000])
def test_what_is_no_store_is_told_as_such(body: bytes) -> None:
    with pytest.raises(ProblemError, match="not one that a store gives"):
        Network([Answer(200, {}, body)]).api().get("/v1/x")


def test_a_list_is_read_to_its_end_and_no_further_than_wanted() -> None:
    pages = [json.dumps({"items": [1, 2], "next_cursor": cursor}).encode() for cursor in ("c", "d", None)]
    assert Network([Answer(200, {}, page) for page in pages]).api().pages("/v1/x", most=100)["items"] == [1, 2] * 3
    network = Network([Answer(200, {}, page) for page in pages])
    assert network.api().pages("/v1/x", most=3) == {"items": [1, 2, 1, 2], "next_cursor": "d"}


def test_a_part_of_a_path_cannot_leave_its_place() -> None:
    assert path_of("plugins", "../../x?y#z") == "/v1/plugins/..%2F..%2Fx%3Fy%23z"


def test_a_workflow_asks_for_a_token_for_this_store_alone() -> None:
    asked: list[tuple[str, Mapping[str, str]]] = []

    def send(_method: str, url: str, *, headers: Mapping[str, str], body: bytes | None) -> Answer:
        assert body is None
        asked.append((url, headers))
        return Answer(200, {}, b'{"value": "signed"}')

    environment = {"ACTIONS_ID_TOKEN_REQUEST_URL": "https://ci.example/t?v=1", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "ask"}
    workflow = Workflow(environment, audience="https://store.example", send=send, now=lambda: 1000.0)
    assert workflow.token() == workflow.token() == "signed"
    ((url, headers),) = asked
    assert url == "https://ci.example/t?v=1&audience=https%3A%2F%2Fstore.example"
    assert headers["authorization"] == "Bearer ask"


@pytest.mark.parametrize(
    "answer", [Answer(403), Answer(200, {}, b"{}"), Answer(200, {}, b"no"), Answer(200, {}, b"[]")]
)
def test_a_workflow_that_gets_no_token_is_told_what_it_lacks(answer: Answer) -> None:
    environment = {"ACTIONS_ID_TOKEN_REQUEST_URL": "https://ci.example/t"}
    workflow = Workflow(environment, audience="https://s.example", send=lambda *_, **__: answer, now=lambda: 0.0)
    with pytest.raises(NotSignedInError) as refusal:
        workflow.token()
    assert "id-token: write" in refusal.value.hint
