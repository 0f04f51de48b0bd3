"""The two commands, as the command line calls them: the one way in from there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from exchange.bundle import Bundle
from exchange.errors import BundleError
from exchange.exporting import export
from exchange.importing import import_bundle
from exchange.people import Renaming
from exchange.places import opened

if TYPE_CHECKING:
    from collections.abc import Callable

    type Tell = Callable[[str, int], None]


def export_store(source: str, directory: str, tell: Tell) -> dict[str, object]:
    """Write the store of a place into a bundle, and return what is in it. Raises ExchangeError, UnavailableError."""
    with opened(source) as site:
        summary = export(site, Bundle(Path(directory)), tell)
    return {
        "bundle": directory,
        "bundle_id": summary.bundle_id,
        "records": sum(each.count for each in summary.records),
        "objects": sum(each.count for each in summary.objects),
        "bytes": summary.bytes,
    }


def import_store(directory: str, target: str, people: str, tell: Tell) -> dict[str, object]:
    """Put a bundle into a place, and return what came of it. Raises ExchangeError, UnavailableError.

    `people` is a JSON file of subjects, old to new; "" leaves everybody who they are.
    """
    bundle, renaming = Bundle(Path(directory)), Renaming(_subjects(people))
    bundle.summary()  # what is no bundle is said before a place is made for it
    with opened(target, is_new=True) as site:
        imported = import_bundle(site, bundle, tell, rename=renaming)
    return {
        "target": target,
        "records": imported.records,
        "objects": imported.objects,
        "set_in_motion": imported.set_in_motion,
        "was_done": imported.was_done,
    }


def _subjects(people: str) -> dict[str, str]:
    if not people:
        return {}
    try:
        found = json.loads(Path(people).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BundleError(f"{people} cannot be read: {error}") from error
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found.values()):
        raise BundleError(f"{people} is no JSON object of subjects, old to new.")
    return found
