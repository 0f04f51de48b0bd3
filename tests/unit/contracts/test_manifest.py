"""The manifest: its shape, its limits by profile, and which domains it may name."""

from __future__ import annotations

import pytest

from shared.contracts.policy import DOCUMENTED, ENFORCED, profile_named
from shared.domain.documents import Document, Listing
from shared.domain.errors import InvalidValueError
from shared.domain.findings import is_acceptable
from tests.unit.contracts.documents import (
    HOST,
    KIND,
    MANIFEST,
    MANIFEST_URL,
    OAUTH,
    SCHEMA,
    as_bytes,
    codes,
    found,
    judged,
    manifest,
    schema,
)


def test_an_honest_plugin_gives_no_finding_under_any_profile() -> None:
    assert codes(judged()) == []
    assert codes(judged(profile="documented")) == []


def test_a_judgement_names_its_profile_and_its_version() -> None:
    assert judged().profile == "enforced@1"
    assert judged(profile="documented@1").profile == "documented@1"


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="enforced"):
        profile_named("lenient")


def test_the_catalogue_gets_what_it_shows() -> None:
    expected = Listing("Todo list", "todo", "Keeps your list of things to do.", f"https://{HOST}/logo.png", "none")
    assert judged().listing == expected


@pytest.mark.parametrize("body", [b"{not json", b"[]", b'{"a": 1}'])
def test_a_manifest_that_names_nothing_has_no_listing(body: bytes) -> None:
    assert judged(body).listing is None


@pytest.mark.parametrize("field", sorted(MANIFEST))
def test_each_field_is_needed(field: str) -> None:
    body = {key: value for key, value in MANIFEST.items() if key != field}
    finding = found(judged(body), "manifest.missing")
    assert field in finding.message
    assert finding.line == 1


@pytest.mark.parametrize("field", sorted(MANIFEST))
def test_each_field_has_a_type(field: str) -> None:
    judgement = judged(manifest(**{field: 7}))
    assert found(judgement, "manifest.type").pointer == f"/{field}"


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"schema_version": "2.0"}, "manifest.value", "/schema_version"),
        ({"auth": {"type": "api_key"}}, "manifest.value", "/auth/type"),
        ({"auth": {}}, "manifest.missing", "/auth"),
        (
            {"auth": {"type": "service_http", "authorization_type": "digest"}},
            "manifest.value",
            "/auth/authorization_type",
        ),
        ({"auth": {"type": "oauth"}}, "manifest.missing", "/auth"),
        ({"auth": {"type": "user_http"}}, "manifest.missing", "/auth"),
        ({"auth": {"type": "user_http", "authorization_type": "custom"}}, "manifest.missing", "/auth"),
        ({"auth": {**OAUTH, "verification_tokens": {"a": 7}}}, "manifest.type", "/auth/verification_tokens/a"),
        ({"api": {"type": "grpc", "url": "/a"}}, "manifest.value", "/api/type"),
        ({"api": {**MANIFEST["api"], "is_user_authenticated": "false"}}, "manifest.type", "/api/is_user_authenticated"),
        ({"name_for_model": ""}, "manifest.empty", "/name_for_model"),
        ({"description_for_model": " \n"}, "manifest.empty", "/description_for_model"),
        ({"name_for_model": "a" * 51}, "manifest.too-long", "/name_for_model"),
        ({"name_for_human": "a" * 31}, "manifest.too-long", "/name_for_human"),
        ({"description_for_human": "a" * 121}, "manifest.too-long", "/description_for_human"),
        ({"description_for_model": "a " * 4001}, "manifest.too-long", "/description_for_model"),
        ({"name_for_model": "two words"}, "manifest.name-form", "/name_for_model"),
        ({"name_for_model": "été"}, "manifest.name-form", "/name_for_model"),
        ({"auth": {**OAUTH, "client_url": "http://" + HOST}}, "manifest.auth-url", "/auth/client_url"),
        ({"auth": {**OAUTH, "authorization_url": "/token"}}, "manifest.auth-url", "/auth/authorization_url"),
    ],
)
def test_what_a_plugin_cannot_work_with_is_an_error_where_it_stands(
    changes: dict[str, object], code: str, pointer: str
) -> None:
    judgement = judged(manifest(**changes))
    finding = found(judgement, code)
    assert finding.severity == "error"
    assert finding.pointer == pointer
    assert finding.fix
    assert not is_acceptable(judgement.findings)


