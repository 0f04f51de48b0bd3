"""A certificate authority for tests, and the certificates of its servers."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from shared.fetching.trust import public_tls

if TYPE_CHECKING:
    from collections.abc import Sequence

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Authority:
    """An authority whose certificate lies in `folder / "authority.pem"`."""

    folder: Path
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def bundle(self) -> str:
        return str(self.folder / "authority.pem")

    def client(self) -> ssl.SSLContext:
        """Return the deployed client context, with this authority in place of the public ones."""
        return public_tls(self.bundle)

    def server(self, *hosts: str, valid_for: timedelta = _DAY) -> ssl.SSLContext:
        """Return a server context whose certificate names `hosts`."""
        return server_context(self.issue(*hosts, valid_for=valid_for))

    def issue(self, *hosts: str, valid_for: timedelta = _DAY) -> Path:
        """Write a key and a certificate that names `hosts`, and return where."""
        certificate, key = self._sign(hosts, valid_for)
        path = self.folder / f"{certificate.serial_number}.pem"
        path.write_bytes(_pem(key) + certificate.public_bytes(serialization.Encoding.PEM))
        return path

    def _sign(self, hosts: Sequence[str], valid_for: timedelta) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
        authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        builder = _builder("server", key, issuer=self.certificate.subject, ends=datetime.now(UTC) + valid_for)
        signed = builder.add_extension(names, critical=True).add_extension(authority, critical=False)
        return signed.sign(self.key, hashes.SHA256()), key


def server_context(path: Path) -> ssl.SSLContext:
    """Return a server context with the key and the certificate of a file."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def new_authority(folder: Path) -> Authority:
    """Make an authority and write its certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder("Test Authority", key, issuer=_name("Test Authority"), ends=datetime.now(UTC) + _DAY)
    certificate = (
        builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_signing_only(), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "authority.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return Authority(folder, key, certificate)


def _builder(
    subject: str, key: ec.EllipticCurvePrivateKey, *, issuer: x509.Name, ends: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(ends - 10 * _DAY)
        .not_valid_after(ends)
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _signing_only() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
