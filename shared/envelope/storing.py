"""Where the envelope of a version is stored, and how it gets there before the version does.

Apart from `pinned`, so that whoever takes submissions loads no parser and no judge.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.domain.documents import ENVELOPE_NAME
from shared.domain.errors import InvalidValueError
from shared.domain.identity import digest_of_bytes
from shared.domain.plugin import object_key
from shared.domain.version import Dynamic
from shared.envelope.document import MOST_BYTES, write_envelope

if TYPE_CHECKING:
    from shared.domain.identity import Digest
    from shared.domain.ports import ObjectStore
    from shared.envelope.document import Envelope

_JSON = "application/json"


def lay_down(objects: ObjectStore, plugin_id: str, number: int, envelope: Envelope) -> Dynamic:
    """Store the envelope of a version that is about to be committed. Raises InvalidValueError, UnavailableError."""
    body = write_envelope(envelope)
    if len(body) > MOST_BYTES:
        message = f"The envelope has {len(body):,} bytes; at most {MOST_BYTES:,} are allowed."
        raise InvalidValueError(message, field="envelope")
    digest = digest_of_bytes(body)
    objects.put(envelope_key(plugin_id, number, digest), body, _JSON)
    return Dynamic(digest, envelope.refresh_minutes)


def envelope_key(plugin_id: str, number: int, digest: Digest) -> str:
    """Return the key of a version's envelope."""
    return object_key(plugin_id, number, digest, ENVELOPE_NAME)
