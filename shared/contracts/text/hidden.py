"""Characters that people do not see, or see otherwise than a model does. Each rule takes one text.

What is honest in one alphabet is hiding in another: joiners belong to Persian and Hindi, U+200B to Thai, variation
selectors to emoji and ideographs, direction marks to Hebrew. Each exception is as narrow as its use.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from shared.contracts.text.scripts import (
    LOOKALIKES,
    PHONETIC,
    is_alike,
    is_joining,
    is_right_to_left,
    is_unspaced,
    script_of,
)
from shared.contracts.text.visible import HIDDEN, describe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

type Hit = tuple[str, int, str]
"""Code, offset, and what was found there."""

_HIDDEN = re.compile(f"[{HIDDEN}]")
_OTHER_HIDDEN = re.compile(
    f"(?![\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufe00-\ufe0f\U000e0000-\U000e007f\U000e0100-\U000e01ef])[{HIDDEN}]"
)
"""Less those that have a rule of their own."""
_FLAG = re.compile(
    "\U0001f3f4\U000e0067\U000e0062(?:\U000e0065\U000e006e\U000e0067|\U000e0073\U000e0063\U000e0074|"
    "\U000e0077\U000e006c\U000e0073)\U000e007f"
)
_TAG_RUN = re.compile("[\U000e0000-\U000e007f]+")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_MARK = re.compile("[\u200e\u200f\u061c]")
_JOINERS = re.compile("[\u200c\u200d]")
_SELECTOR_RUN = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]+")
_EMOJI = (
    "\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u25fe\u2600-\u27bf\u2934\u2935\u2b05-\u2b55"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
_SELECTABLE = re.compile(f"[#*0-9\u00a9\u00ae{_EMOJI}]")
_EMOJI_END = re.compile(f"[{_EMOJI}\ufe0f]")
_EMOJI_START = re.compile(f"[{_EMOJI}]")
_IDEOGRAPH = re.compile("[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_OPERATOR = re.compile("[\u2200-\u22ff\u2a00-\u2aff]")
_MONGOLIAN = re.compile("[\u1800-\u18af]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9a\x9c-\x9f]|\r(?!\n|$)")
_ANSI = re.compile("[\x1b\x9b]")
_NOT_ASCII = re.compile("[^\x00-\x7f]")
_STACK = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{4,}")
SPACE_RUN = re.compile(r"\s{15,}")
_ODD_SPACES = re.compile("[\u1680\u2000-\u200a\u205f]{3,}")
_STYLED_LETTERS = "\U0001d400-\U0001d7cb\u24b6-\u24e9\U0001f130-\U0001f149\U0001f150-\U0001f169\U0001f170-\U0001f189"
_STYLED = re.compile(f"(?:[{_STYLED_LETTERS}]\\s?){{3,}}")
_WIDE = re.compile("[\uff21-\uff3a\uff41-\uff5a]{3,}")
_EAST_ASIAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_WORD = re.compile(r"[^\W\d_]+")
_MANY_JOINERS = 8
_MOST_SPACES = 120
_MOST_BLANK_LINES = 15
_SHORTEST_DISGUISE = 3
_LONGEST_DECODED = 80


def is_plain(text: str) -> bool:
    """Tell whether a text is of printable ASCII, so that it hides nothing but, perhaps, itself behind white space."""
    return text.isascii() and text.isprintable()


def hidden_hits(text: str) -> Iterator[Hit]:
    """Yield what the characters of a text hide, at most one hit of each kind."""
    yield from _controls(text)
    if text.isascii():
        return
    alphabet = "".join(sorted(set(text)))
    for sign, rule in _RULES:
        if sign.search(alphabet):
            yield from rule(text)


def _controls(text: str) -> Iterator[Hit]:
    if found := _ANSI.search(text):
        yield "text.ansi", found.start(), "an escape sequence for terminals"
    if found := _CONTROL.search(text):
        yield "text.control", found.start(), describe(found.group())


def padding_hits(text: str) -> Iterator[Hit]:
    """Yield where a text pushes what follows out of sight."""
    for found in SPACE_RUN.finditer(text):
        run = found.group()
        if len(run) >= _MOST_SPACES or run.count("\n") >= _MOST_BLANK_LINES:
            yield "text.padding", found.start(), f"{len(run)} characters of white space"
            return


def _directions(text: str) -> Iterator[Hit]:
    if found := _BIDI.search(text):
        yield "text.bidi", found.start(), describe(found.group())
        return
    marks = list(_MARK.finditer(text))
    right_to_left = sum(map(is_right_to_left, text)) - len(marks) if marks else 0
    if marks and (len(marks) > right_to_left or re.search("[\u200e\u200f\u061c]{2}", text)):
        yield "text.bidi", marks[0].start(), describe(marks[0].group())


def _tags(text: str) -> Iterator[Hit]:
    flags = {offset for flag in _FLAG.finditer(text) for offset in range(*flag.span())}
    for run in _TAG_RUN.finditer(text):
        if run.start() not in flags:
            spelt = "".join(chr(ord(tag) - 0xE0000) for tag in run.group()[:_LONGEST_DECODED])
            yield "text.tag-characters", run.start(), f"tag characters that spell {spelt!r}"
            return


def _selectors(text: str) -> Iterator[Hit]:
    for run in _SELECTOR_RUN.finditer(text):
        if len(run.group()) > 1 or not _is_selectable(text, run.start()):
            shown = (
                "a variation selector" if len(run.group()) == 1 else f"{len(run.group())} variation selectors in a row"
            )
            yield "text.variation-selector", run.start(), shown
            return


def _is_selectable(text: str, offset: int) -> bool:
    before = text[offset - 1] if offset else ""
    match text[offset]:
        case "\ufe0e" | "\ufe0f":
            return bool(_SELECTABLE.match(before))
        case "\ufe00":
            return bool(_IDEOGRAPH.match(before) or _OPERATOR.match(before) or is_joining(before or " "))
        case "\ufe01" | "\ufe02":
            return bool(_IDEOGRAPH.match(before))
        case selector:
            return selector > "\U000e0000" and bool(_IDEOGRAPH.match(before))


def _invisible(text: str) -> Iterator[Hit]:
    for found in _OTHER_HIDDEN.finditer(text):
        if not _is_honest(text, found.start()):
            yield "text.invisible", found.start(), describe(found.group())
            return
    joiners = len(_JOINERS.findall(text))
    if joiners >= _MANY_JOINERS and joiners * 3 > sum(map(str.isalpha, text)):
        first = min(text.find(joiner) % (len(text) + 1) for joiner in "\u200c\u200d")
        yield "text.invisible", first, f"{joiners} joiners"
    if spaces := _ODD_SPACES.search(text):
        yield "text.invisible", spaces.start(), f"{len(spaces.group())} unusual spaces in a row"


def _is_honest(text: str, offset: int) -> bool:
    """Tell whether an invisible character is where the spelling of some language, or an emoji, needs it."""
    before = text[offset - 1] if offset else " "
    after = text[offset + 1] if offset + 1 < len(text) else " "
    match text[offset]:
        case "\u200c":
            return is_joining(before)
        case "\u200d":
            return is_joining(before) or bool(_EMOJI_END.match(before) and _EMOJI_START.match(after))
        case "\u200b":
            return is_unspaced(before) or is_unspaced(after)
        case "\u180b" | "\u180c" | "\u180d" | "\u180e" | "\u180f":
            return bool(_MONGOLIAN.match(before))
        case "\u2800":
            return any("\u2801" <= character <= "\u28ff" for character in text)
        case _:
            return False


def _unknown(text: str) -> Iterator[Hit]:
    strange = [character for character in sorted(set(text)) if _is_no_character(character)]
    if strange:
        first = min(strange, key=text.index)
        yield "text.not-characters", text.index(first), describe(first)


def _is_no_character(character: str) -> bool:
    category = unicodedata.category(character)
    if category in {"Co", "Cs"}:
        return True
    # Emoji and ideographs newer than this Python's tables are unassigned to it and honest all the same.
    is_new = "\U0001f000" <= character <= "\U0003ffff" and ord(character) & 0xFFFE != 0xFFFE  # noqa: PLR2004
    return category == "Cn" and not is_new and not _HIDDEN.match(character)


def _marks(text: str) -> Iterator[Hit]:
    if found := _STACK.search(text):
        yield "text.stacked-marks", found.start(), f"{len(found.group())} marks on one character"


def _styled(text: str) -> Iterator[Hit]:
    found = _STYLED.search(text) or (not _EAST_ASIAN.search(text) and _WIDE.search(text))
    if found:
        shown = unicodedata.normalize("NFKC", found.group())
        yield "text.styled-letters", found.start(), f"letters that read {shown[:_LONGEST_DECODED]!r}"


def _scripts(text: str) -> Iterator[Hit]:
    letters = set(text)
    alike = {script for script in map(script_of, letters) if is_alike(script)}
    if len(alike) < 2 and letters.isdisjoint(PHONETIC):  # noqa: PLR2004  # two alphabets make a mixture
        return
    for found in _foreign_words(text):
        if _is_mixed(found.group()):
            yield "text.mixed-script", found.start(), f"the word {found.group()[:_LONGEST_DECODED]!r}"
            return
    yield from _disguised_words(text)


def _foreign_words(text: str) -> Iterator[re.Match[str]]:
    return (found for found in _WORD.finditer(text) if not found.group().isascii())


def _is_mixed(word: str) -> bool:
    scripts = {script_of(letter) for letter in word}
    alike = {script for script in scripts if is_alike(script)}
    if len(alike) > 1:
        # Greek letters that resemble no Latin one stand in words such as the physicist's "kΩ" or "Δt".
        foreign = {letter for letter in word if script_of(letter) != "LATIN"}
        return alike != {"LATIN", "GREEK"} or any(letter in LOOKALIKES for letter in foreign)
    return any(letter in PHONETIC for letter in word) and any(letter.isascii() for letter in word)


def _disguised_words(text: str) -> Iterator[Hit]:
    """Yield a word that is wholly of look-alikes in a text that is otherwise Latin."""
    latin = sum(letter.isascii() for letter in text if letter.isalpha())
    foreign = sum(letter in LOOKALIKES for letter in text)
    if foreign * 5 > latin:
        return
    for found in _foreign_words(text):
        word = found.group()
        if len(word) >= _SHORTEST_DISGUISE and all(letter in LOOKALIKES for letter in word):
            yield "text.mixed-script", found.start(), f"the word {word[:_LONGEST_DECODED]!r}, which only looks Latin"
            return


_RULES: tuple[tuple[re.Pattern[str], Callable[[str], Iterator[Hit]]], ...] = (
    (re.compile(f"{_BIDI.pattern}|{_MARK.pattern}"), _directions),
    (_TAG_RUN, _tags),
    (_SELECTOR_RUN, _selectors),
    (re.compile(f"{_OTHER_HIDDEN.pattern}|[\u1680\u2000-\u200a\u205f]"), _invisible),
    (_NOT_ASCII, _unknown),
    (re.compile(_STACK.pattern.partition("{")[0]), _marks),
    (re.compile(f"[{_STYLED_LETTERS}\uff21-\uff3a\uff41-\uff5a]"), _styled),
    (_NOT_ASCII, _scripts),
)
"""Each rule, and a sign without which it has nothing to say: looked for once, in the characters that a text has."""
