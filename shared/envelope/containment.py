"""Whether a document stays within an envelope.

Base and document are walked side by side, as parsed values: order of keys, formatting and JSON or YAML mean nothing.
A document is contained if and only if

1. every key, list and value of it stands in the base too, at the same place and with the same value, unless an entry of
   the envelope names that very place;
2. what stands at such a place is what the entry allows, and the judges of texts find nothing in it that they did not
   find in the base;
3. what is in the base and not in the document is an operation that may be left out, a path left without operations by
   that, or a shared part that the base refers to and nothing in the document does any more.

References are text like any other and equal only to themselves. Since what they lead to is compared where it stands,
two contained documents never differ behind a reference alone. Whatever is not foreseen here is not contained.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from shared.contracts.pauses import collector_paused
from shared.contracts.text.scanning import text_remarks
from shared.diff.equality import is_same
from shared.diff.places import pointer_to, spell, tokens_of
from shared.envelope.document import EnumSlot, ServersSlot, TextSlot, Words
from shared.envelope.pieces import EffortError, Reading
from shared.envelope.places import METHODS, Plan, misplacements, plan_of
from shared.envelope.telling import expected, shown, told_apart

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from shared.diff.places import Tokens, Trail
    from shared.envelope.document import Envelope
    from shared.envelope.pieces import Misread

CODES: Mapping[str, str] = {
    "outside.added": "Something stands where the base has nothing.",
    "outside.missing": "The base has something that the document lacks.",
    "outside.changed": "A value, a type or the length of a list is not that of the base.",
    "outside.operation-added": "The base does not describe this operation.",
    "outside.operation-missing": "The operation is gone, and the envelope does not say that it may be.",
    "outside.text": "The text cannot be read as the pieces that the envelope names.",
    "outside.enum": "The list holds a value that is not allowed, the same one twice, too many or none.",
    "outside.server": "The list holds a server that is not allowed, or none.",
    "outside.effort": "The texts take too much effort to read.",
    "outside.misplaced": "The envelope does not fit the base, so that nothing is contained.",
}
"""The codes of reasons. Those of documents that cannot be read, and of texts with a fault, are the findings' own."""
MOST_REASONS = 50
"""After so many reasons nobody needs another one."""
_SHARED_PART = 3
"""Tokens of the place of a shared part: `/components/schemas/Pet`."""
_SHARED = frozenset({"schemas", "responses", "parameters", "examples", "requestBodies", "headers", "pathItems"})
_OPERATION = 3
"""Tokens of the place of an operation: `/paths/~1pets/get`."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a document is not contained: where in it, or in the base where it is missing, and what is wrong there."""

    pointer: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a document is contained, and the first reasons why it is not."""

    contained: bool
    reasons: tuple[Reason, ...] = ()


_FAULT = "The judges of texts find fault with what stands here."


class _Judged(NamedTuple):
    """A text that stands in a slot, the key above it, and how often the judges may remark on it, by code."""

    place: Trail
    key: str
    text: str
    allowed: Mapping[str, int]


class _EnoughError(Exception):
    """There are as many reasons as anybody reads."""


def contains(envelope: Envelope, base: object, document: object, *, root: str) -> Verdict:
    """Decide whether a parsed document stays within an envelope over a parsed base.

    `root` is the plugin's root domain, which links in texts may lead to. An envelope that does not fit its base holds
    nothing.
    """
    if not isinstance(base, dict):
        return Verdict(contained=False, reasons=(Reason("", "outside.misplaced", "The base is no object."),))
    unfit = [Reason(each.pointer, "outside.misplaced", each.message) for each in misplacements(envelope, base)]
    if unfit:
        return Verdict(contained=False, reasons=tuple(unfit[:MOST_REASONS]))
    with collector_paused():
        reasons = Comparison(root).reasons(plan_of(envelope, base), base, document)
    return Verdict(not reasons, reasons)


class Comparison:
    """One walk over a base and a document."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._base: object = None
        self._document: object = None
        self._reading = Reading()
        self._reasons: list[Reason] = []
        self._texts: list[_Judged] = []
        self._values: list[tuple[Trail, str]] = []

    def reasons(self, plan: Plan, base: object, document: object) -> tuple[Reason, ...]:
        """Return why a document is not contained; none where it is."""
        self._base, self._document = base, document
        try:
            self._compare(plan, base, document, None)
            self._judge_texts()
        except _EnoughError:
            pass
        except EffortError:
            self._reasons.append(Reason("", "outside.effort", "Its texts take too much effort to read."))
        return tuple(self._reasons)

    def _compare(self, plan: Plan | None, base: object, document: object, place: Trail) -> None:
        if plan and plan.slot:
            self._fill(plan.slot, base, document, place)
        elif isinstance(base, dict) and isinstance(document, dict):
            self._compare_objects(plan, base, document, place)
        elif isinstance(base, list) and isinstance(document, list):
            self._compare_lists(plan, base, document, place)
        elif not is_same(base, document):
            is_, has_to_be = told_apart(document, base)
            self._refuse(place, "outside.changed", f"This is {is_}; it has to be {has_to_be}.")

    def _compare_objects(
        self, plan: Plan | None, base: dict[str, object], document: dict[str, object], place: Trail
    ) -> None:
        for key, value in base.items():
            below = plan.below.get(key) if plan else None
            if key in document:
                self._compare(below, value, document[key], (place, key))
            elif not self._may_be_missing(below, value, (place, key)):
                self._refuse_missing((place, key))
        for key in document:
            if key not in base:
                self._refuse_added((place, key))

    def _compare_lists(self, plan: Plan | None, base: list[object], document: list[object], place: Trail) -> None:
        if len(base) != len(document):
            message = f"This list has {len(document)} items; it has to have {len(base)}."
            self._refuse(place, "outside.changed", message)
            return
        for index, (old, new) in enumerate(zip(base, document, strict=True)):
            below = plan.below.get(str(index)) if plan else None
            self._compare(below, old, new, (place, index))

    # -- What is missing -----------------------------------------------------------------------------------------------
    def _may_be_missing(self, plan: Plan | None, value: object, place: Trail) -> bool:
        if plan and plan.is_optional:
            return True
        tokens = tokens_of(place)
        if tokens[0] != "components" or len(tokens) > _SHARED_PART or not isinstance(value, dict):
            return False
        if len(tokens) == _SHARED_PART:
            return tokens[1] in _SHARED and self._lost_its_users(tokens)
        return all(self._may_be_missing(None, part, (place, name)) for name, part in value.items())

    def _lost_its_users(self, part: Tokens) -> bool:
        return _is_mentioned(part, self._mentions_before) and not _is_mentioned(part, self._mentions_now)

    @cached_property
    def _mentions_before(self) -> frozenset[str]:
        return frozenset(_mentions_in(self._base))

    @cached_property
    def _mentions_now(self) -> frozenset[str]:
        return frozenset(_mentions_in(self._document))

    # -- What stands in a slot -----------------------------------------------------------------------------------------
    def _fill(self, slot: TextSlot | EnumSlot | ServersSlot, base: object, document: object, place: Trail) -> None:
        match slot:
            case TextSlot():
                self._fill_text(slot, base, document, place)
            case EnumSlot():
                self._fill_enum(slot, base, document, place)
            case ServersSlot():
                self._fill_servers(slot, base, document, place)

    def _fill_text(self, slot: TextSlot, base: object, document: object, place: Trail) -> None:
        if not isinstance(document, str):
            self._refuse(place, "outside.text", f"This is {shown(document)}; it has to be a text.")
        elif misread := self._reading.misread(slot.reads, document):
            self._refuse(place, "outside.text", _explained(slot, document, misread))
        else:
            key = str(tokens_of(place)[-1])
            is_free = any(isinstance(piece, Words) for piece in slot.reads)
            # Free words beside something that the judges remarked on could say it again, and nobody would be told.
            allowed = {} if is_free else faults(key, str(base), self._root)
            self._texts.append(_Judged(place, key, document, allowed))

    def _fill_enum(self, slot: EnumSlot, base: object, document: object, place: Trail) -> None:
        values = document if isinstance(document, list) else []
        if not 0 < len(values) <= slot.most:
            message = f"This has to be a list of 1 to {slot.most} values."
            self._refuse(place, "outside.enum", message)
            return
        reviewed, seen = _identities(base), set[tuple[str, object]]()
        allowed = reviewed | _identities(slot.any_of)
        for index, value in enumerate(values):
            identity = _identity(value)
            if identity in seen:
                self._refuse((place, index), "outside.enum", f"The value {shown(value)} is listed twice.")
            elif identity not in allowed and not self._is_described(slot, value):
                self._refuse((place, index), "outside.enum", f"The value {shown(value)} is none that is allowed.")
            elif isinstance(value, str) and identity not in reviewed:
                self._values.append(((place, index), value))
            seen.add(identity)

    def _is_described(self, slot: EnumSlot, value: object) -> bool:
        return bool(slot.each and isinstance(value, str) and not self._reading.misread(slot.each, value))

    def _fill_servers(self, slot: ServersSlot, base: object, document: object, place: Trail) -> None:
        servers = document if isinstance(document, list) else []
        known = base if isinstance(base, list) else []
        allowed = [*known, *({"url": url} for url in slot.any_of)]
        if not 0 < len(servers) <= len(allowed):
            self._refuse(place, "outside.server", f"This has to be a list of 1 to {len(allowed)} servers.")
            return
        for index, server in enumerate(servers):
            if not any(is_same(server, each) for each in allowed):
                self._refuse((place, index), "outside.server", f"The server {shown(server)} is none that is allowed.")

    def _judge_texts(self) -> None:
        for text in self._texts:
            found = faults(text.key, text.text, self._root)
            for code, count in found.items():
                if count > text.allowed.get(code, 0):
                    self._refuse(text.place, code, _FAULT)
        # Nothing is allowed in any of these, so that one look at all of them is enough, however many they are.
        for remark in text_remarks({"enum": [value for _, value in self._values]}, root=self._root):
            place = self._values[int(remark.pointer.rpartition("/")[2])][0] if remark.pointer else None
            self._refuse(place, remark.code, _FAULT)

    # -- Reasons -------------------------------------------------------------------------------------------------------
    def _refuse_missing(self, place: Trail) -> None:
        if (operation := _operation_at(place)) is not None:
            self._refuse(place, "outside.operation-missing", f"The operation {operation} is missing.")
        else:
            self._refuse(place, "outside.missing", "The base has something here, and the document has not.")

    def _refuse_added(self, place: Trail) -> None:
        if (operation := _operation_at(place)) is not None:
            self._refuse(place, "outside.operation-added", f"The base has no operation {operation}.")
        else:
            self._refuse(place, "outside.added", "The base has nothing here.")

    def _refuse(self, place: Trail, code: str, message: str) -> None:
        self._reasons.append(Reason(spell(place), code, message))
        if len(self._reasons) >= MOST_REASONS:
            raise _EnoughError


