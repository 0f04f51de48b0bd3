from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from publicsuffixlist import PublicSuffixList

from shared.domain.errors import InvalidValueError
from shared.domain.ports import FetchFailedError
from shared.fetching.failures import FetchCode, UrlRefusedError
from shared.fetching.hosts import PRIVATE_SUFFIXES, SERVICE_NAMES, normalise_host
from shared.fetching.urls import LONGEST_URL, PublisherUrl, parse_publisher_url


def code_of(text: str) -> FetchCode:
    with pytest.raises(UrlRefusedError) as caught:
        parse_publisher_url(text)
    return FetchCode(caught.value.code)


def test_a_refused_url_is_an_invalid_value_with_the_field_as_the_caller_knows_it() -> None:
    with pytest.raises(InvalidValueError) as caught:
        parse_publisher_url("file:///etc/passwd", field="manifest_url")

    assert caught.value.field == "manifest_url"
    assert str(caught.value) == "The URL's scheme is 'file', and only 'https' is fetched."


def test_a_refused_url_is_a_failed_fetch_with_a_code_and_a_fix() -> None:
    with pytest.raises(FetchFailedError) as caught:
        parse_publisher_url("http://todo.example.com/", field="manifest_url")

    assert caught.value.code == "fetch.url-scheme"
    assert caught.value.fix.startswith("Serve the document over https")
    assert caught.value.hops == ()


def test_a_parsed_url_has_a_host_and_a_request_target() -> None:
    url = parse_publisher_url("https://Todo.Example.com:443/a/b?c=d#e")

    assert url == PublisherUrl("todo.example.com", "/a/b?c=d")


def test_a_url_of_the_greatest_length_passes() -> None:
    text = "https://todo.example.com/".ljust(LONGEST_URL, "a")

    assert str(parse_publisher_url(text)) == text


def test_a_longer_url_is_refused() -> None:
    assert code_of("https://todo.example.com/".ljust(LONGEST_URL + 1, "a")) is FetchCode.URL_FORM


def test_a_url_that_grows_too_long_by_percent_encoding_is_refused() -> None:
    assert code_of("https://todo.example.com/" + "\u00fc" * 1000) is FetchCode.URL_FORM


def test_a_host_of_253_characters_passes() -> None:
    host = ".".join(["a" * 61] * 4) + ".info"

    assert len(host) == 252
    assert normalise_host(f"b{host}") == f"b{host}"


def test_a_longer_host_is_refused() -> None:
    assert code_of("https://" + ".".join(["a" * 62] * 4) + ".com/") is FetchCode.URL_HOST


def test_an_international_label_that_is_too_long_in_ascii_is_refused() -> None:
    assert code_of("https://" + "\u00fc\u4f8b" * 30 + ".example.com/") is FetchCode.URL_HOST


def test_no_private_suffix_is_a_delegated_top_level_domain() -> None:
    delegated = PublicSuffixList(accept_unknown=False)

    # The list holds these two although nothing public lies below them.
    assert {suffix for suffix in PRIVATE_SUFFIXES if delegated.is_public(suffix)} == {"arpa", "onion"}


@pytest.mark.parametrize("name", sorted(SERVICE_NAMES))
def test_a_name_below_a_metadata_service_is_refused_too(name: str) -> None:
    assert code_of(f"https://v1.{name}/") is FetchCode.URL_PRIVATE_NAME


def test_joiners_pass_in_a_labels_alone() -> None:
    # The Persian word for "a letter" needs a zero-width non-joiner (RFC 5893's own example).
    assert normalise_host("xn--mgba3gch31f060k.example.com") == "xn--mgba3gch31f060k.example.com"
    with pytest.raises(UrlRefusedError):
        normalise_host("\u0646\u0627\u0645\u0647\u200c\u0627\u06cc.example.com")


def test_an_a_label_of_joiners_alone_is_refused() -> None:
    label = "xn--" + "\u200d".encode("punycode").decode()

    with pytest.raises(UrlRefusedError):
        normalise_host(f"{label}.example.com")


@given(st.text(max_size=80))
def test_any_text_is_parsed_or_refused_and_nothing_else(text: str) -> None:
    try:
        url = parse_publisher_url("https://" + text)
    except UrlRefusedError:
        return
    assert str(url).isascii()
    assert parse_publisher_url(str(url)) == url
