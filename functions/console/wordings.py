"""How values are put into words and markup: moments, sizes, digests, states."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from shared.contracts.text.visible import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_KILO = 1024
_SHOWN_DIGITS = 12
_CLAMP = 320


def moment(text: str | None) -> Markup:
    """Write a moment of the API as a day and a time in UTC; a dash where there is none."""
    if not text:
        return Markup("–")  # noqa: RUF001 - a dash, for nothing
    at = _read(text)
    shown = f"{at.day} {at:%b %Y, %H:%M} UTC"
    return Markup('<time datetime="{}" title="{}">{}</time>').format(text, f"{at:%Y-%m-%d %H:%M:%S} UTC", shown)


def day(text: str) -> Markup:
    """Write a moment of the API as a day."""
    at = _read(text)
    return Markup('<time datetime="{}">{}</time>').format(text, f"{at.day} {at:%b %Y}")


def ago(text: str | None, now: datetime) -> Markup:
    """Write how long ago a moment was, or how long until it comes."""
    if not text:
        return Markup("–")  # noqa: RUF001
    at = _read(text)
    seconds = (now - at).total_seconds()
    span = duration(abs(seconds))
    if abs(seconds) < _MINUTE:
        told = "just now" if seconds >= 0 else "in a moment"
    else:
        told = f"{span} ago" if seconds > 0 else f"in {span}"
    return Markup('<time datetime="{}" title="{}">{}</time>').format(text, f"{at:%Y-%m-%d %H:%M:%S} UTC", told)


def duration(seconds: float) -> str:
    """Write a span of time by its largest unit: `3 hours`."""
    if seconds < _MINUTE:
        return counted(round(seconds), "second")
    if seconds < _HOUR:
        return counted(round(seconds / _MINUTE), "minute")
    if seconds < 2 * _DAY:
        return counted(round(seconds / _HOUR), "hour")
    return counted(round(seconds / _DAY), "day")


def counted(number: int, noun: str, plural: str = "") -> str:
    """Write a number of things: `1 finding`, `2,000 findings`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def size(count: int) -> str:
    """Write a number of bytes."""
    if count < _KILO:
        return counted(count, "byte")
    kilos = count / _KILO
    return f"{kilos:,.1f} KiB" if kilos < _KILO else f"{kilos / _KILO:,.1f} MiB"


def digest(text: str | None) -> Markup:
    """Write the beginning of a digest; the whole of it is the title, and what is copied."""
    if not text:
        return Markup("–")  # noqa: RUF001
    short = text.removeprefix("sha256:")[:_SHOWN_DIGITS]
    return Markup('<code class="digest" title="{}">{}</code>').format(text, short)


def foreign(text: str) -> Markup:
    """Write a stranger's text so that it ends where it ends: what hides is written out, its direction stays its own."""
    return Markup("<bdi>{}</bdi>").format(visible(text))


def prose(text: str, clamp: int = _CLAMP) -> Markup:
    """Write a stranger's text as a paragraph; the rest of a long one opens on demand."""
    shown = visible(text)
    if len(shown) <= clamp:
        return Markup('<p class="prose" dir="auto">{}</p>').format(shown)
    start = escape(shown[:clamp].rstrip())
    more = Markup('<details class="more"><summary><span class="prose" dir="auto">{}…</span> {}</summary>{}</details>')
    label = Markup('<span class="more-label">All {:,} characters</span>').format(len(text))
    return more.format(start, label, Markup('<p class="prose" dir="auto">{}</p>').format(shown))


def label(name: str) -> str:
    """Write a name of the API as words: `in_review` is `In review`."""
    return name.replace("_", " ").replace("-", " ").capitalize()


def initial(name: str) -> str:
    """Return the first letter of a name, for a tile without a picture; a dot where there is none."""
    return next((each.upper() for each in name if each.isalnum()), "·")


def _read(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


FILTERS: Mapping[str, Callable[..., object]] = {
    "ago": ago,
    "counted": counted,
    "day": day,
    "digest": digest,
    "duration": duration,
    "foreign": foreign,
    "initial": initial,
    "label": label,
    "moment": moment,
    "prose": prose,
    "size": size,
}
"""The filters of the templates."""