def faults(key: str, text: str, root: str) -> Counter[str]:
    """Return what the judges of texts find in a text below a key: how often which code."""
    return Counter(remark.code for remark in text_remarks({key: text}, root=root))


def _operation_at(place: Trail) -> str | None:
    tokens = tokens_of(place)
    if len(tokens) == _OPERATION and tokens[0] == "paths" and tokens[2] in METHODS:
        return f"{str(tokens[2]).upper()} {str(tokens[1])[:160]}"
    return None


def _explained(slot: TextSlot, text: str, misread: Misread) -> str:
    before = shown(text[max(0, misread.offset - 30) : misread.offset])
    after = f"after {before}" if misread.offset else "at the beginning"
    return f"The text cannot be read on {after}: there has to be {expected(slot.reads, misread.piece)}."


def _identity(value: object) -> tuple[str, object]:
    """Return what a value of a list is told apart by: 1 and 1.0 are one, true is another."""
    match value:
        case bool():
            return "bool", value
        case int() | float():
            return "number", value
        case str() | None:
            return "text", value
    return "other", id(value)


def _identities(values: object) -> set[tuple[str, object]]:
    return {_identity(value) for value in values} if isinstance(values, list) else set()


def _is_mentioned(part: Tokens, mentions: frozenset[str]) -> bool:
    return f"#{pointer_to(part)}" in mentions or part[-1] in mentions


def _mentions_in(document: object) -> Iterator[str]:
    """Yield what a document may mean shared parts by: references, cut to the part, and names that tell types apart."""
    waiting: list[tuple[object, bool]] = [(document, False)]
    while waiting:
        value, is_mapping = waiting.pop()
        if isinstance(value, dict):
            waiting.extend((item, key == "mapping") for key, item in value.items())
            yield from (name for name in value.values() if is_mapping and isinstance(name, str))
        elif isinstance(value, list):
            waiting.extend((item, False) for item in value)
        elif isinstance(value, str) and value.startswith("#/components/"):
            yield "/".join(unquote(value).split("/")[: _SHARED_PART + 1])
