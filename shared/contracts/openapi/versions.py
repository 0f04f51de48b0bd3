"""Which OpenAPI a document is written in."""

from __future__ import annotations

import re

from shared.contracts.remarks import Remark

_VERSION = re.compile(r"(3\.[0-2])\.\d{1,4}(?:-[\w.+-]{1,40})?")
_KEY = "openapi"


def version_of(schema: dict[str, object]) -> str:
    """Return `3.0`, `3.1` or `3.2`, "" for anything else."""
    version = schema.get(_KEY)
    match = _VERSION.fullmatch(version) if isinstance(version, str) else None
    return match[1] if match else ""


def version_remark(schema: dict[str, object]) -> Remark:
    """Say what is wrong with a document that has no version we read."""
    if "swagger" in schema:
        message = f"This is a Swagger {str(schema['swagger'])[:20]} document, not OpenAPI 3."
        return Remark("schema.swagger-2", message, "/swagger")
    if _KEY not in schema:
        message = "The field openapi, which says the version, is missing: this is no OpenAPI document."
        return Remark("schema.version", message)
    version = schema[_KEY]
    if isinstance(version, float):
        message = f"The field openapi is the number {version}, not a string."
        return Remark("schema.version", message, "/openapi", fix='Write the whole version in quotes: "3.1.0".')
    return Remark(
        "schema.version", f"The field openapi is {str(version)[:60]!r}; 3.0, 3.1 and 3.2 are read.", "/openapi"
    )