@pytest.mark.parametrize(
    ("changes", "code", "enforced"),
    [
        ({"schema_version": "v2"}, "manifest.schema-version", "warning"),
        ({"name_for_model": "to.do"}, "manifest.name-unusual", "warning"),
        ({"api": {"url": "/openapi.yaml"}}, "manifest.api-type", "warning"),
        ({"auth": {**OAUTH, "client_url": "https://login.elsewhere.net/x"}}, "manifest.auth-host", "warning"),
        ({"logo_url": "data:image/png;base64,AAAA"}, "manifest.logo-url", "warning"),
        ({"logo_url": f"http://{HOST}/logo.png"}, "manifest.logo-url", "warning"),
        ({"logo_url": f"https://{HOST}/logo.GIF?x=1"}, "manifest.logo-gif", "warning"),
        ({"legal_info_url": ""}, "manifest.legal-url", "notice"),
        ({"legal_info_url": "/legal"}, "manifest.legal-url", "notice"),
        ({"legal_info_url": "https://elsewhere.net/legal"}, "manifest.legal-host", "notice"),
        ({"contact_email": "nobody"}, "manifest.contact-form", "warning"),
        ({"contact_email": "somebody@elsewhere.net"}, "manifest.contact-host", "notice"),
        ({"description_for_human": "TODO: describe"}, "manifest.placeholder", "warning"),
        ({"contact_email": "support@example.com"}, "manifest.placeholder", "warning"),
    ],
)
def test_what_the_original_store_let_pass_weighs_less_than_what_it_published(
    changes: dict[str, object], code: str, enforced: str
) -> None:
    assert found(judged(manifest(**changes)), code).severity == enforced
    assert found(judged(manifest(**changes), profile="documented"), code).severity == "error"


@pytest.mark.parametrize(
    ("field", "text"),
    [("name_for_human", "a" * 21), ("description_for_human", "a" * 101), ("name_for_model", "with_underscore")],
)
def test_the_published_limits_are_tighter(field: str, text: str) -> None:
    assert codes(judged(manifest(**{field: text}))) == []
    assert codes(judged(manifest(**{field: text}), profile="documented"), "error")


@pytest.mark.parametrize(
    "field", ["name_for_model", "name_for_human", "description_for_human", "description_for_model"]
)
@pytest.mark.parametrize("profile", [ENFORCED, DOCUMENTED])
def test_a_text_of_just_the_allowed_length_passes(field: str, profile: object) -> None:
    longest = getattr(profile, field)
    name = getattr(profile, "name")  # noqa: B009  # the parameter is typed as loosely as pytest gives it
    assert "manifest.too-long" not in codes(judged(manifest(**{field: "a" * longest}), profile=name))
    assert "manifest.too-long" in codes(judged(manifest(**{field: "a" * (longest + 1)}), profile=name))


def test_both_spellings_of_the_flag_are_known() -> None:
    for flag in ("is_user_authenticated", "has_user_authentication"):
        assert codes(judged(manifest(api={"type": "openapi", "url": "/openapi.yaml", flag: False}))) == []


def test_spellings_that_contradict_each_other_are_noticed() -> None:
    api = {"type": "openapi", "url": "/openapi.yaml", "is_user_authenticated": False, "has_user_authentication": True}
    assert codes(judged(manifest(api=api))) == ["manifest.auth-flag"]


def test_unknown_keys_are_kept_with_a_notice() -> None:
    judgement = judged(manifest(author="me", auth={"type": "none", "extra": 1}))
    assert codes(judgement) == ["manifest.unknown-key", "manifest.unknown-key"]
    assert {finding.pointer for finding in judgement.findings} == {"/author", "/auth/extra"}
    assert is_acceptable(judgement.findings)


def test_every_kind_of_authentication_passes() -> None:
    tokens = {"verification_tokens": {"assistant": "a"}}
    for auth in (
        {"type": "service_http", "authorization_type": "bearer", **tokens},
        {"type": "user_http", "authorization_type": "basic"},
        {"type": "service_http", "authorization_type": "custom", "custom_auth_header": "X-Key", **tokens},
        OAUTH,
        {**OAUTH, "client_url": "https://github.com/login/oauth/authorize"},
    ):
        assert codes(judged(manifest(auth=auth)), "error") == []
        assert codes(judged(manifest(auth=auth)), "warning") == []


# -- where the API description may be ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("manifest_host", "url"),
    [
        ("savvy-trader.com", "https://static.savvy-trader.com/openapi.yaml"),
        ("www.buy-wisely.com.au", "https://buy-wisely.com.au/openapi.yaml"),
        ("learning.org", "https://www.learning.org/openapi.yaml"),
        ("www.learning.org", "https://api.learning.org/openapi.yaml"),
        ("some-plugin.vercel.app", "https://some-plugin.vercel.app/openapi.yaml"),
        ("learning.org", "/openapi.yaml"),
        ("learning.org", "openapi.yaml"),
        ("learning.org", "//api.learning.org/openapi.yaml"),
    ],
)
def test_the_description_may_be_on_the_root_domain_or_below(manifest_host: str, url: str) -> None:
    body = as_bytes(manifest(api={"type": "openapi", "url": url}))
    document = Document("manifest", f"https://{manifest_host}/.well-known/ai-plugin.json", body)
    (wanted,) = KIND.follow(document)
    assert wanted.role == "schema"
    assert wanted.url.startswith("https://")
    assert "manifest.api-host" not in codes(KIND.judge({"manifest": document}))


