"""Finding plugins in the catalogue by words."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.domain.plugin import Pointer


def answers(pointer: Pointer, query: str) -> bool:
    """Tell whether a live plugin is what a query asks for: each of its words is in the id, a name or the description.

    Case does not matter, nor do marks that only some ways of writing have, such as full-width letters.
    """
    if pointer.live is None:
        return False
    listing = pointer.live.listing
    told = (pointer.plugin_id, listing.name_for_human, listing.name_for_model, listing.description_for_human)
    text = _plain("\n".join(told))
    return all(word in text for word in _plain(query).split())


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
