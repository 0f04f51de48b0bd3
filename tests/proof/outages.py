"""Faults at botocore's edge, for the crashes to find: the store as it would be if it kept less, or in another order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.proof.crashes import Plant, Saboteur

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.integration.aws import Cloud

type Params = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Acknowledged:
    """The HTTP answer of a call that was never made."""

    status_code: int = 200


@dataclass(frozen=True, slots=True)
class Outage:
    """A planted fault, the moment to crash at ("" for none), and what the comparison has to say.

    `occurrence` counts the moments of that name in the job, from 1.
    """

    name: str
    plant: Plant
    complaint: str
    moment: str = ""
    occurrence: int = 0

    def at(self, moments: Sequence[str]) -> frozenset[int]:
        """Find its moment among those of a job."""
        places = [place for place, name in enumerate(moments) if name == self.moment]
        return frozenset({places[self.occurrence - 1]} if self.moment else ())


def _answer(client: Any, event: str, answer: Callable[..., tuple[_Acknowledged, Params] | None]) -> None:  # noqa: ANN401 - any of botocore's clients
    """Answer in the place of AWS: what a hook before a call returns is taken for the answer."""
    client.meta.events.register(event, answer)


def _forget(prefix: str, key: str) -> Plant:
    """Leave a kind of item out of every transaction."""

    def plant(store: Cloud, _saboteur: Saboteur) -> None:
        def drop(params: Params, **_: object) -> None:
            params["TransactItems"] = [
                write for write in params["TransactItems"] if not _key_of(write, key).startswith(prefix)
            ]

        store.dynamodb.meta.events.register("before-parameter-build.dynamodb.TransactWriteItems", drop)

    return plant


def _key_of(write: Params, key: str) -> str:
    (body,) = write.values()
    return str((body.get("Item") or body["Key"])[key]["S"])


def _lose_objects(store: Cloud, _saboteur: Saboteur) -> None:
    _answer(store.s3, "before-call.s3.PutObject", lambda **_: (_Acknowledged(), {}))


def _lose_requests(store: Cloud, _saboteur: Saboteur) -> None:
    _answer(store.sqs, "before-call.sqs.SendMessage", lambda **_: (_Acknowledged(), {}))


def _ask_late(store: Cloud, saboteur: Saboteur) -> None:
    """Hold a request for a snapshot back until its version is committed: the order that ADR 3 decided against."""
    held: list[tuple[Params, int]] = []
    sending: list[bool] = []

    def hold(params: Params, **_: object) -> None:
        if not sending:
            held.append((dict(params), len(saboteur.crashes)))

    def answer(**_: object) -> tuple[_Acknowledged, Params] | None:
        return None if sending else (_Acknowledged(), {})

    def send(**_: object) -> None:
        waiting = [params for params, crashes in held if crashes == len(saboteur.crashes)]
        held.clear()
        sending.append(True)
        for params in waiting:
            store.sqs.send_message(**params)
        sending.clear()

    store.sqs.meta.events.register("before-parameter-build.sqs.SendMessage", hold)
    _answer(store.sqs, "before-call.sqs.SendMessage", answer)
    store.dynamodb.meta.events.register_last("after-call.dynamodb.TransactWriteItems", send)


_COMMITTED = "after TransactWriteItems"
_UPGRADE = 5
"""The job's transactions: registration, snapshot, install, approval, and then the upgrade's submission."""

OUTAGES = (
    Outage("no receipts", _forget("IDEMPOTENCY#", "pk"), "other answers", _COMMITTED, _UPGRADE),
    Outage("no events", _forget("EVENT#", "sk"), "other events"),
    Outage("the snapshot is asked for after the commit", _ask_late, "other", _COMMITTED, _UPGRADE),
    Outage("objects are not stored", _lose_objects, "not stored"),
    Outage("requests are not queued", _lose_requests, "other"),
)
