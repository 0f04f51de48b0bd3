"""What a submission's form says, as the API takes it."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING

from functions.console.store import ProblemError, path_of

if TYPE_CHECKING:
    from functions.console.schema import Form
    from functions.console.store import Document, StoreApi

_ENVELOPE = "envelope.json"
_DYNAMIC = "dynamic"


def submission_of(form: Form, *names: str) -> Document:
    """Return what is to be submitted: the named fields, and the envelope if there is one.

    Raises ProblemError for an envelope that is no JSON: that could not even be sent.
    """
    said = {name: form.text(name) for name in names}
    document: Document = {name: value for name, value in said.items() if value}
    if envelope := form.text("envelope"):
        document |= {"schema_mode": _DYNAMIC, "envelope": _parsed(envelope)}
    return document


def envelope_of(store: StoreApi, version: Document | None) -> str:
    """Return the envelope of a version whose schema may vary, to be submitted again; "" for any other."""
    if not version or version["schema_mode"] != _DYNAMIC:
        return ""
    names = (version["plugin_id"], "versions", version["version"], "documents", _ENVELOPE)
    found = store.find(path_of("v1", "plugins", *names))
    return str(found["text"] or "") if found else ""


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        told = {"pointer": "/envelope", "message": f"This is no JSON: {error}."}
        problem = {"type": "console:envelope", "title": "The envelope cannot be read.", "errors": [told]}
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, problem) from error
