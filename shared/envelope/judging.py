"""What is wrong with an envelope over a base, and what a reviewer should look at twice."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from shared.contracts.canonical import content_digest
from shared.contracts.parsing import ParseError, parse
from shared.contracts.policy import profile_named
from shared.contracts.remarks import Examined, Remark, findings_of, pointer_to
from shared.contracts.sites import belongs, resolved, root_of, why_not
from shared.domain.documents import ENVELOPE, ENVELOPE_NAME, MANIFEST, SCHEMA, Document
from shared.domain.identity import digest_of_bytes
from shared.envelope.containment import contains, faults
from shared.envelope.document import Choice, Words
from shared.envelope.places import misplacements
from shared.envelope.reading import read_envelope
from shared.envelope.telling import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shared.contracts.gathering import Examination
    from shared.contracts.parsing import Parsed
    from shared.domain.findings import Finding
    from shared.domain.identity import Digest
    from shared.envelope.document import Envelope, Piece

_MOST_QUOTED = 3


def envelope_findings(
    envelope: Envelope, parsed: Parsed, base: object, *, root: str, profile: str
) -> tuple[Finding, ...]:
    """Judge an envelope over its parsed base. `parsed` is the envelope's own text, `root` the plugin's root domain."""
    return findings_of([Examined(ENVELOPE, _remarks(envelope, base, root), parsed)], profile_named(profile))


def with_envelope(seen: Examination, body: bytes, *, profile: str) -> Examination:
    """Add the envelope of a version to what was seen of it, and what is to be said of the two together.

    Where the schema cannot be read there is nothing to say of the envelope, and an error already. Raises
    EnvelopeInvalidError, which no envelope does that was submitted.
    """
    envelope, parsed = read_envelope(body), parse(body)
    document = Document(ENVELOPE, "", body, "application/json")
    schema, manifest = _schema(seen), seen.documents.get(MANIFEST)
    root = root_of(manifest.url) if manifest else ""
    found = envelope_findings(envelope, parsed, schema, root=root, profile=profile) if schema is not None else ()
    judgement = replace(
        seen.judgement,
        names={**seen.judgement.names, ENVELOPE: ENVELOPE_NAME},
        content_digest=_content(seen.judgement.content_digest, body),
    )
    documents = {**seen.documents, ENVELOPE: document}
    return replace(seen, documents=documents, findings=(*seen.findings, *found), judgement=judgement)


def _schema(seen: Examination) -> object:
    document = seen.documents.get(SCHEMA)
    try:
        return parse(document.body).value if document else None
    except ParseError:
        return None


def _content(documents: Digest | None, body: bytes) -> Digest | None:
    """Name what the documents say together with their envelope: another envelope is another content."""
    return content_digest({"documents": documents, ENVELOPE: digest_of_bytes(body)}) if documents else None


def _remarks(envelope: Envelope, base: object, root: str) -> Iterator[Remark]:
    unfit = [Remark(each.code, each.message, each.pointer) for each in misplacements(envelope, base)]
    yield from unfit or _remarks_on_content(envelope, base, root)
    yield Remark("envelope.dynamic", " ".join(sentences(envelope)))


def _remarks_on_content(envelope: Envelope, base: object, root: str) -> Iterator[Remark]:
    yield from _server_remarks(envelope, root)
    for index, text in enumerate(envelope.texts):
        yield from _piece_remarks(text.reads, ("texts", index, "reads"), text.at.rpartition("/")[2], root)
    for index, enum in enumerate(envelope.enums):
        yield from _piece_remarks(enum.each or (), ("enums", index, "each"), "enum", root)
        for place, value in enumerate(enum.any_of):
            yield from _marked(str(value), ("enums", index, "any_of", place), "enum", root)
    verdict = contains(envelope, base, base, root=root)
    for reason in verdict.reasons[:_MOST_QUOTED]:
        yield Remark("envelope.base-outside", f"At {reason.pointer!r} of the base: {reason.message}")


def _server_remarks(envelope: Envelope, root: str) -> Iterator[Remark]:
    for index, url in enumerate(envelope.servers.any_of if envelope.servers else ()):
        pointer = pointer_to("servers", "any_of", index)
        address = resolved(url, url)
        if address is None:
            yield Remark("envelope.server", f"The server {url[:200]!r} cannot be used. {why_not(url, url)}", pointer)
        elif not belongs(address.host, root):
            message = f"The server {url[:200]!r} is neither on the plugin's root domain {root} nor below it."
            yield Remark("envelope.server", message, pointer)


def _piece_remarks(pieces: Sequence[Piece], place: tuple[str | int, ...], key: str, root: str) -> Iterator[Remark]:
    for number, piece in enumerate(pieces):
        if isinstance(piece, Words):
            message = f"Up to {piece.words.longest} characters that nobody sees before a model does."
            yield Remark("envelope.free-text", message, pointer_to(*place, number))
        elif isinstance(piece, Choice):
            for option, text in enumerate(piece.one_of):
                yield from _marked(text, (*place, number, "one_of", option), key, root)


def _marked(text: str, place: tuple[str | int, ...], key: str, root: str) -> Iterator[Remark]:
    codes = sorted(faults(key, text, root))
    if codes:
        message = f"The judges of texts find {', '.join(codes)} here, so that no document with it would be contained."
        yield Remark("envelope.text-marked", message, pointer_to(*place))
