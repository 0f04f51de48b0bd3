"""A history of plugins in folders: `HOST/NUMBER/` holds what a host served, `days.json` which of it on which day.

`days.json` is `{day: {host: number}}`. Without it, the versions of a host follow one another by their numbers.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cli.folders import MANIFEST_PATH, FolderError, FolderFetcher, manifest_path, schema_path
from shared.contracts.gathering import examine
from shared.contracts.kinds import kind_named
from shared.diff.changes import VersionDocuments
from shared.domain.documents import AI_PLUGIN_V1
from shared.domain.findings import Finding, is_acceptable
from shared.domain.identity import Digest
from shared.reporting.documents import fetched_documents

if TYPE_CHECKING:
    from collections.abc import Iterator

_DAYS = "days.json"


class HistoryError(Exception):
    """The folder holds no history. The text is for whoever gave it."""


@dataclass(frozen=True, slots=True)
class Edition:
    """What a host served from a day on; `day` is "" where nobody noted it."""

    day: str
    host: str
    number: int
    folder: Path


@dataclass(frozen=True, slots=True)
class Judged:
    """An edition as the store would have taken it. `documents` are None where it would have been refused."""

    edition: Edition
    findings: tuple[Finding, ...]
    content_digest: Digest | None
    documents: VersionDocuments | None


def editions(directory: Path) -> Iterator[Edition]:
    """Yield what each host served, in the order of the days. Raises HistoryError.

    Versions of which the history has no API description are left out.
    """
    if not directory.is_dir():
        raise HistoryError(f"There is no folder {str(directory)!r}.")
    days = directory / _DAYS
    found = _by_day(directory, days) if days.is_file() else _by_number(directory)
    return (edition for edition in found if schema_path(edition.folder) is not None)


def judged(edition: Edition) -> Judged:
    """Judge an edition as the store would, but for logos, which a history has none of. Raises HistoryError."""
    fetch = FolderFetcher(edition.folder)
    kind = kind_named(AI_PLUGIN_V1)
    try:
        seen = examine(kind, f"https://{edition.host}{MANIFEST_PATH}", fetch=fetch, profile="enforced")
    except FolderError as error:
        raise HistoryError(str(error)) from error
    findings = tuple(finding for finding in seen.findings if finding.document not in fetch.left_out)
    is_readable = is_acceptable(findings) and seen.judgement.content_digest is not None
    documents = fetched_documents(AI_PLUGIN_V1, seen.judgement.names, seen.documents) if is_readable else None
    return Judged(edition, findings, seen.judgement.content_digest, documents)


def _by_day(directory: Path, days: Path) -> Iterator[Edition]:
    known: dict[str, int] = {}
    for day, listed in sorted(_read_days(days).items()):
        for host, number in sorted(listed.items()):
            if known.get(host) != number:
                known[host] = number
                yield Edition(day, host, number, directory / host / f"{number:02}")


def _read_days(path: Path) -> dict[str, dict[str, int]]:
    try:
        days = json.loads(path.read_text(encoding="utf-8"))
        return {str(day): {str(host): int(number) for host, number in listed.items()} for day, listed in days.items()}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        message = f"{str(path)!r} is not {{day: {{host: number}}}}."
        raise HistoryError(message) from error


def _by_number(directory: Path) -> Iterator[Edition]:
    for host in sorted(folder for folder in directory.iterdir() if folder.is_dir()):
        for folder in sorted(host.iterdir()):
            if folder.name.isdecimal() and _is_version(folder):
                yield Edition("", host.name, int(folder.name), folder)


def _is_version(folder: Path) -> bool:
    try:
        manifest_path(folder)
    except FolderError:
        return False
    return True
