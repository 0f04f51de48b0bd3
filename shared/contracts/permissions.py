"""What a version may do: whom it signs users in with, which hosts it calls, and which operations it has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from shared.contracts.openapi.operations import calls_of
from shared.contracts.openapi.versions import version_of
from shared.domain.documents import MANIFEST, SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from shared.contracts.openapi.operations import Calls, Operation

_CONSEQUENTIAL = "x-openai-isConsequential"
_SIGN_IN_URLS = ("client_url", "authorization_url")
_LONGEST = 300
"""Characters of a name or a summary that are told: the documents have the rest."""


@dataclass(frozen=True, slots=True)
class OperationGiven:
    """One call that the model may make. `consequential` is the publisher's own mark, None where there is none."""

    method: str
    path: str
    operation_id: str
    summary: str
    consequential: bool | None


@dataclass(frozen=True, slots=True)
class Permissions:
    """What a version may do. `scopes` and `sign_in_hosts` are what its sign-in asks users for, and where.

    `hosts` are those that calls go to, in the order of the servers.
    """

    auth_type: str
    scopes: tuple[str, ...]
    sign_in_hosts: tuple[str, ...]
    hosts: tuple[str, ...]
    operations: tuple[OperationGiven, ...]


def permissions_of(values: Mapping[str, object], urls: Mapping[str, str]) -> Permissions:
    """Read the permissions of a version's documents, by role, as far as they can be read; raises for none of them.

    `urls` has the final URL of each document: a relative server is on its host.
    """
    manifest, schema = _object(values.get(MANIFEST)), _object(values.get(SCHEMA))
    auth = _object(manifest.get("auth"))
    calls = calls_of(schema, version_of(schema))
    base = urls.get(SCHEMA, "")
    return Permissions(
        auth_type=_text(auth.get("type")) or "none",
        scopes=_distinct(_text(auth.get("scope")).replace(",", " ").split()),
        sign_in_hosts=_distinct(_host(_text(auth.get(name)), base) for name in _SIGN_IN_URLS),
        hosts=_distinct(_host(url, base) for url in _server_urls(schema, calls)) or _distinct([_host(base, "")]),
        operations=tuple(_given(operation) for operation in calls.operations),
    )


def _given(operation: Operation) -> OperationGiven:
    value = operation.value
    mark = value.get(_CONSEQUENTIAL)
    return OperationGiven(
        method=operation.method.upper(),
        path=operation.path[:_LONGEST],
        operation_id=_text(value.get("operationId"))[:_LONGEST],
        summary=(_text(value.get("summary")) or _text(value.get("description")))[:_LONGEST],
        consequential=mark if isinstance(mark, bool) else None,
    )


def _server_urls(schema: dict[str, object], calls: Calls) -> Iterator[str]:
    """Yield the URLs of all servers: the description's own, its paths', its operations'."""
    holders = [schema, *(item for _, _, item in calls.items), *(operation.value for operation in calls.operations)]
    for holder in holders:
        servers = holder.get("servers")
        for server in servers if isinstance(servers, list) else ():
            yield _text(_object(server).get("url"))


def _host(url: str, base: str) -> str:
    """Return the host that a URL leads to, with its port if it has one; "" where that cannot be told."""
    try:
        return urlsplit(urljoin(base, url.strip())).netloc.rpartition("@")[2].lower() if url else ""
    except ValueError:
        return ""


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, texts)))


def _object(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
