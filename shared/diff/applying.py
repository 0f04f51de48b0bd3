"""Changes taken back to documents: `apply(old, comparison)` says what the new version says.

This is what completeness means here: no difference is left out, and none is told twice. Only pointers and values of the
changes are used, never the new documents.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shared.diff.changes import MISSING
from shared.diff.places import END, split_pointer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shared.diff.changes import Change, Comparison

type Node = dict[str, Node] | Items | str | int | float | bool | None

_SERVER_ORDER = "destination.server-order"


class Items:
    """A list that is being changed: its old items by their old numbers, and what comes in, with the new number."""

    def __init__(self, items: Iterable[Node]) -> None:
        self.old = dict(enumerate(items))
        self.entering: list[tuple[int, Node]] = []
        self.order: list[object] | None = None

    def settled(self) -> list[Node]:
        """Return the items as they are in the end."""
        items = [self.old[number] for number in sorted(self.old)]
        for number, item in sorted(self.entering, key=lambda entry: entry[0]):
            items.insert(min(number, len(items)), item)
        if self.order is not None:
            numbers = {url: number for number, url in enumerate(self.order)}
            items.sort(key=lambda item: numbers.get(item.get("url"), 0) if isinstance(item, dict) else 0)
        return items


class Slot(NamedTuple):
    """Where a value stands, found before anything moves."""

    holder: dict[str, Node] | Items
    key: str

    def get(self) -> Node:
        """Return the value."""
        return self.holder.old[int(self.key)] if isinstance(self.holder, Items) else self.holder[self.key]

    def put(self, value: Node, *, number: int = 0) -> None:
        """Put a value there; behind the last old item of a list it will have a new number."""
        if isinstance(self.holder, dict):
            self.holder[self.key] = value
        elif self.key == END:
            self.holder.entering.append((number, value))
        else:
            self.holder.old[int(self.key)] = value

    def take(self) -> Node:
        """Remove the value and return it."""
        return self.holder.old.pop(int(self.key)) if isinstance(self.holder, Items) else self.holder.pop(self.key)


def apply(old: Mapping[str, object], comparison: Comparison) -> dict[str, object]:
    """Return what `{role: document}` says after all changes and restatements. Raises KeyError for changes of others."""
    names = {
        f"#{_below_role(change.old_pointer)}": f"#{_below_role(change.anchor)}"
        for change in comparison.changes
        if change.moves and change.old_pointer
    }
    root: dict[str, Node] = {role: _opened(value, names) for role, value in old.items()}
    edits = [(change, _slot(root, change.old_pointer or change.anchor)) for change in comparison.changes]
    moves = [(slot, _slot(root, change.anchor)) for change, slot in edits if change.moves]
    restated = [
        (entry, _slot(root, entry.old_pointer), _slot(root, entry.goes_to) if entry.goes_to else None)
        for entry in comparison.restatements
    ]
    for change, slot in edits:
        if not change.moves:
            _edit(change, slot)
    for _, slot, target in restated:
        if target is not None:
            target.put(slot.get())
    for entry, slot, _ in restated:
        _put_or_take(slot, entry.left)
    for value, target in [(slot.take(), target) for slot, target in moves]:
        target.put(value)
    return {role: _closed(value) for role, value in root.items()}


def _below_role(pointer: str) -> str:
    return pointer[pointer.index("/", 1) :] if "/" in pointer[1:] else ""


def _edit(change: Change, slot: Slot) -> None:
    if change.code == _SERVER_ORDER:
        servers = slot.get()
        if isinstance(servers, Items) and isinstance(change.after, list):
            servers.order = change.after
    elif change.new_pointer is None:
        slot.take()
    else:
        number = change.new_pointer.rpartition("/")[2]
        slot.put(_opened(change.after, {}), number=int(number) if number.isdecimal() else 0)


def _put_or_take(slot: Slot, value: object) -> None:
    if value is MISSING:
        slot.take()
    else:
        slot.put(_opened(value, {}))


def _slot(root: dict[str, Node], pointer: str) -> Slot:
    """Find a place by its pointer into the old documents, making the objects and lists that lead to an added one."""
    *above, last = split_pointer(pointer)
    node: Node = root
    for token, following in zip(above, (*above[1:], last), strict=True):
        node = _below(node, token, Items([]) if following == END else {})
    if not isinstance(node, dict | Items):
        raise KeyError(pointer)
    return Slot(node, last)


def _below(node: Node, token: str, otherwise: Node) -> Node:
    if isinstance(node, Items):
        return node.old[int(token)]
    if isinstance(node, dict):
        return node.setdefault(token, otherwise)
    raise KeyError(token)


def _opened(value: object, names: Mapping[str, str]) -> Node:
    """Copy a JSON value into one that can be changed, its references by their new names."""
    if isinstance(value, dict):
        opened = {key: _opened(item, names) for key, item in value.items()}
        target = value.get("$ref")
        return {**opened, "$ref": names.get(target, target)} if isinstance(target, str) else opened
    if isinstance(value, list):
        return Items(_opened(item, names) for item in value)
    return value  # type: ignore[return-value]  # JSON has nothing else


def _closed(node: Node) -> object:
    if isinstance(node, dict):
        return {key: _closed(item) for key, item in node.items()}
    return [_closed(item) for item in node.settled()] if isinstance(node, Items) else node
