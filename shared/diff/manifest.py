"""The grammar of `ai-plugin.json`, and of a version of its kind: a manifest, an API description, a logo."""

from __future__ import annotations

from shared.diff import judging
from shared.diff.grammar import Kind, Map, Record, Value, codes, one_code
from shared.diff.openapi import OAUTH_URL, OPENAPI


def _changes(stem: str) -> Value:
    return Value(codes=codes(stem))


_DETAIL = Value(codes=one_code("destination.auth-detail"))
_TOKEN = Value(codes=one_code("destination.verification-token"))
_USER_AUTHENTICATION = Value(
    codes=one_code("destination.auth-detail"),
    judge=judging.flag("destination.auth-detail", "destination.auth-detail", "destination.auth-detail"),
)
_FIELD = _changes("listing.field")
_AUTH = Record(
    name="auth",
    codes=one_code("destination.auth-type"),
    other=_DETAIL,
    fields={
        "type": Value(codes=one_code("destination.auth-type")),
        "client_url": OAUTH_URL,
        "authorization_url": OAUTH_URL,
        "scope": Value(codes=codes("capability.scope"), judge=judging.scopes),
        "instructions": _changes("listing.auth-instructions"),
        "verification_tokens": Map(item=_TOKEN, codes=one_code("destination.verification-token")),
    },
)
_API = Record(
    name="api",
    codes=one_code("destination.api-url-host"),
    other=_FIELD,
    fields={
        "type": _changes("listing.field"),
        "url": Value(
            codes=one_code("destination.api-url"),
            judge=judging.url("destination.api-url", host_stem="destination.api-url-host"),
        ),
        "is_user_authenticated": _USER_AUTHENTICATION,
        "has_user_authentication": _USER_AUTHENTICATION,
    },
)
MANIFEST = Record(
    name="manifest",
    codes=codes("contract.document"),
    other=_FIELD,
    fields={
        "schema_version": _changes("listing.schema-version"),
        "name_for_model": _changes("model_text.plugin-name"),
        "name_for_human": _changes("listing.name"),
        "description_for_model": Value(
            codes=codes("model_text.plugin-description"), judge=judging.text("model_text.plugin-description")
        ),
        "description_for_human": _changes("listing.description"),
        "auth": _AUTH,
        "api": _API,
        "logo_url": _changes("listing.logo"),
        "contact_email": _changes("listing.contact"),
        "legal_info_url": _changes("listing.legal"),
    },
)
_URL = Value(
    codes=one_code("destination.origin"),
    judge=judging.url("destination.origin", host_stem="destination.origin-host"),
)
AI_PLUGIN: dict[str, Kind] = {
    "manifest": MANIFEST,
    "schema": OPENAPI,
    "logo": _changes("listing.logo"),
    "urls": Map(item=_URL, codes=one_code("destination.origin")),
}
