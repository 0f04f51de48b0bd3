"""One OpenAPI document: read, judged, and given its served form."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from shared.contracts.openapi.operations import calls_of, operation_remarks
from shared.contracts.openapi.places import spell
from shared.contracts.openapi.references import reference_remarks
from shared.contracts.openapi.served import NotCompletableError, served_schema
from shared.contracts.openapi.servers import Completion, Site, addresses, completions, server_remarks
from shared.contracts.openapi.shapes import shape_remarks
from shared.contracts.openapi.versions import version_of, version_remark
from shared.contracts.parsing import Parsed, ParseError, parse
from shared.contracts.remarks import Examined, Remark, remark_of
from shared.contracts.text.scanning import text_remarks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.contracts.policy import Profile
    from shared.domain.documents import Document


@dataclass(frozen=True, slots=True)
class SchemaView:
    """What came of a document. `parsed` is None where it cannot be read; `served` where it is served as it came."""

    examined: Examined
    parsed: Parsed | None = None
    served: bytes | None = None


def view_schema(document: Document, *, root: str, profile: Profile) -> SchemaView:
    """Judge an OpenAPI document of a plugin with the root domain `root`."""
    try:
        parsed = parse(document.body)
    except ParseError as error:
        return SchemaView(Examined(document.role, (remark_of(error),)))
    if not isinstance(parsed.value, dict):
        remark = Remark("document.not-object", "The document is not an object.")
        return SchemaView(Examined(document.role, (remark,), parsed), parsed)
    version = version_of(parsed.value)
    if not version:
        remarks = chain(_misreading(parsed), (version_remark(parsed.value),), text_remarks(parsed.value, root=root))
        return SchemaView(Examined(document.role, remarks, parsed), parsed)
    return _view(document, parsed, version=version, site=Site(document.url, root), profile=profile)


def servers_of(document: Document) -> tuple[str, ...]:
    """Return the absolute URLs that the calls of an OpenAPI document go to; none where it cannot be read."""
    try:
        value = parse(document.body).value
    except ParseError:
        return ()
    if not isinstance(value, dict):
        return ()
    return addresses(value, calls_of(value, version_of(value)), document.url)


def _view(document: Document, parsed: Parsed, *, version: str, site: Site, profile: Profile) -> SchemaView:
    value: dict[str, object] = parsed.value  # type: ignore[assignment]  # the caller has looked
    calls = calls_of(value, version)
    served, served_remarks = _serve(document, parsed, completions(value, calls, site))
    remarks = chain(
        _misreading(parsed),
        shape_remarks(value, version, size=len(parsed.text)),
        reference_remarks(value, version),
        operation_remarks(value, calls, version, profile),
        server_remarks(value, calls, site),
        served_remarks,
        text_remarks(value, root=site.root),
    )
    return SchemaView(Examined(document.role, remarks, parsed), parsed, served)


def _misreading(parsed: Parsed) -> Iterator[Remark]:
    if parsed.misreading is not None:
        error = parsed.misreading
        message = f"{error.message} It is read as YAML instead."
        yield Remark("document.json-read-as-yaml", message, fix=error.fix, line=error.line, column=error.column)


def _serve(
    document: Document, parsed: Parsed, changes: tuple[Completion, ...]
) -> tuple[bytes | None, tuple[Remark, ...]]:
    if not changes:
        return None, ()
    try:
        served = served_schema(document.body, parsed, changes)
    except NotCompletableError:
        message = "The relative servers could not be completed."
        return None, (Remark("schema.server-url", message, fix="Write absolute https URLs under servers."),)
    return served, tuple(_completed(change) for change in changes)


def _completed(change: Completion) -> Remark:
    if change.place is None:
        message = f"The document names no servers; its served form says {change.url}."
        return Remark("schema.servers-completed", message)
    message = f"The server is relative; the served form says {change.url[:200]}."
    return Remark("schema.servers-completed", message, spell(change.place))
