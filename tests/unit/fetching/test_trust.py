from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from shared.fetching.trust import authority_bundle, public_tls


def test_the_environment_does_not_choose_whom_we_believe(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = authority_bundle()
    (tmp_path / "evil.pem").touch()
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "AWS_CA_BUNDLE"):
        monkeypatch.setenv(name, str(tmp_path / "evil.pem"))

    assert authority_bundle() == before
    # The fault that this guards against: the standard library's own answer does follow the variable.
    assert ssl.get_default_verify_paths().cafile == str(tmp_path / "evil.pem")


def test_the_environment_does_not_read_along(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))

    assert public_tls().keylog_filename is None
    assert not (tmp_path / "keys").exists()
    assert ssl.create_default_context().keylog_filename == str(tmp_path / "keys")


def test_public_authorities_are_believed() -> None:
    assert len(public_tls().get_ca_certs()) > 50


def test_certificates_and_host_names_are_checked_under_tls_1_2_or_later() -> None:
    context = public_tls()

    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert not context.hostname_checks_common_name
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert context.options & ssl.OP_NO_RENEGOTIATION
    assert context.options & ssl.OP_NO_COMPRESSION
    assert not context.verify_flags & ssl.VERIFY_X509_PARTIAL_CHAIN


def test_a_bundle_that_is_not_there_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        public_tls("/nowhere/authorities.pem")


def test_the_bundle_is_one_file_outside_the_working_directory() -> None:
    path = Path(authority_bundle())

    assert path.is_absolute()
    assert path.is_file()
