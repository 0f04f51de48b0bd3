"""Out of a place, into a bundle. A list at a time, each of them noted when it is safe: whatever ends it, it goes on."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from exchange.bundle import Fingerprint, Progress, Record
from exchange.errors import MovedError
from exchange.site import belongs_to_the_store, expires, records_of, without_mark
from shared.storage.table import Key

if TYPE_CHECKING:
    from collections.abc import Callable

    from exchange.bundle import Bundle
    from exchange.site import Site

    type Tell = Callable[[str, int], None]

_LIST = 500
"""Records or objects in one list: as much as an interruption costs."""


def export(site: Site, bundle: Bundle, tell: Tell) -> Progress:
    """Write everything of a store into a bundle, or go on where an earlier export ended.

    `tell` is told what is being counted, and how many there are so far. Records come first: each object that one of
    them names was stored before it. In the end the records are read once more. Raises MovedError where they are others
    by then: the next export begins with the records anew, and keeps the objects. Raises BundleError, UnavailableError.
    """
    if bundle.is_whole:
        return bundle.summary()
    progress = bundle.progress()
    bundle.note(progress)
    progress = _export_records(site, bundle, progress, tell)
    progress = _export_objects(site, bundle, progress, tell)
    _require_unmoved(site, bundle, progress)
    bundle.finish(progress)
    return progress


def _export_records(site: Site, bundle: Bundle, progress: Progress, tell: Tell) -> Progress:
    untold = site.untold()
    while not progress.has_all_records:
        page = site.table.scan(Key(*progress.after_record) if progress.after_record else None, _LIST)
        items = [without_mark(item) for item in page.items if belongs_to_the_store(item)]
        lines = [Record(item, is_untold=item.key in untold).line() for item in items]
        listed = bundle.add_list("records", len(progress.records) + 1, lines)
        fingerprint = Fingerprint(progress.fingerprint)
        for item in items:
            if not expires(item):
                fingerprint.add(item)
        progress = replace(
            progress,
            records=(*progress.records, listed),
            fingerprint=fingerprint.value,
            after_record=(page.end.key.pk, page.end.key.sk) if page.end else None,
            has_all_records=page.end is None,
        )
        bundle.note(progress)
        tell("records", sum(each.count for each in progress.records))
    return progress


def _export_objects(site: Site, bundle: Bundle, progress: Progress, tell: Tell) -> Progress:
    while not progress.has_all_objects:
        page = site.listing.listed(progress.after_object, _LIST)
        stored = [bundle.add_content(each.key, site.objects.get(each.key)) for each in page.objects]
        listed = bundle.add_list("objects", len(progress.objects) + 1, [json.dumps(asdict(each)) for each in stored])
        progress = replace(
            progress,
            objects=(*progress.objects, listed),
            bytes=progress.bytes + sum(each.size for each in stored),
            after_object=stored[-1].key if stored else progress.after_object,
            has_all_objects=page.is_all,
        )
        bundle.note(progress)
        tell("objects", sum(each.count for each in progress.objects))
    return progress


def _require_unmoved(site: Site, bundle: Bundle, progress: Progress) -> None:
    """Read all records once more. What expires may have gone, and says nothing."""
    now = Fingerprint()
    for item in records_of(site):
        if not expires(item):
            now.add(item)
    if now.value != progress.fingerprint:
        bundle.note(
            replace(
                progress, records=(), fingerprint=0, after_record=None, has_all_records=False, has_all_objects=False
            )
        )
        message = "The store changed while it was read. See to it that nobody writes, and run the export again."
        raise MovedError(message)
