"""From notes to changes: the sentence, the severity, the direction, the pointers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from shared.diff.catalogue import CATALOGUE
from shared.diff.changes import MISSING, Change, Direction, Risk
from shared.diff.judging import new_links
from shared.diff.places import pointer_to, spell, tokens_of
from shared.diff.texts import count_words, hidden_in
from shared.diff.wording import container, inside, named, shown, where

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from shared.diff.catalogue import Rule
    from shared.diff.comparing import Note
    from shared.diff.hosts import Hosts
    from shared.diff.places import Tokens

_MOST_DIFFERENCES = 3
_MOST_HIDDEN = 8
_DIRECTIONS = {
    None: "",
    Direction.BREAKING: " (breaking for callers)",
    Direction.WIDENING: " (widening)",
    Direction.NARROWING: " (narrowing)",
}


class Teller:
    """Makes changes of the notes about two versions. `old` and `new` map roles to documents."""

    def __init__(self, old: Mapping[str, object], new: Mapping[str, object], hosts: Hosts) -> None:
        self._old = old
        self._new = new
        self._hosts = hosts
        self._told: dict[int, str] = {}
        """Differences of references by the identity of their notes, which thousands of places may share."""

    def tell(self, note: Note) -> Change:
        """Make a change of a note."""
        rule = CATALOGUE[note.code]
        is_in_new = note.after is not MISSING
        tokens = tokens_of(note.place.new if is_in_new else note.place.old)
        return Change(
            code=note.code,
            lane=rule.lane,
            severity=_severity(note, rule),
            old_pointer=None if note.before is MISSING else spell(note.place.old),
            new_pointer=pointer_to(tokens) if is_in_new else None,
            before=None if note.before is MISSING else note.before,
            after=note.after if is_in_new else None,
            message=self._sentence(note, rule, tokens),
            direction=_direction(note, rule),
            moves=note.moved_to is not None,
            anchor=spell(note.moved_to or note.place.old),
        )

    def _sentence(self, note: Note, rule: Rule, tokens: Tokens) -> str:
        document = (self._old if note.after is MISSING else self._new).get(str(tokens[0]))
        place = where(_place(rule, tokens), document)
        sentence = f"{place}: {self._says(note, rule, tokens)}{_DIRECTIONS[_direction(note, rule)]}."
        return f"{sentence[0].upper()}{sentence[1:]}"

    def _says(self, note: Note, rule: Rule, tokens: Tokens) -> str:
        return rule.says.format_map(_Words(self, note, tokens))

    def links(self, before: str, after: str) -> str:
        """Name the hosts that a text leads to now."""
        return ", ".join(sorted(map(named, new_links(before, after, self._hosts))))

    def differences(self, note: Note) -> str:
        """Tell the gravest differences between the targets of two references."""
        told = self._told.get(id(note.inside))
        if told is None:
            gravest = sorted(note.inside, key=lambda each: -_severity(each, CATALOGUE[each.code]).rank)
            told = "; ".join(map(self._difference, gravest[:_MOST_DIFFERENCES]))
            told += _more(len(gravest) - _MOST_DIFFERENCES, "; and ")
            self._told[id(note.inside)] = told
        return told

    def _difference(self, note: Note) -> str:
        """Tell one difference between the targets of two references; its place is seen from there."""
        rule = CATALOGUE[note.code]
        tokens = tokens_of(note.place.old if note.after is MISSING else note.place.new)
        below, says = inside(_place(rule, tokens)), self._says(note, rule, tokens)
        return f"{below}: {says}" if below else says


class _Words(dict[str, str]):
    """What the braces of a rule's sentence stand for, found out when it is asked for: values may be large."""

    def __init__(self, teller: Teller, note: Note, tokens: Tokens) -> None:
        super().__init__()
        self._found: dict[str, Callable[[], str]] = {
            "name": lambda: named(_name_of(note, tokens)),
            "before": lambda: _shown(note, note.before),
            "after": lambda: _shown(note, note.after),
            "words": lambda: count_words(_text(note.before), _text(note.after)),
            "links": lambda: teller.links(_text(note.before), _text(note.after)),
            "hidden": lambda: _hidden(_text(note.before), _text(note.after)),
            "differences": lambda: teller.differences(note),
        }

    def __missing__(self, key: str) -> str:
        return self._found[key]()


def _place(rule: Rule, tokens: Tokens) -> Tokens:
    """Return the place that a sentence begins with: of what it names, the place of what holds it."""
    return container(tokens) if "{name}" in rule.says else tokens


def _hidden(before: str, after: str) -> str:
    """Name the hidden characters that a text has gained, and how many of each."""
    gained = hidden_in(after) - hidden_in(before)
    told = [f"U+{ord(character):04X} ({count})" for character, count in sorted(gained.items())]
    return ", ".join(told[:_MOST_HIDDEN]) + _more(len(told) - _MOST_HIDDEN, " and ")


def _more(number: int, introduction: str) -> str:
    return f"{introduction}{number} more" if number > 0 else ""


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return "" if value is MISSING else json.dumps(value, ensure_ascii=False)


def _shown(note: Note, value: object) -> str:
    """Show a value; of an object in a list of objects, what it is known by."""
    if isinstance(value, dict):
        for key in ("url", "$ref"):
            if isinstance(value.get(key), str):
                return shown(value[key])
        if note.inside:
            return "what was written out" if value is note.before else "what is written out"
    return shown(value)


def _name_of(note: Note, tokens: Tokens) -> object:
    """Return the name of what changed: its own, where it stands in a list."""
    last = tokens[-1] if tokens else ""
    present = note.before if note.after is MISSING else note.after
    if isinstance(present, dict) and (isinstance(last, int) or last == "-"):
        return present.get("name", present.get("$ref", last))
    return last


def _severity(note: Note, rule: Rule) -> Risk:
    """Return how much a change weighs; where a reference was replaced, as much as the gravest thing that it brings."""
    if note.inside:
        return max((_severity(each, CATALOGUE[each.code]) for each in note.inside), key=lambda risk: risk.rank)
    return rule.severity(note.place.side)


def _direction(note: Note, rule: Rule) -> Direction | None:
    if not note.inside:
        return rule.direction(note.place.side)
    found = {_direction(each, CATALOGUE[each.code]) for each in note.inside}
    return next((direction for direction in Direction if direction in found), None)
