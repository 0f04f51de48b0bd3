"""The kind `ai-plugin-v1`: an `ai-plugin.json` and the OpenAPI document that its `api.url` names."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from shared.contracts.canonical import content_digest
from shared.contracts.logos import logo_name, logo_remarks
from shared.contracts.manifest_rules import Case, manifest_remarks
from shared.contracts.manifest_shape import read_manifest
from shared.contracts.openapi.judging import servers_of, view_schema
from shared.contracts.parsing import ParseError, parse_json
from shared.contracts.parsing.limits import MAX_MANIFEST_BYTES
from shared.contracts.pauses import collector_paused
from shared.contracts.policy import profile_named
from shared.contracts.remarks import Examined, Remark, findings_of, remark_of
from shared.contracts.sites import belongs, resolved, root_of
from shared.contracts.text.neighbours import mention_remarks, name_remarks
from shared.contracts.text.scanning import text_remarks
from shared.contracts.wanted import Wanted
from shared.domain.documents import AI_PLUGIN_V1, LOGO, MANIFEST, SCHEMA, Judgement, Listing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from shared.contracts.openapi.judging import SchemaView
    from shared.contracts.parsing import Parsed
    from shared.contracts.policy import Profile
    from shared.domain.documents import Document
    from shared.domain.findings import Finding
    from shared.domain.identity import Digest

_MANIFEST_NAME = "ai-plugin.json"
_NAMES = ("name_for_model", "name_for_human")
_DESCRIPTIONS = ("description_for_model", "description_for_human")
_LONGEST_LINK, _LONGEST_TEXT = 2048, 300
"""Characters of a listing's fields: a manifest that breaks every limit must not break the catalogue's."""


class AiPluginV1:
    """Implements `DocumentKind` for one manifest and one API description."""

    name = AI_PLUGIN_V1
    manifest_role = MANIFEST

    def __init__(self) -> None:
        # The list of public suffixes is read from its package on first use: here, so that judging touches no file.
        root_of("https://example.com/")

    def follow(self, manifest: Document) -> tuple[Wanted, ...]:
        """Return the API description, where api.url names one that the plugin may have."""
        url = _link(manifest, "api", "url")
        root = root_of(manifest.url)
        target = resolved(url, manifest.url) if url else None
        return (Wanted(SCHEMA, str(target)),) if target and belongs(target.host, root) else ()

    def follow_optional(self, manifest: Document) -> tuple[Wanted, ...]:
        """Return the logo, where logo_url names one."""
        url = _link(manifest, "logo_url")
        target = resolved(url, manifest.url) if url else None
        return (Wanted(LOGO, str(target)),) if target else ()

    def tokens(self, manifest: Document) -> tuple[str, ...]:
        """Return the verification token of an authenticated plugin that is meant for this store."""
        token = _link(manifest, "auth", "verification_tokens", "standfast")
        return (token,) if token else ()

    def judge(self, documents: Mapping[str, Document], *, profile: str = "enforced") -> Judgement:
        """Judge a manifest and, where it could be fetched, its API description."""
        rules = profile_named(profile)
        with collector_paused():
            return self._judge(documents, rules)

    def _judge(self, documents: Mapping[str, Document], rules: Profile) -> Judgement:
        manifest = documents[MANIFEST]
        parsed, examined = _view_manifest(manifest, rules)
        names = {MANIFEST: _MANIFEST_NAME}
        everything = [examined]
        schema = None
        if SCHEMA in documents:
            schema = view_schema(documents[SCHEMA], root=root_of(manifest.url), profile=rules)
            everything.append(schema.examined)
            names[SCHEMA] = _schema_name(documents[SCHEMA], schema)
        if LOGO in documents:
            everything.append(Examined(LOGO, logo_remarks(documents[LOGO].body)))
            names[LOGO] = logo_name(documents[LOGO].body)
        return Judgement(
            kind=self.name,
            profile=rules.label,
            findings=findings_of(everything, rules),
            names=names,
            served={SCHEMA: schema.served} if schema and schema.served is not None else {},
            listing=_listing(parsed),
            content_digest=_digest(parsed, schema),
        )

    def endpoints(self, documents: Mapping[str, Document]) -> tuple[str, ...]:
        """Return the servers of the API description."""
        return servers_of(documents[SCHEMA]) if SCHEMA in documents else ()

    def compare(self, documents: Mapping[str, Document], live_names: Iterable[str]) -> tuple[Finding, ...]:
        """Return where the names and descriptions of a manifest touch those of other live plugins."""
        manifest = documents[MANIFEST]
        try:
            parsed = parse_json(manifest.body, most=MAX_MANIFEST_BYTES)
        except ParseError:
            return ()
        others = tuple(live_names)
        names, texts = _strings(parsed, _NAMES), _strings(parsed, _DESCRIPTIONS)
        remarks = chain(name_remarks(names, others), mention_remarks(texts, names.values(), others))
        return findings_of([Examined(MANIFEST, remarks, parsed)], profile_named("enforced"))


def _view_manifest(document: Document, profile: Profile) -> tuple[Parsed | None, Examined]:
    try:
        parsed = parse_json(document.body, most=MAX_MANIFEST_BYTES)
    except ParseError as error:
        return None, Examined(MANIFEST, (remark_of(error),))
    return parsed, Examined(MANIFEST, _manifest_remarks(parsed.value, document.url, profile), parsed)


def _manifest_remarks(value: object, url: str, profile: Profile) -> Iterator[Remark]:
    if not isinstance(value, dict):
        yield Remark("document.not-object", "The document is not an object.")
        return
    manifest, remarks = read_manifest(value)
    yield from remarks
    if manifest is not None:
        yield from manifest_remarks(Case(manifest, url, profile))
    yield from text_remarks(value, root=root_of(url))


def _link(manifest: Document, *path: str) -> str:
    """Return a link of a manifest, however broken the rest of it may be; "" where there is none."""
    try:
        value = parse_json(manifest.body, most=MAX_MANIFEST_BYTES).value
    except ParseError:
        return ""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, str) and value.strip() else ""


def _strings(parsed: Parsed, fields: Iterable[str]) -> dict[str, str]:
    value = parsed.value if isinstance(parsed.value, dict) else {}
    return {f"/{field}": text for field in fields if isinstance(text := value.get(field), str)}


def _schema_name(document: Document, schema: SchemaView) -> str:
    if schema.parsed is not None:
        return f"openapi.{schema.parsed.format}"
    return "openapi.json" if document.body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") else "openapi.yaml"


def _listing(parsed: Parsed | None) -> Listing | None:
    if parsed is None or not isinstance(parsed.value, dict):
        return None
    value = parsed.value
    auth = value.get("auth")
    texts = {field: text if isinstance(text := value.get(field), str) else "" for field in (*_NAMES, *_DESCRIPTIONS)}
    if not texts["name_for_human"] and not texts["name_for_model"]:
        return None
    logo = value.get("logo_url")
    kind = auth.get("type") if isinstance(auth, dict) else None
    return Listing(
        name_for_human=texts["name_for_human"][:_LONGEST_TEXT],
        name_for_model=texts["name_for_model"][:_LONGEST_TEXT],
        description_for_human=texts["description_for_human"][:_LONGEST_TEXT],
        logo_url=logo if isinstance(logo, str) and len(logo) <= _LONGEST_LINK else "",
        auth_type=kind[:_LONGEST_TEXT] if isinstance(kind, str) else "",
        auth_urls=_auth_urls(auth),
    )


def _auth_urls(auth: object) -> tuple[str, ...]:
    """Return where users sign in and where codes are exchanged, as far as a manifest says so."""
    urls = [auth.get(name) for name in ("client_url", "authorization_url")] if isinstance(auth, dict) else []
    return tuple(url[:_LONGEST_LINK] for url in urls if isinstance(url, str))


def _digest(manifest: Parsed | None, schema: SchemaView | None) -> Digest | None:
    if manifest is None or schema is None or schema.parsed is None:
        return None
    return content_digest({MANIFEST: manifest.value, SCHEMA: schema.parsed.value})
