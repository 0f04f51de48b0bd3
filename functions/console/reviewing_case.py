"""What a version is decided on, put in the order in which it is read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from functions.console.excerpts import beside_their_lines
from functions.console.reviewing_history import entries_of
from functions.console.store import Document, path_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.console.visits import Visit

LANES: Mapping[str, str] = {
    "destination": "Where it sends data",
    "model_text": "What the model reads",
    "capability": "What it can do",
    "contract": "What is sent and what comes back",
    "listing": "What people see",
}
"""The lanes of a comparison as headings, in the order in which they matter."""

_SHOWN_AT_ONCE = 12
_LONG = 120
"""Characters of a value that is shown at once."""

_MOST_EVENTS = 50
_MOST_PLUGINS = 10


@dataclass(frozen=True, slots=True)
class Change:
    """A change as it is shown: the API's document of it, and its two values as text."""

    told: Document
    before: str
    after: str

    @property
    def is_long(self) -> bool:
        """Whether its values take more room than the sentence about them deserves."""
        return max(len(self.before), len(self.after)) > _LONG

    @property
    def place(self) -> str:
        """Where it is: the pointer into the new documents, or into the old ones where it is gone."""
        return self.told["new_pointer"] or self.told["old_pointer"] or ""


@dataclass(frozen=True, slots=True)
class Lane:
    """The changes of one lane: those shown at once, those that open on demand, and how many there are in all."""

    name: str
    heading: str
    shown: Sequence[Change]
    folded: Sequence[Change]
    count: int


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing of a list, and what became of it: "new", "gone", or "" where it stayed."""

    text: str
    fate: str


@dataclass(frozen=True, slots=True)
class Permission:
    """One kind of permission, in the live version and in this one. `before` is None where nothing is live."""

    label: str
    before: Sequence[Mark] | None
    after: Sequence[Mark]

    @property
    def changes(self) -> bool:
        """Whether the two differ."""
        return any(mark.fate for mark in (*(self.before or ()), *self.after))


@dataclass(frozen=True, slots=True)
class Call:
    """An operation of this version or of the live one, and what became of it: "new", "gone", "other" or ""."""

    operation: Document
    fate: str


def case_of(visit: Visit) -> Mapping[str, Any]:
    """Read everything that a version is decided on."""
    store, plugin_id, number = visit.store, visit.path["plugin_id"], visit.path["version"]
    home = path_of("v1", "plugins", plugin_id)
    version = store.get(f"{home}{path_of('versions', number)}")
    plugin, report = store.get(home), store.get(f"{home}{path_of('versions', number)}/report")
    audit = store.get(f"{home}/audit", limit=_MOST_EVENTS)["items"]
    permissions, live = _permissions(visit, plugin, version)
    others = store.get("/v1/plugins", owner=plugin["owner"], limit=_MOST_PLUGINS)
    return {
        "version": version,
        "plugin": plugin,
        "report": report,
        "comparisons": [(each, lanes_of(each)) for each in report["differences"]],
        "permissions": permission_rows(live, permissions),
        "calls": calls_of(live, permissions),
        "permissions_problem": permissions["problem"],
        "operations_left_out": permissions["left_out"],
        "texts": _texts(visit, version),
        "findings": beside_their_lines(version, store),
        "decisions": [entry for entry in entries_of(audit) if entry.is_decision],
        "others": [each for each in others["items"] if each["plugin_id"] != plugin_id],
        "has_more_others": bool(others["next_cursor"]),
        "is_open": version["state"] == "in_review",
        "is_own": visit.person is not None and visit.person.subject == plugin["owner"],
    }


def _permissions(visit: Visit, plugin: Document, version: Document) -> tuple[Document, Document | None]:
    """Read what a version may do, and what the live one may, where that is another."""
    versions = path_of("v1", "plugins", plugin["plugin_id"], "versions")
    own = visit.store.get(f"{versions}/{version['version']}/permissions")
    live = plugin["live"]
    if live is None or live["version"] == version["version"]:
        return own, None
    before = visit.store.get(f"{versions}/{live['version']}/permissions")
    return own, None if before["problem"] else before


def _texts(visit: Visit, version: Document) -> Mapping[str, str]:
    """Read the texts that a model reads at each use, as the manifest has them; nothing where it cannot be read."""
    name = next((part["name"] for part in version["parts"] if part["role"] == "manifest"), "")
    if not name:
        return {}
    home = path_of("v1", "plugins", version["plugin_id"], "versions", version["version"], "documents", name)
    try:
        manifest = json.loads(visit.store.get(home)["text"] or "")
    except ValueError:
        return {}
    texts = manifest if isinstance(manifest, dict) else {}
    return {key: texts[key] for key in ("name_for_model", "description_for_model") if isinstance(texts.get(key), str)}


def lanes_of(comparison: Document) -> list[Lane]:
    """Sort the changes of a comparison into lanes, in the order in which they matter; empty ones are left out."""
    return [_lane(name, heading, comparison) for name, heading in LANES.items() if comparison["counts"].get(name)]


def _lane(name: str, heading: str, comparison: Document) -> Lane:
    changes = [_change(change) for change in comparison["changes"] if change["lane"] == name]
    return Lane(name, heading, changes[:_SHOWN_AT_ONCE], changes[_SHOWN_AT_ONCE:], comparison["counts"][name])


def _change(told: Document) -> Change:
    return Change(told, _written(told["before"]), _written(told["after"]))


def _written(value: object) -> str:
    """Write a JSON value for reading: a text as it is, nothing as nothing."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)


def permission_rows(before: Document | None, after: Document) -> list[Permission]:
    """Put what a version may do beside what the live one may; `before` is None where nothing is live."""
    kinds = (("Sign-in", "auth_type"), ("Scopes", "scopes"), ("Signs in at", "sign_in_hosts"), ("Calls go to", "hosts"))
    return [_permission(label, _listed(before, name), _listed(after, name) or []) for label, name in kinds]


def _listed(permissions: Document | None, name: str) -> list[str] | None:
    if permissions is None:
        return None
    value = permissions[name]
    return [value] if isinstance(value, str) else value


def _permission(label: str, before: list[str] | None, after: list[str]) -> Permission:
    if before is None:
        return Permission(label, None, [Mark(text, "") for text in after])
    was = [Mark(text, "" if text in after else "gone") for text in before]
    return Permission(label, was, [Mark(text, "" if text in before else "new") for text in after])


def calls_of(before: Document | None, after: Document) -> list[Call]:
    """List the operations of a version, what is new, other or gone before what stayed."""
    new = _by_place(after)
    if before is None:
        return [Call(each, "") for each in new.values()]
    old = _by_place(before)
    found = [Call(each, _fate(old.get(place), each)) for place, each in new.items()]
    found += [Call(each, "gone") for place, each in old.items() if place not in new]
    return sorted(found, key=lambda call: not call.fate)


def _by_place(permissions: Document) -> dict[tuple[str, str], Document]:
    return {(each["method"], each["path"]): each for each in permissions["operations"]}


def _fate(old: Document | None, new: Document) -> str:
    if old is None:
        return "new"
    return "" if old == new else "other"
