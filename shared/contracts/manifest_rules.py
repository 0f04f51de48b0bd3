"""What a policy profile demands of a manifest that has the right shape. Each rule takes the case and yields remarks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from shared.contracts.ai_plugin_v1 import Manifest, OAuth, ServiceHttpAuth, UserHttpAuth
from shared.contracts.policy import Profile
from shared.contracts.remarks import MAX_FINDINGS, Remark, pointer_to
from shared.contracts.sites import belongs, host_of, is_related, resolved, root_of, why_not

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(frozen=True, slots=True)
class Case:
    """A manifest, the final URL it came from, and the profile it is judged under."""

    manifest: Manifest
    url: str
    profile: Profile

    @property
    def root(self) -> str:
        """The plugin's root domain."""
        return root_of(self.url)


def manifest_remarks(case: Case) -> Iterator[Remark]:
    """Yield what the profile's rules have to say, rule by rule."""
    for rule in _RULES:
        yield from rule(case)


_TEXTS = ("name_for_model", "name_for_human", "description_for_model", "description_for_human")
_NAME_UNUSUAL = re.compile(r"[A-Za-z0-9_.-]+")
_MAILBOX = re.compile(r"[^@\s<>,;:]+@(?=[^@]{1,253}$)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_PLACEHOLDER = re.compile(
    r"\b(?:PLUGIN_HOSTNAME|YOUR[_-]\w{1,40}|your-?(?:app|domain|site|plugin|company|email|website)[\w-]{0,40}\.\w{2,20}|"
    r"REPLACE[_-]?(?:ME|WITH)\w{0,20}|CHANGE[_-]?ME|TODO:|lorem ipsum)|\{\{[^}]{0,80}\}\}|<your[^>]{0,80}>|"
    r"\[your[^\]]{0,80}\]",
    re.IGNORECASE,
)
_EXAMPLE_HOST = re.compile(r"(?:^|[/@.])example\.(?:com|org|net)\b", re.IGNORECASE)
"""Every repetition is bounded: these run over texts of strangers."""
_LOOKED_AT = 20_000
"""Characters of each field in which placeholders are looked for. Templates have them at the beginning."""
_SIGN_IN_PROVIDERS = (
    "accounts.google.com",
    "oauth2.googleapis.com",
    "login.microsoftonline.com",
    "login.live.com",
    "github.com",
    "gitlab.com",
    "slack.com",
    "www.facebook.com",
    "graph.facebook.com",
    "appleid.apple.com",
    "www.linkedin.com",
    "auth.atlassian.com",
    "www.dropbox.com",
    "api.dropboxapi.com",
)


def _version(case: Case) -> Iterator[Remark]:
    if case.manifest.schema_version != "v1":
        message = f"schema_version is {case.manifest.schema_version!r}. It is the format's, and there is only 'v1'."
        yield Remark("manifest.schema-version", message, "/schema_version")


def _lengths(case: Case) -> Iterator[Remark]:
    for field in _TEXTS:
        text: str = getattr(case.manifest, field)
        longest: int = getattr(case.profile, field)
        if not text.strip():
            yield Remark("manifest.empty", f"{field} is empty.", f"/{field}")
        elif len(text) > longest:
            message = f"{field} has {len(text):,} characters; at most {longest:,} are allowed."
            yield Remark("manifest.too-long", message, f"/{field}")


def _name(case: Case) -> Iterator[Remark]:
    name = case.manifest.name_for_model
    if not name.strip() or re.fullmatch(case.profile.name_pattern, name):
        return
    message = f"name_for_model is {name[:60]!r}; it may hold {case.profile.name_alphabet}."
    code = "manifest.name-unusual" if _NAME_UNUSUAL.fullmatch(name) else "manifest.name-form"
    yield Remark(code, message, "/name_for_model")


def _api_type(case: Case) -> Iterator[Remark]:
    if case.manifest.api.type is None:
        yield Remark("manifest.api-type", "api.type is missing; it is taken for 'openapi'.", "/api")


def _api_url(case: Case) -> Iterator[Remark]:
    reference = case.manifest.api.url
    url = resolved(reference, case.url) if reference.strip() else None
    if url is None:
        why = why_not(reference, case.url) if reference.strip() else "It is empty."
        yield Remark("manifest.api-url", f"api.url is {reference[:200]!r}. {why}", "/api/url")
    elif not belongs(url.host, case.root):
        message = f"api.url is on {url.host}, which is neither the plugin's root domain {case.root} nor below it."
        yield Remark("manifest.api-host", message, "/api/url")


def _auth_flags(case: Case) -> Iterator[Remark]:
    api = case.manifest.api
    flags = {flag for flag in (api.is_user_authenticated, api.has_user_authentication) if flag is not None}
    if len(flags) > 1:
        message = "is_user_authenticated and has_user_authentication contradict each other."
        yield Remark("manifest.auth-flag", message, "/api")
    elif flags == {True} and case.manifest.auth.type == "none":
        message = "The API says that users are authenticated, and auth.type is 'none'."
        yield Remark("manifest.auth-flag", message, "/api")


