"""YAML from the events of libyaml's parser, with limits of our own.

Loaders are never used: PyYAML's composer recurses in C (100 kB of `- ` kills the process), reads `no` as false and
keeps the last of two equal keys. The events come one at a time, so that a bomb is refused at the event that goes too
far.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import yaml
from yaml._yaml import CParser

from shared.contracts.parsing.failures import ParseError
from shared.contracts.parsing.limits import MAX_ANCHORS, MAX_COLLECTIONS, MAX_DEPTH, MAX_NODES, MAX_NUMBER, MAX_TEXT
from shared.contracts.parsing.positions import Trail
from shared.contracts.parsing.scalars import NotFiniteError, Scalar, resolve
from shared.contracts.parsing.text import place

if TYPE_CHECKING:
    from collections.abc import Callable

_STRING_TAG = "tag:yaml.org,2002:str"
_MAX_DIRECTIVES = 8
_DIRECTIVE = re.compile(r"^%[A-Z]", re.MULTILINE)
_TROUBLE = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""What libyaml refuses or takes for a line break, as YAML 1.1 did. To YAML 1.2 and JSON these are characters."""
_TROUBLED = [*range(0x7F, 0xA0), 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF]
_STAND_INS = {code: chr(0x10F000 + order) for order, code in enumerate(_TROUBLED)}
_RESTORED = {ord(stand_in): chr(code) for code, stand_in in _STAND_INS.items()}
_STAND_IN = re.compile("[" + "".join(_STAND_INS.values()) + "]")


class _Mark(Protocol):
    index: int


class _Event(Protocol):
    """What libyaml's events have in common. The marks are always there when its own parser made the event."""

    start_mark: _Mark
    end_mark: _Mark


class _NodeEvent(_Event, Protocol):
    anchor: str | None
    tag: str | None


class _ScalarEvent(_NodeEvent, Protocol):
    value: str
    implicit: tuple[bool, bool]


class _AliasEvent(_Event, Protocol):
    anchor: str


class _Anchor(NamedTuple):
    """An anchored value: what it is, which node, and what one use of it costs."""

    value: object
    number: int
    nodes: int
    letters: int
    height: int


class _Frame(NamedTuple):
    """A collection that is being filled, and what was counted when it began."""

    container: dict[str, object] | list[object]
    number: int
    anchor: str | None
    nodes: int
    letters: int
    peak: int


def read(text: str) -> tuple[object, Trail]:
    """Return the value of a YAML text and where its nodes begin. Raises ParseError."""
    if sum(1 for _ in _DIRECTIVE.finditer(text)) > _MAX_DIRECTIVES:
        raise ParseError("document.yaml-tag", "The document declares more YAML directives than any document needs.")
    source, is_disguised = _disguised(text)
    builder = _Builder(text)
    handlers: dict[type[yaml.Event], Callable[[Any], None]] = {
        yaml.ScalarEvent: builder.disguised_scalar if is_disguised else builder.scalar,
        yaml.MappingStartEvent: builder.mapping,
        yaml.SequenceStartEvent: builder.sequence,
        yaml.MappingEndEvent: builder.end,
        yaml.SequenceEndEvent: builder.end,
        yaml.AliasEvent: builder.alias,
        yaml.DocumentStartEvent: builder.document,
        yaml.DocumentEndEvent: _ignore,
        yaml.StreamStartEvent: _ignore,
        yaml.StreamEndEvent: _ignore,
    }
    try:
        for event in iter(CParser(source.encode()).get_event, None):
            handlers[type(event)](event)
    except yaml.YAMLError as error:
        raise _syntax_error(text, error) from error
    if not builder.trail.offsets:
        raise ParseError("document.empty", "The document holds nothing but comments.")
    return builder.root, builder.trail


def _ignore(_event: _Event) -> None:
    """Take no notice of an event that carries no value."""


def _disguised(text: str) -> tuple[str, bool]:
    if not _TROUBLE.search(text):
        return text, False
    clash = _STAND_IN.search(text)
    if clash:
        line, column = place(text, clash.start())
        message = f"The document holds control characters beside the private character U+{ord(clash.group()):06X}."
        raise ParseError("document.control-character", message, line=line, column=column)
    return text.translate(_STAND_INS), True


