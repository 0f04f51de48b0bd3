"""Which certificates are believed: the machine's public authorities, whatever the environment says.

`ssl.create_default_context` obeys SSL_CERT_FILE, SSL_CERT_DIR and SSLKEYLOGFILE: whoever sets a variable chooses whom
we believe, or reads along. So the context is put together here from paths that are compiled in or written below. The
least version is set too, so that no OpenSSL configuration lowers it.
"""

from __future__ import annotations

import importlib.util
import ssl
from pathlib import Path

from shared.fetching.failures import NoAuthoritiesError

_BUNDLES = (
    "/etc/pki/tls/certs/ca-bundle.crt",  # Amazon Linux, which Lambda runs on; Fedora, RHEL
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Alpine
    "/etc/ssl/ca-bundle.pem",  # openSUSE
    "/etc/ssl/cert.pem",  # macOS, BSD
)


def authority_bundle() -> str:
    """Return the path of the bundle: OpenSSL's compiled-in one, a distribution's, or certifi's, in this order.

    Raises NoAuthoritiesError.
    """
    # `cafile` of the same tuple would be the path that SSL_CERT_FILE names; `openssl_cafile` is the compiled-in one.
    compiled_in = ssl.get_default_verify_paths().openssl_cafile
    for path in (compiled_in, *_BUNDLES, *_certifi()):
        if Path(path).is_file():
            return path
    raise NoAuthoritiesError


def _certifi() -> tuple[str, ...]:
    # Installed beside boto3 or requests on some machines; no dependency of this package.
    spec = importlib.util.find_spec("certifi")
    return (str(Path(spec.origin).with_name("cacert.pem")),) if spec and spec.origin else ()


def public_tls(bundle: str | None = None) -> ssl.SSLContext:
    """Return a client context: TLS 1.2 or later, verified certificates and host names, HTTP/1.1 only."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.hostname_checks_common_name = False
    context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_STRICT
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    context.set_alpn_protocols(["http/1.1"])
    context.load_verify_locations(cafile=bundle or authority_bundle())
    return context
