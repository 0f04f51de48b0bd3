"""How much a document may ask for. The honest documents of the corpus stay far below every figure."""

from __future__ import annotations

MAX_BYTES = 4 * 1024 * 1024
"""Bytes as fetched. The largest honest document known has 3.1 MB."""
MAX_MANIFEST_BYTES = 256 * 1024
"""Bytes of a manifest as fetched. The largest honest one known has 31 kB, of which 30 are a logo."""
MAX_DEPTH = 64
"""Collections inside collections. The deepest honest document known has 24."""
MAX_NODES = 450_000
"""Keys, scalars and collections, aliases counted as often as they are used. Asana's 3.1 MB have 71,000."""
MAX_TEXT = 2 * MAX_BYTES
"""Characters of all scalars, aliases counted as often as they are used."""
MAX_NUMBER = 400
"""Characters of one number. The longest finite double written out in full has 309 digits before the point."""
MAX_ANCHORS = 10_000
"""YAML anchors with different names. The honest documents known have none."""
MAX_COLLECTIONS = 200_000
"""YAML mappings and sequences, which cost more than scalars. Asana's 3.1 MB have 12,000."""
