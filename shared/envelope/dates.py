"""Dates and times in texts, in a closed list of forms. Only days of the calendar are dates: 2023-02-30 is none."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import TYPE_CHECKING, NamedTuple

from shared.envelope.document import DateForm

if TYPE_CHECKING:
    from collections.abc import Iterator

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_FIELDS = {
    "YYYY": r"(?P<year>[0-9]{4})",
    "MM": r"(?P<month>[0-9]{2})",
    "DD": r"(?P<day>[0-9]{2})",
    "Month": rf"(?P<name>{'|'.join(_MONTHS)})",
    "D": r"(?P<day>[1-9][0-9]?)",
    "hh": r"(?P<hour>[0-9]{2})",
    "mm": r"(?P<minute>[0-9]{2})",
    "ss": r"(?P<second>[0-9]{2})",
}
_FIELD = re.compile("YYYY|Month|MM|DD|D|hh|mm|ss")
_EXAMPLE = datetime(2026, 11, 22, 18, 30)  # noqa: DTZ001 - a text to show


def _pattern(form: DateForm) -> re.Pattern[str]:
    """Make the pattern of a form. Every field has a bounded length, and none repeats inside another."""
    literal, fields = _FIELD.split(form), _FIELD.findall(form)
    pairs = zip(literal, (*(_FIELDS[field] for field in fields), ""), strict=True)
    return re.compile("".join(re.escape(between) + field for between, field in pairs))


_PATTERNS = {form: _pattern(form) for form in DateForm}


class Occurrence(NamedTuple):
    """A date in a text: where it begins and ends, and its form."""

    start: int
    end: int
    form: DateForm


def date_end(form: DateForm, text: str, start: int) -> int | None:
    """Return where a date ends that begins at an offset, None where there is none in this form."""
    found = _PATTERNS[form].match(text, start)
    return found.end() if found and _is_real(found) else None


def dates_in(text: str) -> Iterator[Occurrence]:
    """Yield the dates of a text in its order. Of several readings the longest counts, then the form listed first."""
    found = [
        Occurrence(match.start(), match.end(), form)
        for form, pattern in _PATTERNS.items()
        for match in pattern.finditer(text)
        if _is_real(match) and not _is_part_of_number(text, match)
    ]
    behind = 0
    for each in sorted(found, key=lambda occurrence: (occurrence.start, -occurrence.end)):
        if each.start >= behind:
            behind = each.end
            yield each


def example(form: DateForm) -> str:
    """Return a date in a form, to show what it looks like."""
    year, name = f"{_EXAMPLE.year}", _MONTHS[_EXAMPLE.month - 1]
    values = {"YYYY": year, "Month": name, "D": f"{_EXAMPLE.day}", "DD": f"{_EXAMPLE:%d}", "MM": f"{_EXAMPLE:%m}"}
    values |= {"hh": f"{_EXAMPLE:%H}", "mm": f"{_EXAMPLE:%M}", "ss": f"{_EXAMPLE:%S}"}
    return _FIELD.sub(lambda field: values[field.group()], form)


def _is_real(found: re.Match[str]) -> bool:
    parts = found.groupdict()
    month = _MONTHS.index(parts["name"]) + 1 if "name" in parts else int(parts.get("month", 1))
    hour, minute, second = (int(parts.get(field, 0)) for field in ("hour", "minute", "second"))
    try:
        date(int(parts.get("year", 1)), month, int(parts.get("day", 1)))
        time(hour, minute, second)
    except ValueError:
        return False
    return True


def _is_part_of_number(text: str, found: re.Match[str]) -> bool:
    """Tell whether digits touch what looks like a date: 12023-05-221 is none."""
    before, behind = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
    return (before.isdigit() and found.group()[0].isdigit()) or (behind.isdigit() and found.group()[-1].isdigit())