def _auth_header(case: Case) -> Iterator[Remark]:
    auth = case.manifest.auth
    if not isinstance(auth, ServiceHttpAuth | UserHttpAuth) or auth.custom_auth_header:
        return
    if auth.authorization_type == "custom":
        message = "auth.custom_auth_header, which names the header of a custom authorization, is missing."
        yield Remark("manifest.missing", message, "/auth")


def _tokens(case: Case) -> Iterator[Remark]:
    auth = case.manifest.auth
    if not isinstance(auth, ServiceHttpAuth | OAuth):
        return
    if not auth.verification_tokens:
        yield Remark("manifest.verification-token", "auth.verification_tokens is missing.", "/auth")
    tokens = (auth.verification_tokens or {}).items()
    for service in islice((service for service, token in tokens if not isinstance(token, str)), MAX_FINDINGS):
        message = f"The verification token of {service[:60]!r} is no string."
        yield Remark("manifest.type", message, pointer_to("auth", "verification_tokens", service))


def _oauth(case: Case) -> Iterator[Remark]:
    auth = case.manifest.auth
    if not isinstance(auth, OAuth):
        return
    for field in ("client_url", "authorization_url"):
        reference: str = getattr(auth, field)
        url = resolved(reference, reference)
        if url is None:
            message = f"auth.{field} is {reference[:200]!r}. {why_not(reference, reference)}"
            yield Remark("manifest.auth-url", message, f"/auth/{field}")
        elif not is_related(url.host, case.root) and url.host not in _SIGN_IN_PROVIDERS:
            message = (
                f"auth.{field} is on {url.host}, which is neither the plugin's site nor a well-known sign-in provider."
            )
            yield Remark("manifest.auth-host", message, f"/auth/{field}")


def _logo(case: Case) -> Iterator[Remark]:
    reference = case.manifest.logo_url
    url = resolved(reference, case.url) if reference.strip() else None
    if url is None:
        message = f"logo_url is {reference[:80]!r}, which is no https URL of a public host."
        yield Remark("manifest.logo-url", message, "/logo_url")
    elif urlsplit(url.target).path.lower().endswith(".gif"):
        yield Remark("manifest.logo-gif", "logo_url names a GIF.", "/logo_url")


def _legal(case: Case) -> Iterator[Remark]:
    reference = case.manifest.legal_info_url
    url = resolved(reference, reference)
    if url is None:
        shown = f"is {reference[:200]!r}, which is no https URL of a public host" if reference.strip() else "is empty"
        yield Remark("manifest.legal-url", f"legal_info_url {shown}.", "/legal_info_url")
    elif not is_related(url.host, case.root):
        message = f"legal_info_url is on {url.host}, the plugin on {case.root}."
        yield Remark("manifest.legal-host", message, "/legal_info_url")


def _contact(case: Case) -> Iterator[Remark]:
    address = case.manifest.contact_email.strip()
    if len(address) > 320 or not _MAILBOX.fullmatch(address):  # noqa: PLR2004  # RFC 5321: 64 + 1 + 255 octets
        message = f"contact_email is {address[:80]!r}, which is no e-mail address."
        yield Remark("manifest.contact-form", message, "/contact_email")
    elif not is_related(host := address.rpartition("@")[2], case.root):
        yield Remark(
            "manifest.contact-host", f"contact_email is at {host}, the plugin on {case.root}.", "/contact_email"
        )


def _placeholders(case: Case) -> Iterator[Remark]:
    manifest = case.manifest
    texts = {f"/{field}": str(getattr(manifest, field)) for field in _TEXTS}
    addresses = {f"/{field}": str(getattr(manifest, field)) for field in _ADDRESSES} | {"/api/url": manifest.api.url}
    for pointer, text in (texts | addresses).items():
        found = _PLACEHOLDER.search(text[:_LOOKED_AT])
        if not found and pointer in addresses and "example." not in host_of(case.url):
            found = _EXAMPLE_HOST.search(text[:_LOOKED_AT])
        if found:
            message = f"{pointer[1:].replace('/', '.')} holds a placeholder: {found.group().strip('/@.')[:80]!r}."
            yield Remark("manifest.placeholder", message, pointer)


_ADDRESSES = ("logo_url", "contact_email", "legal_info_url")
_RULES: tuple[Callable[[Case], Iterator[Remark]], ...] = (
    _version,
    _lengths,
    _name,
    _api_type,
    _api_url,
    _auth_flags,
    _auth_header,
    _tokens,
    _oauth,
    _logo,
    _legal,
    _contact,
    _placeholders,
)
