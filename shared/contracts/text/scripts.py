"""Which alphabet a letter is of, and which letters of other alphabets look like Latin ones.

The standard library knows no script property; the first word of a letter's Unicode name is it, for all alphabets that
matter here.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_CYRILLIC = dict(
    zip(
        "аеорсухіјѕԁԛԝһӏѵьАВЕКМНОРСТХІЈЅԚԜҮӀгпв",
        "aeopcyxijsdqwhlvbABEKMHOPCTXIJSQWYIrnB",
        strict=True,
    )
)
_GREEK = dict(zip("ανορτυικχεγωΑΒΕΖΗΙΚΜΝΟΡΤΥΧϲϳ", "avoptuikxeywABEZHIKMNOPTYXcj", strict=True))
_ARMENIAN = dict(zip("աոսցհօԼՕՍոզղյքւ", "wnugholOUnqnjpL", strict=True))
_CHEROKEE = dict(zip("ᎪᎫᎬᎳᎷᎻᎽᏀᏂᏃᏎᏏᏔᏙᏚᏞᏟᏢᏦᎠᎡᎢᎥᎩᏒᏗ", "AJEWMHYGhZ4bWVSLCPKDRTiYRJ", strict=True))
_PHONETIC = dict(zip("ɑɡɩɪʏɴʀʜʟʙᴀᴄᴅᴇᴊᴋᴍᴏᴘᴛᴜᴠᴡᴢ", "agiiynrhlbacdejkmoptuvwz", strict=True))
LOOKALIKES: dict[str, str] = {**_CYRILLIC, **_GREEK, **_ARMENIAN, **_CHEROKEE}
"""Letters of other alphabets that a reader takes for Latin ones."""
PHONETIC = frozenset(_PHONETIC)
"""Latin letters of phonetic notation that a reader takes for ordinary ones."""
_ALL_ALIKE = {**LOOKALIKES, **_PHONETIC}
_FOLDED = str.maketrans(_ALL_ALIKE)
_FEW = 12
"""So many letters are replaced faster one by one than by a table."""
_ALIKE = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU"})
_JOINING = frozenset(
    {
        "ARABIC", "SYRIAC", "MONGOLIAN", "NKO", "MANDAIC", "DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI", "ORIYA",
        "TAMIL", "TELUGU", "KANNADA", "MALAYALAM", "SINHALA", "TIBETAN", "MYANMAR", "KHMER", "BALINESE", "JAVANESE",
    }
)  # fmt: skip
_UNSPACED = frozenset({"THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN", "JAVANESE", "BALINESE", "TAI", "NEW"})


@lru_cache(maxsize=20_000)
def script_of(character: str) -> str:
    """Return the alphabet of a letter or mark, such as `CYRILLIC`; "" for what belongs to none."""
    if unicodedata.category(character)[0] not in "LM":
        return ""
    return unicodedata.name(character, "").partition(" ")[0].partition("-")[0]


def is_alike(script: str) -> bool:
    """Tell whether an alphabet is one of those whose letters pass for each other's."""
    return script in _ALIKE


def is_joining(character: str) -> bool:
    """Tell whether a letter is of an alphabet in which joiners (U+200C, U+200D) are part of the spelling."""
    return script_of(character) in _JOINING


def is_unspaced(character: str) -> bool:
    """Tell whether a letter is of an alphabet that marks word boundaries with U+200B."""
    return script_of(character) in _UNSPACED


def is_right_to_left(character: str) -> bool:
    """Tell whether a character is written from right to left."""
    return unicodedata.bidirectional(character) in {"R", "AL"}


def folded(text: str) -> str:
    """Return a text with letters replaced by the Latin ones that they look like."""
    present = _ALL_ALIKE.keys() & set(text)
    if len(present) > _FEW:
        return text.translate(_FOLDED)
    for letter in sorted(present):
        text = text.replace(letter, _ALL_ALIKE[letter])
    return text
