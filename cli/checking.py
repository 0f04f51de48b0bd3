"""Checking what a person named: a URL, by fetching it; a folder, as if it were fetched."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cli.folders import MANIFEST_PATH, FolderError, FolderFetcher, host_of, manifest_path, read_bytes
from cli.sources import Checked, source_of
from shared.contracts.gathering import examine
from shared.contracts.kinds import kind_named
from shared.contracts.policy import PROFILES, profile_named
from shared.domain.documents import AI_PLUGIN_V1
from shared.domain.errors import InvalidValueError, StandfastError
from shared.domain.findings import is_acceptable
from shared.fetching.hosts import normalise_host

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.contracts.gathering import Examination
    from shared.domain.findings import Finding

_MOST_PORTS = 65_536


class UsageError(StandfastError):
    """What the person gave makes no sense. `option` names which of it."""

    def __init__(self, message: str, *, option: str) -> None:
        super().__init__(message)
        self.option = option


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to check. Empty texts mean what the command's help says."""

    profile: str = "enforced"
    host: str = ""
    connect_to: str = ""


def check_target(target: str, options: Options) -> Checked:
    """Check a URL or a folder. Raises UsageError; whatever is wrong with the documents is a finding."""
    try:
        profile_named(options.profile)
    except InvalidValueError as error:
        message = f"There is no profile {options.profile!r}: give {' or '.join(PROFILES)}."
        raise UsageError(message, option="--profile") from error
    if "://" in target:
        return _check_url(target, options)
    try:
        return _check_folder(Path(target), options)
    except FolderError as error:
        raise UsageError(f"{error}{_advice(target)}", option="URL|FOLDER") from error


def _advice(target: str) -> str:
    """Suggest a URL to whoever gave a host name."""
    if "." in target.strip("./\\") and not set(target) & set("/\\ ") and not Path(target).exists():
        return f" To check what is served, give its URL: https://{target}{MANIFEST_PATH}"
    return ""


def _check_url(url: str, options: Options) -> Checked:
    if options.host:
        raise UsageError("A URL names its own host; --host is for folders.", option="--host")
    # Sockets and certificates, which a folder needs none of.
    from shared.fetching.fetcher import HttpsFetcher  # noqa: PLC0415

    fetch = HttpsFetcher(connect_to=_address(options.connect_to) if options.connect_to else None)
    seen = examine(kind_named(AI_PLUGIN_V1), url, fetch=fetch, profile=options.profile)
    return _checked(url, seen, seen.findings, {})


def _address(connect_to: str) -> tuple[str, int]:
    """Read HOST:PORT, a loopback address. Raises UsageError."""
    host, _, port = connect_to.rpartition(":")
    address = "127.0.0.1" if host == "localhost" else host.removeprefix("[").removesuffix("]")
    if not (port.isascii() and port.isdecimal() and 0 < int(port) < _MOST_PORTS and _is_loopback(address)):
        message = f"{connect_to!r} is no loopback address and port, such as 127.0.0.1:8000."
        raise UsageError(message, option="--connect-to")
    return address, int(port)


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _check_folder(folder: Path, options: Options) -> Checked:
    manifest = read_bytes(manifest_path(folder))
    host = _host(options.host) if options.host else host_of(manifest)
    fetch = FolderFetcher(folder)
    seen = examine(kind_named(AI_PLUGIN_V1), f"https://{host}{MANIFEST_PATH}", fetch=fetch, profile=options.profile)
    findings = tuple(finding for finding in seen.findings if finding.document not in fetch.left_out)
    return _checked(str(folder), seen, findings, fetch.files)


def _host(text: str) -> str:
    """Read a host name, which people give with https:// before it as well. Raises UsageError."""
    try:
        return normalise_host((urlsplit(text).hostname or "") if "://" in text else text)
    except (InvalidValueError, ValueError) as error:
        message = f"{text!r} is no host that a plugin could be served from. {error}"
        raise UsageError(message, option="--host") from error


def _checked(target: str, seen: Examination, findings: tuple[Finding, ...], files: Mapping[str, Path]) -> Checked:
    return Checked(
        target=target,
        profile=seen.judgement.profile,
        findings=findings,
        sources={
            role: source_of(role, document.url, document.body, files.get(role))
            for role, document in seen.documents.items()
        },
        digest=seen.judgement.content_digest,
        is_accepted=is_acceptable(findings),
    )
