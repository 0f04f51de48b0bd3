"""Every way in which a fetch can fail: one code and one way to mend it, in one table.

FetchFailedError (shared.domain.ports)
└── UrlRefusedError     the text of the URL alone says no; also an InvalidValueError, so that an edge answers 4xx
StandfastError
├── WireError           inside this package only: a clause that the fetcher completes with what was asked, and of whom
└── NoAuthoritiesError  the machine has no certificate authorities: the operator's to mend
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from shared.domain.errors import InvalidValueError, StandfastError
from shared.domain.ports import FetchFailedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.domain.ports import Hop


class FetchCode(StrEnum):
    """Why a fetch failed. Stable: publishers' tools match on these."""

    URL_FORM = "fetch.url-form"
    URL_SCHEME = "fetch.url-scheme"
    URL_USERINFO = "fetch.url-userinfo"
    URL_PORT = "fetch.url-port"
    URL_HOST = "fetch.url-host"
    URL_IP_ADDRESS = "fetch.url-ip-address"
    URL_PRIVATE_NAME = "fetch.url-private-name"
    PUBLIC_SUFFIX = "fetch.public-suffix"
    DNS_FAILED = "fetch.dns-failed"
    ADDRESS_NOT_PUBLIC = "fetch.address-not-public"
    CONNECT_FAILED = "fetch.connect-failed"
    TLS = "fetch.tls"
    TLS_CERTIFICATE = "fetch.tls-certificate"
    TIMEOUT = "fetch.timeout"
    TRUNCATED = "fetch.truncated"
    BAD_ANSWER = "fetch.bad-answer"
    INTERIM_ANSWER = "fetch.interim-answer"
    HEAD_TOO_LARGE = "fetch.head-too-large"
    TOO_LARGE = "fetch.too-large"
    ENCODED = "fetch.encoded"
    STATUS = "fetch.status"
    REDIRECT_REFUSED = "fetch.redirect-refused"
    TOO_MANY_REDIRECTS = "fetch.too-many-redirects"


FIXES: Mapping[FetchCode, str] = {
    FetchCode.URL_FORM: (
        "Give a URL of the form 'https://host/path' of at most 2048 characters, without white space, control characters"
        " or backslashes; percent-encode what is not allowed in a URL."
    ),
    FetchCode.URL_SCHEME: "Serve the document over https and give a URL that starts with 'https://'.",
    FetchCode.URL_USERINFO: "Remove the user name and password before '@'. The document has to be readable by anybody.",
    FetchCode.URL_PORT: "Serve the document on port 443 and leave the port out of the URL.",
    FetchCode.URL_HOST: (
        "Give a full public host name, such as 'todo.example.com': labels of 1 to 63 letters, digits and inner hyphens;"
        " for an international name, its 'xn--' form."
    ),
    FetchCode.URL_IP_ADDRESS: "Give the host's public DNS name in place of its address.",
    FetchCode.URL_PRIVATE_NAME: "Serve the document from a public host name that anybody can look up.",
    FetchCode.PUBLIC_SUFFIX: (
        "Serve the manifest from a host of your own. This one is a public suffix, below which many parties have names"
        " (https://publicsuffix.org)."
    ),
    FetchCode.DNS_FAILED: "Check the spelling of the host name, and that public DNS has A or AAAA records for it.",
    FetchCode.ADDRESS_NOT_PUBLIC: (
        "Let every A and AAAA record of the host name be a public address; remove records that name private, loopback,"
        " link-local, multicast, documentation or otherwise reserved addresses."
    ),
    FetchCode.CONNECT_FAILED: "Check that the server is up and that port 443 is open to the whole internet.",
    FetchCode.TLS: "Let the server speak TLS 1.2 or later and HTTP/1.1 on port 443.",
    FetchCode.TLS_CERTIFICATE: (
        "Install a certificate from a public authority that is valid today and names this very host, with its"
        " intermediate certificates."
    ),
    FetchCode.TIMEOUT: "Let the server give the whole document, redirects included, within the time limit.",
    FetchCode.TRUNCATED: (
        "Let the server send as many bytes as it announces and end the connection cleanly; see its error log."
    ),
    FetchCode.BAD_ANSWER: "Let the server answer with well-formed HTTP/1.1 (RFC 9112), with one length of the body.",
    FetchCode.INTERIM_ANSWER: "Turn off interim answers (1xx), such as 103 Early Hints, for this URL.",
    FetchCode.HEAD_TOO_LARGE: "Send fewer or shorter header fields with this document.",
    FetchCode.TOO_LARGE: "Make the document smaller than the size limit.",
    FetchCode.ENCODED: (
        "Send the document as it is when the request says 'Accept-Encoding: identity'; turn off forced compression."
    ),
    FetchCode.STATUS: "Let the URL answer 200 with the document, to anybody, without a login or a challenge page.",
    FetchCode.REDIRECT_REFUSED: (
        "Redirect only to https on the same host, to a sub-domain of it, or from 'www.' to the name without it; or"
        " submit the final URL."
    ),
    FetchCode.TOO_MANY_REDIRECTS: "Submit the final URL, or redirect at most 3 times.",
}
"""How to mend each failure: text for the publisher, complete by a test."""


class UrlRefusedError(FetchFailedError, InvalidValueError):
    """The URL's own text is refused; nothing was looked up. `field` names the input as the caller knows it."""

    def __init__(self, code: FetchCode, message: str, *, field: str = "url") -> None:
        super().__init__(message, code=code, fix=FIXES[code])
        self.field = field


class WireError(StandfastError):
    """Something on the wire broke a rule. The text is a clause without a full stop."""

    def __init__(self, code: FetchCode, clause: str) -> None:
        super().__init__(clause)
        self.code = code


class NoAuthoritiesError(StandfastError):
    """No bundle of certificate authorities is at any known place of this machine."""

    def __init__(self) -> None:
        super().__init__("No certificate authorities were found. Install the package ca-certificates.")


def failed(code: FetchCode, message: str, *, hops: tuple[Hop, ...] = ()) -> FetchFailedError:
    """Make the error that the publisher gets word for word."""
    return FetchFailedError(message, code=code, fix=FIXES[code], hops=hops)
