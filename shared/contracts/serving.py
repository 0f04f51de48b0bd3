"""The served form of a manifest. Standard library only: the public read path imports this."""

from __future__ import annotations

import json


def served_manifest(body: bytes, *, schema_url: str) -> bytes:
    """Return a pinned manifest with `api.url` naming its pinned schema. `schema_url` is absolute.

    Everything else keeps its order, its spelling and its unknown keys. The bytes are those of a manifest that was
    judged acceptable, so that a ValueError or TypeError from here means that stored data is broken.
    """
    manifest = json.loads(body.decode("utf-8-sig"))
    manifest["api"]["url"] = schema_url
    return json.dumps(manifest, ensure_ascii=False, separators=(",", ":")).encode()
