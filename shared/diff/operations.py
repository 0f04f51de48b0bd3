"""Operations that are the same although path or method differ. Only what is certain: the rest was added or removed."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
SAFE_METHODS = frozenset({"get", "head", "options", "trace", "query"})
"""RFC 9110, section 9.2.1, and the QUERY method of OpenAPI 3.2: they ask for nothing to be changed."""
_PARAMETER = re.compile(r"\{[^{}]*\}")


class Call(NamedTuple):
    """Where an operation stands."""

    path: str
    method: str

    def __str__(self) -> str:
        """Return it as a request line has it."""
        return f"{self.method.upper()} {self.path}"


class Matching(NamedTuple):
    """Paths that have another name, and operations that are elsewhere while their paths are not: from old to new."""

    renamed: Mapping[str, str]
    moved: Mapping[Call, Call]

    @property
    def former(self) -> dict[str, str]:
        """Paths that have another name, new to old."""
        return {name: path for path, name in self.renamed.items()}


def match_operations(old: Mapping[str, object], new: Mapping[str, object]) -> Matching:
    """Recognise paths and operations of the old `paths` among the new ones."""
    if old.keys() == new.keys() and all(_methods(old[path]) == _methods(new[path]) for path in old):
        return Matching({}, {})
    renamed: dict[str, str] = {}
    for feature in (_form, _content, _names):
        renamed |= _recognised(feature, _only(old, new, renamed), _only(new, old, renamed))
    return Matching(renamed, _moved(old, new, renamed))


def _methods(item: object) -> set[str]:
    return item.keys() & set(METHODS) if isinstance(item, dict) else set()


def _only(these: Mapping[str, object], others: Mapping[str, object], renamed: Mapping[str, str]) -> dict[str, object]:
    """Return the paths that are in one document alone and not recognised yet."""
    known = renamed.keys() | set(renamed.values())
    return {
        path: item
        for path, item in these.items()
        if path not in others and path not in known and isinstance(item, dict) and not path.startswith("x-")
    }


def _recognised(
    feature: Callable[[str, object], str], old: Mapping[str, object], new: Mapping[str, object]
) -> dict[str, str]:
    """Pair paths by a feature that exactly one path of each document has."""
    before = _by_feature(feature, old)
    after = _by_feature(feature, new)
    return {path: after[found] for found, path in before.items() if found in after}


def _by_feature(feature: Callable[[str, object], str], paths: Mapping[str, object]) -> dict[str, str]:
    found = {path: feature(path, item) for path, item in paths.items()}
    count = Counter(found.values())
    return {value: path for path, value in found.items() if value and count[value] == 1}


def _form(path: str, _item: object) -> str:
    """Return a path whose parameters have lost their names: `/users/{id}` and `/users/{user}` are one path."""
    return _PARAMETER.sub("{}", path) if "{" in path else ""


def _content(_path: str, item: object) -> str:
    return json.dumps(item, sort_keys=True) if _methods(item) else ""


def _names(path: str, item: object) -> str:
    names = sorted((call.method, name) for name, call in _named(path, item))
    return json.dumps(names) if names and len(names) == len(_methods(item)) else ""


def _named(path: str, item: object) -> Iterator[tuple[str, Call]]:
    for method in sorted(_methods(item)):
        operation = item[method] if isinstance(item, dict) else None
        name = operation.get("operationId") if isinstance(operation, dict) else None
        if isinstance(name, str) and name:
            yield name, Call(path, method)


def _moved(old: Mapping[str, object], new: Mapping[str, object], renamed: Mapping[str, str]) -> dict[Call, Call]:
    """Pair operations by an operationId that is unique in each document, where neither has one at the other's place."""
    before, after = _calls_by_name(old), _calls_by_name(new)
    former = {name: path for path, name in renamed.items()}
    moved = {}
    for name, source in before.items():
        target = after.get(name)
        if target is None or target == Call(renamed.get(source.path, source.path), source.method):
            continue
        left = new.get(renamed.get(source.path, source.path))
        entered = old.get(former.get(target.path, target.path))
        if source.method not in _methods(left) and target.method not in _methods(entered):
            moved[source] = target
    return moved


def _calls_by_name(paths: Mapping[str, object]) -> dict[str, Call]:
    named = [entry for path, item in paths.items() if not path.startswith("x-") for entry in _named(path, item)]
    count = Counter(name for name, _ in named)
    return {name: call for name, call in named if count[name] == 1}
