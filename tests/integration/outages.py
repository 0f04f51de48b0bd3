"""AWS in trouble, at botocore's edge: what moto never plays."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

type Raise = Callable[[str], Exception]


def code(name: str, **more: object) -> Raise:
    """Return what AWS answers with an error code, once botocore has given up trying."""

    def make(operation: str) -> Exception:
        response: Any = {"Error": {"Code": name, "Message": "planted"}, **more}
        return ClientError(response, operation)

    return make


UNREACHABLE: Raise = lambda _: EndpointConnectionError(endpoint_url="https://aws")  # noqa: E731 - a table of them
SILENT: Raise = lambda _: ReadTimeoutError(endpoint_url="https://aws")  # noqa: E731
UNCONNECTED: Raise = lambda _: ConnectTimeoutError(endpoint_url="https://aws")  # noqa: E731


@dataclass(slots=True)
class Trouble:
    """How often it struck."""

    struck: list[str] = field(default_factory=list)


@contextmanager
def trouble(client: object, event: str, raised: Raise, *, times: int = 10_000) -> Iterator[Trouble]:
    """Have calls of a client fail while this lasts, `times` of them: `dynamodb.GetItem`, or `s3` for all calls."""
    seen = Trouble()

    def strike(model: Any, **_: object) -> None:  # noqa: ANN401 - botocore's operation
        if len(seen.struck) < times:
            seen.struck.append(model.name)
            raise raised(model.name)

    edge: Any = client
    edge.meta.events.register_first(f"before-call.{event}", strike)
    try:
        yield seen
    finally:
        edge.meta.events.unregister(f"before-call.{event}", strike)