@pytest.mark.parametrize(
    ("manifest_host", "url"),
    [
        ("api.learning.org", "https://learning.org/openapi.yaml"),
        ("api.learning.org", "https://www.learning.org/openapi.yaml"),
        ("learning.org", "https://elsewhere.net/openapi.yaml"),
        ("learning.org", "https://notlearning.org/openapi.yaml"),
        ("one.vercel.app", "https://two.vercel.app/openapi.yaml"),
        ("learning.org", "https://learning.org.elsewhere.net/openapi.yaml"),
    ],
)
def test_a_description_elsewhere_is_not_fetched_and_judged_an_error(manifest_host: str, url: str) -> None:
    body = as_bytes(manifest(api={"type": "openapi", "url": url}))
    document = Document("manifest", f"https://{manifest_host}/.well-known/ai-plugin.json", body)
    assert KIND.follow(document) == ()
    assert "manifest.api-host" in codes(KIND.judge({"manifest": document}), "error")


@pytest.mark.parametrize(
    "url",
    [
        "http://todo.some-publisher.net/openapi.yaml",
        "https://localhost/openapi.yaml",
        "http://localhost:3333/openapi.yaml",
        "https://127.0.0.1/openapi.yaml",
        "https://[::1]/openapi.yaml",
        "https://[::1",
        "https://todo.some-publisher.net:8443/openapi.yaml",
        "https://user:secret@todo.some-publisher.net/openapi.yaml",
        "file:///etc/passwd",
        "ftp://todo.some-publisher.net/openapi.yaml",
        "PLUGIN_HOSTNAME/openapi.yaml\n",
        "https://{{host}}/openapi.yaml",
        "",
        " ",
        "javascript:alert(1)",
    ],
)
def test_what_is_no_public_https_url_is_not_fetched_and_judged_an_error(url: str) -> None:
    document = Document("manifest", MANIFEST_URL, as_bytes(manifest(api={"type": "openapi", "url": url})))
    if url == "PLUGIN_HOSTNAME/openapi.yaml\n":
        # A relative path, and a publisher's slip: it resolves, the fetch will say 404, and the placeholder is named.
        assert "manifest.placeholder" in codes(KIND.judge({"manifest": document}))
        return
    assert KIND.follow(document) == ()
    assert "manifest.api-url" in codes(KIND.judge({"manifest": document}), "error")


@pytest.mark.parametrize("body", [b"", b"{not json", b"[]", b"{}", b'{"api": 7}', b'{"api": {"url": 7}}', b"\xff"])
def test_a_broken_manifest_gives_no_fetch_plan_and_says_why(body: bytes) -> None:
    document = Document("manifest", MANIFEST_URL, body)
    assert KIND.follow(document) == ()
    assert KIND.follow_optional(document) == ()
    assert not is_acceptable(KIND.judge({"manifest": document}).findings)


def test_a_broken_manifest_does_not_keep_its_schema_from_being_judged() -> None:
    judgement = judged(b"{not json", schema(servers=[{"url": "https://elsewhere.net"}]))
    assert {"document.json-syntax", "schema.server-host"} <= set(codes(judgement))


def test_the_logo_is_looked_at_where_it_can_be_fetched() -> None:
    (wanted,) = KIND.follow_optional(Document("manifest", MANIFEST_URL, as_bytes(MANIFEST)))
    assert (wanted.role, wanted.url) == ("logo", f"https://{HOST}/logo.png")


@pytest.mark.parametrize(
    ("body", "code", "name"),
    [
        (b"\x89PNG\r\n\x1a\n....", "", "logo.png"),
        (b"\xff\xd8\xff\xe0....", "", "logo.jpg"),
        (b"RIFF....WEBPVP8 ", "", "logo.webp"),
        (b"<?xml version='1.0'?>\n<!-- by hand -->\n<svg xmlns='http://www.w3.org/2000/svg'/>", "", "logo.svg"),
        (b"<svg onload='alert(1)'/>", "logo.active-svg", "logo.svg"),
        (b"<svg><script>1</script></svg>", "logo.active-svg", "logo.svg"),
        (b"<svg><image href='https://elsewhere.net/x.png'/></svg>", "logo.active-svg", "logo.svg"),
        (b"GIF89a....", "logo.gif", "logo.gif"),
        (b"<html>not here</html>", "logo.not-image", "logo.bin"),
        (b"", "logo.not-image", "logo.bin"),
    ],
)
def test_a_logo_is_what_its_bytes_are(body: bytes, code: str, name: str) -> None:
    documents = {
        "manifest": Document("manifest", MANIFEST_URL, as_bytes(MANIFEST)),
        "schema": Document("schema", f"https://{HOST}/openapi.yaml", as_bytes(SCHEMA)),
        "logo": Document("logo", f"https://{HOST}/logo.png", body),
    }
    judgement = KIND.judge(documents)
    assert codes(judgement) == ([code] if code else [])
    assert judgement.names["logo"] == name