class _Builder:
    """Builds a value from events. Each method takes one event; none calls itself.

    Counting is cheap because only aliases make a document say more than it has bytes: nodes are the entries of the
    trail and what aliases add, letters are what aliases add, an anchored value being charged by the length of its
    source.
    """

    def __init__(self, text: str) -> None:
        self.root: object = None
        self.trail = Trail()
        self._text = text
        self._documents = 0
        self._frames: list[_Frame] = []
        self._container: dict[str, object] | list[object] | None = None
        self._key: str | None = None
        self._anchors: dict[str, _Anchor] = {}
        self._plain: dict[str, Scalar] = {}
        self._names: dict[str, str] = {}
        self._room = MAX_NODES
        self._collections = 0
        self._letters = 0
        self._peak = 0

    def document(self, event: _Event) -> None:
        self._documents += 1
        if self._documents > 1:
            raise self._refusal("document.yaml-second-document", "A second YAML document begins here.", event)

    def disguised_scalar(self, event: _ScalarEvent) -> None:
        event.value = event.value.translate(_RESTORED)
        self.scalar(event)

    def scalar(self, event: _ScalarEvent) -> None:
        # The hot path: three of four events come here, so that it calls as little as it can.
        offsets = self.trail.offsets
        offsets.append(event.start_mark.index)
        if len(offsets) > self._room:
            raise self._too_many_nodes(event)
        tag = event.tag
        if tag is not None and tag not in {_STRING_TAG, "!"}:
            raise self._tag_refusal(event)
        container = self._container
        if self._key is None and type(container) is dict:
            value: object = event.value
            self._take_key(event.value, event)
        else:
            value = self._value(event) if event.implicit[0] else event.value
            self._put(value)
        if event.anchor is not None:
            letters = event.end_mark.index - event.start_mark.index
            self._remember(event.anchor, _Anchor(value, len(offsets) - 1, 1, letters, 0), event)

    def mapping(self, event: _NodeEvent) -> None:
        self._start({}, event)

    def sequence(self, event: _NodeEvent) -> None:
        self._start([], event)

    def end(self, event: _Event) -> None:
        frame = self._frames.pop()
        trail = self.trail
        trail.ends[frame.number] = len(trail.offsets)
        if frame.anchor is not None:
            nodes = self._nodes - frame.nodes
            letters = event.end_mark.index - trail.offsets[frame.number] + self._letters - frame.letters
            height = self._peak - len(self._frames)
            self._remember(frame.anchor, _Anchor(frame.container, frame.number, nodes, letters, height), event)
        self._peak = max(self._peak, frame.peak)
        self._container = self._frames[-1].container if self._frames else None
        self._key = None

    def alias(self, event: _AliasEvent) -> None:
        anchor = self._anchors.get(event.anchor)
        if anchor is None:
            message = f"The alias *{event.anchor} names an anchor that is not complete before it."
            raise self._refusal("document.yaml-alias", message, event)
        self._charge(anchor, event)
        self.trail.aliases[self.trail.open(event.start_mark.index)] = anchor.number
        if self._key is None and type(self._container) is dict:
            if not isinstance(anchor.value, str):
                raise self._complex_key(event)
            self._take_key(anchor.value, event)
        else:
            self._put(anchor.value)

    def _remember(self, name: str, anchor: _Anchor, event: _Event) -> None:
        self._anchors[name] = anchor
        if len(self._anchors) > MAX_ANCHORS:
            message = f"The document defines more than {MAX_ANCHORS:,} anchors."
            raise self._refusal("document.yaml-expansion", message, event)

    @property
    def _nodes(self) -> int:
        return len(self.trail.offsets) + MAX_NODES - self._room

    def _charge(self, anchor: _Anchor, event: _AliasEvent) -> None:
        """Count what one more use of an anchored value adds to the document, as if it were written out."""
        self._room -= anchor.nodes - 1
        self._letters += anchor.letters
        height = len(self._frames) + anchor.height
        if len(self.trail.offsets) >= self._room:
            raise self._too_many_nodes(event)
        if self._letters > MAX_TEXT:
            message = f"Written out, the aliases would add more than {MAX_TEXT:,} characters."
            raise self._refusal("document.yaml-expansion", message, event)
        if height > MAX_DEPTH:
            raise self._too_deep(event)
        self._peak = max(self._peak, height)

    def _start(self, container: dict[str, object] | list[object], event: _NodeEvent) -> None:
        if event.tag is not None and event.tag != "!":
            raise self._tag_refusal(event)
        if self._key is None and type(self._container) is dict:
            raise self._complex_key(event)
        if event.anchor is not None:
            # Until it ends, an alias to it would be a value that contains itself.
            self._anchors.pop(event.anchor, None)
        frame = _Frame(container, len(self.trail.offsets), event.anchor, self._nodes, self._letters, self._peak)
        self.trail.offsets.append(event.start_mark.index)
        self._put(container)
        self._frames.append(frame)
        self._peak = len(self._frames)
        if self._peak > MAX_DEPTH:
            raise self._too_deep(event)
        self._collections += 1
        if len(self.trail.offsets) > self._room or self._collections > MAX_COLLECTIONS:
            raise self._too_many_nodes(event)
        self._container, self._key = container, None

    def _take_key(self, key: str, event: _Event) -> None:
        if key in self._container:  # type: ignore[operator]  # callers have seen that it is a mapping
            message = f"The key {key[:60]!r} stands twice in one mapping."
            raise self._refusal("document.duplicate-key", message, event)
        if key == "<<" and getattr(event, "implicit", (True,))[0]:
            raise self._refusal("document.yaml-merge", "A merge key (<<) is not part of YAML 1.2.", event)
        self._key = self._names.setdefault(key, key)

    def _put(self, value: object) -> None:
        container = self._container
        if type(container) is dict:
            container[self._key] = value  # type: ignore[index]  # callers take a key first
            self._key = None
        elif type(container) is list:
            container.append(value)
        else:
            self.root = value

    def _value(self, event: _ScalarEvent) -> Scalar:
        text: str = event.value
        if text in self._plain:
            return self._plain[text]
        try:
            value = resolve(text)
        except NotFiniteError as error:
            message = f"{text[:60]} is not a finite number of at most {MAX_NUMBER} characters."
            raise self._refusal("document.number", message, event) from error
        self._plain[text] = value
        return value

    def _too_many_nodes(self, event: _Event) -> ParseError:
        message = f"The document has more than {MAX_NODES:,} keys and values, or {MAX_COLLECTIONS:,} lists and objects."
        return self._refusal("document.too-many-nodes", message, event)

    def _complex_key(self, event: _Event) -> ParseError:
        return self._refusal(
            "document.yaml-complex-key", "A key is a collection; JSON has only strings for keys.", event
        )

    def _too_deep(self, event: _Event) -> ParseError:
        return self._refusal("document.too-deep", f"Collections are nested more than {MAX_DEPTH} deep.", event)

    def _tag_refusal(self, event: _NodeEvent) -> ParseError:
        message = f"The tag {str(event.tag)[:60]!r} asks for a type of a program's own."
        return self._refusal("document.yaml-tag", message, event)

    def _refusal(self, code: str, message: str, event: _Event) -> ParseError:
        line, column = place(self._text, event.start_mark.index)
        return ParseError(code, message, line=line, column=column)


def _syntax_error(text: str, error: yaml.YAMLError) -> ParseError:
    problem = str(getattr(error, "problem", None) or "it cannot be read")
    context = getattr(error, "context", None)
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    message = f"This is not YAML: {f'{context}, ' if context else ''}{problem}."
    if mark is None:
        return ParseError("document.yaml-syntax", message)
    line, column = place(text, mark.index)
    return ParseError("document.yaml-syntax", message, line=line, column=column, fix=_advice(text, mark.index, problem))


def _advice(text: str, offset: int, problem: str) -> str:
    here = text[offset : offset + 2]
    if here.startswith("\t"):
        return "Indent with spaces: YAML allows no tab here."
    if here[:1] in {"`", "@", "%", "*", "&"}:
        return "Put the value in quotes: it begins with a character that YAML reserves."
    if "mapping values are not allowed" in problem:
        return "Put a value that contains ': ' in quotes, and check the indentation of this line."
    if "expected <block end>" in problem or "did not find expected key" in problem:
        return "Check the indentation: this line stands neither beside nor below the one it belongs to."
    return ""
