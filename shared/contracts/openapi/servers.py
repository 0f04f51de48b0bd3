"""Where the calls go: servers are absolute https URLs on the plugin's site, or are made so in the served form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin

from shared.contracts.openapi.places import Place, spell
from shared.contracts.remarks import Remark
from shared.contracts.sites import belongs, origin_of, resolved, why_not

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.contracts.openapi.operations import Calls

_VARIABLE = re.compile(r"\{([^{}]{1,200})\}")


class Site(NamedTuple):
    """Where a document was fetched from and which root domain its calls have to stay on."""

    url: str
    root: str


class Completion(NamedTuple):
    """One change that the served form needs: the absolute URL that a relative one comes to.

    `place` is that of the `url` of one server, or of the document itself where it has no servers.
    """

    place: Place
    url: str


def server_remarks(document: dict[str, object], calls: Calls, site: Site) -> Iterator[Remark]:
    """Yield what is wrong with the servers of a document, of its paths and of its operations."""
    for place, servers in _all_servers(document, calls):
        yield from _list_remarks(place, servers, site)


def addresses(document: dict[str, object], calls: Calls, url: str) -> tuple[str, ...]:
    """Return the URLs that calls may go to, each once and absolute; `url` is where the document came from.

    Variables have their defaults. What cannot be called is left out.
    """
    written = [
        _filled(text, servers[index]) for _, servers in _all_servers(document, calls) for index, text in _urls(servers)
    ]
    found = (resolved(text, url) for text in written or ["/"])
    return tuple(dict.fromkeys(str(each) for each in found if each))


def completions(document: dict[str, object], calls: Calls, site: Site) -> tuple[Completion, ...]:
    """Return what has to be written into the served form. A document that says where it is called needs nothing."""
    found = [
        Completion(((place, index), "url"), urljoin(site.url, url))
        for place, servers in _all_servers(document, calls)
        for index, url in _urls(servers)
        if _is_relative(url)
    ]
    if not document.get("servers"):
        found.insert(0, Completion(None, origin_of(site.url)))
    return tuple(found)


def _all_servers(document: dict[str, object], calls: Calls) -> Iterator[tuple[Place, list[object]]]:
    holders: list[tuple[Place, dict[str, object]]] = [(None, document)]
    holders += [(place, item) for place, _, item in calls.items]
    holders += [(operation.place, operation.value) for operation in calls.operations]
    for place, holder in holders:
        servers = holder.get("servers")
        if isinstance(servers, list) and servers:
            yield (place, "servers"), servers


def _urls(servers: list[object]) -> Iterator[tuple[int, str]]:
    for index, server in enumerate(servers):
        url = server.get("url") if isinstance(server, dict) else None
        if isinstance(url, str):
            yield index, url


def _is_relative(url: str) -> bool:
    # A variable in the place of the scheme ({scheme}://host) makes a URL absolute all the same.
    return not re.match(r"\s*(?:[A-Za-z][A-Za-z0-9+.-]*|\{[^{}]*\}):", url)


def _list_remarks(place: Place, servers: list[object], site: Site) -> Iterator[Remark]:
    """Judge one list of servers: the first that fits is the one that counts, and the others are for the reviewer."""
    problems = [
        remark for index, url in _urls(servers) for remark in _problems(((place, index), "url"), servers, url, site)
    ]
    usable = len(list(_urls(servers))) - len(problems)
    for remark in problems:
        yield remark if not usable else Remark("schema.server-ignored", remark.message, remark.pointer)
    if not problems and not usable:
        yield Remark("schema.server-url", "No server has a URL.", spell(place))


def _problems(place: Place, servers: list[object], url: str, site: Site) -> Iterator[Remark]:
    filled = _filled(url, servers[place[0][1]])  # type: ignore[index]  # made by _list_remarks
    address = resolved(filled, site.url)
    shown = url[:200]
    if address is None:
        yield Remark(
            "schema.server-url", f"The server {shown!r} cannot be used. {why_not(filled, site.url)}", spell(place)
        )
    elif not belongs(address.host, site.root):
        message = f"The server {shown!r} is neither on the plugin's root domain {site.root} nor below it."
        yield Remark("schema.server-host", message, spell(place))


def _filled(url: str, server: object) -> str:
    """Return a server's URL with the defaults of its variables."""
    variables = server.get("variables") if isinstance(server, dict) else None

    def default(match: re.Match[str]) -> str:
        variable = variables.get(match[1]) if isinstance(variables, dict) else None
        value = variable.get("default") if isinstance(variable, dict) else None
        return str(value) if isinstance(value, str | int) else match[0]

    return _VARIABLE.sub(default, url)
