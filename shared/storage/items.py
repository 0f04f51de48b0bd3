"""Where each record lives in the table, and under which index keys."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from shared.domain.errors import InvalidCursorError
from shared.domain.identity import format_moment
from shared.domain.version import State
from shared.storage.codec import encode
from shared.storage.correlating import item_attributes
from shared.storage.pointers import current_key, pointer_key
from shared.storage.table import Index, Item, Key, Position

if TYPE_CHECKING:
    from shared.domain.events import Event
    from shared.domain.forecasting import Wait
    from shared.domain.limits import Quota
    from shared.domain.plugin import CurrentDocument, Plugin, Pointer
    from shared.domain.sightings import Sighting
    from shared.domain.transition import Receipt
    from shared.domain.version import Version
    from shared.storage.table import Value

BY_OWNER = Index("by_owner", "owner_pk", "owner_sk")
REVIEW_QUEUE = Index("review_queue", "queue_pk", "queue_sk")
CATALOGUE = Index("catalogue", "catalogue_pk", "catalogue_sk")
INDEXES = (BY_OWNER, REVIEW_QUEUE, CATALOGUE)
"""All sparse: an item is in an index only while it has the index's attributes."""

QUEUE_PARTITION = "QUEUE"
CATALOGUE_PARTITION = "CATALOGUE"
WAITS_PARTITION = "WAITS#ALL"
VERSION_PREFIX = "VERSION#"
EVENT_PREFIX = "EVENT#"
USED = "used"
RECEIPT_LIFETIME = timedelta(days=1)
_LONGEST_CURSOR = 1024


def plugin_partition(plugin_id: str) -> str:
    """Return the partition of everything about a plugin but its pointer."""
    return f"PLUGIN#{plugin_id}"


def owner_partition(subject: str) -> str:
    """Return the partition of a publisher's plugins in their index."""
    return f"OWNER#{subject}"


def candidates_partition(subject: str) -> str:
    """Return the partition of a publisher's candidates, in the index of what they own."""
    return f"CANDIDATES#{subject}"


def plugin_key(plugin_id: str) -> Key:
    """Return the key of a plugin's own record."""
    return Key(plugin_partition(plugin_id), "META")


def version_key(plugin_id: str, number: int) -> Key:
    """Return the key of a version; numbers sort as they count."""
    return Key(plugin_partition(plugin_id), f"{VERSION_PREFIX}{number:08d}")


def receipt_key(subject: str, key: str) -> Key:
    """Return the key of what came of an idempotency key."""
    return Key(f"IDEMPOTENCY#{subject}", f"KEY#{key}")


def quota_key(quota: Quota) -> Key:
    """Return the key of how much a publisher used up on a day."""
    return Key(f"LIMIT#{quota.subject}", f"SUBMISSIONS#{quota.day}")


def plugin_item(plugin: Plugin) -> Item:
    """Return the item of a plugin's own record."""
    index: dict[str, Value] = {
        BY_OWNER.partition: owner_partition(plugin.owner),
        BY_OWNER.sort: f"{format_moment(plugin.created_at)}#{plugin.plugin_id}",
    }
    return Item(plugin_key(plugin.plugin_id), attributes_of(plugin) | index)


def version_item(version: Version) -> Item:
    """Return the item of a version.

    It is in the review queue while it is in review, and among its publisher's candidates while it is one.
    """
    index: dict[str, Value] = {}
    if version.is_candidate:
        index[BY_OWNER.partition] = candidates_partition(version.submitted_by)
        index[BY_OWNER.sort] = f"{format_moment(version.submitted_at)}#{version.plugin_id}"
    if version.state is State.IN_REVIEW:
        index[REVIEW_QUEUE.partition] = QUEUE_PARTITION
        index[REVIEW_QUEUE.sort] = f"{format_moment(version.queued_at)}#{version.plugin_id}"
    return Item(version_key(version.plugin_id, version.number), attributes_of(version) | index)


def pointer_item(pointer: Pointer) -> Item:
    """Return the item of a pointer; it is in the catalogue while the public may see it."""
    index: dict[str, Value] = {}
    if pointer.live and not pointer.ban:
        index[CATALOGUE.partition] = CATALOGUE_PARTITION
        index[CATALOGUE.sort] = pointer.plugin_id
    return Item(pointer_key(pointer.plugin_id), attributes_of(pointer) | index | item_attributes())


def current_item(current: CurrentDocument) -> Item:
    """Return the item of what is served of a version whose schema may vary."""
    return Item(current_key(current.plugin_id, current.number), attributes_of(current))


def event_item(event: Event) -> Item:
    """Return the item of an event."""
    key = Key(plugin_partition(event.plugin_id), f"{EVENT_PREFIX}{event.event_id}")
    return Item(key, attributes_of(event) | item_attributes())


def receipt_item(receipt: Receipt) -> Item:
    """Return the item of a receipt. `expires` is in seconds since 1970, for DynamoDB's time to live."""
    expires = int((receipt.at + RECEIPT_LIFETIME).timestamp())
    return Item(receipt_key(receipt.subject, receipt.key), attributes_of(receipt) | {"expires": expires})


def sightings_partition(plugin_id: str, subject: str) -> str:
    """Return the partition of what a reviewer saw of a plugin. No plugin id has a `#`."""
    return f"SEEN#{plugin_id}#{subject}"


def sighting_item(sighting: Sighting) -> Item:
    """Return the item of a sighting; versions sort as they count."""
    key = Key(sightings_partition(sighting.plugin_id, sighting.by), f"{VERSION_PREFIX}{sighting.number:08d}")
    return Item(key, attributes_of(sighting))


def wait_item(wait: Wait) -> Item:
    """Return the item of a slot of the sample of waits."""
    return Item(Key(WAITS_PARTITION, f"SLOT#{wait.slot:02d}"), attributes_of(wait))


def position_of(item: Item, index: Index) -> Position:
    """Return where a page ends that ends with an item."""
    return Position(str(item.attributes[index.sort]) if index.name else item.key.sk, item.key)


def attributes_of(record: object) -> dict[str, Value]:
    """Return a record's attributes, without its keys."""
    return cast("dict[str, Value]", encode(record))


def write_cursor(position: Position) -> str:
    """Make the opaque cursor of a position."""
    text = json.dumps([position.sort, position.key.pk, position.key.sk], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> Position:
    """Read what `write_cursor` made. Raises InvalidCursorError.

    A forged cursor can only start elsewhere in the same partition, which the query names itself.
    """
    if len(cursor) > _LONGEST_CURSOR:
        raise InvalidCursorError
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        sort, pk, sk = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, TypeError) as error:
        raise InvalidCursorError from error
    if not all(isinstance(part, str) and part for part in (sort, pk, sk)):
        raise InvalidCursorError
    return Position(sort, Key(pk, sk))
