"""The rule table is complete, and its page tells all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.diff import catalogue
from shared.diff.catalogue import CATALOGUE, page
from shared.diff.changes import Lane
from shared.diff.grammar import Definitions, Either, Keyed, Map, Paths, Positional, Record, Scalars, Value, Variants
from shared.diff.references import SECTIONS
from shared.diff.versions import grammar_of
from shared.domain.documents import AI_PLUGIN_V1

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.diff.grammar import Kind


def kinds() -> Iterator[Kind]:
    """Yield every kind of place of the grammar once."""
    waiting = list(grammar_of(AI_PLUGIN_V1).values())
    seen: set[int] = set()
    while waiting:
        kind = waiting.pop()
        if id(kind) in seen:
            continue
        seen.add(id(kind))
        yield kind
        match kind:
            case Record():
                waiting += [*kind.fields.values(), kind.other]
            case Definitions():
                waiting += [*kind.sections.values(), kind.other]
            case Either():
                waiting += [kind.record, kind.value]
            case Map() | Keyed() | Variants() | Positional() | Paths():
                waiting.append(kind.item)


def codes_of(kind: Kind) -> Iterator[str]:
    if not isinstance(kind, Either):
        yield from kind.codes
    if isinstance(kind, Scalars):
        yield from (*kind.item_codes("a"), *kind.item_codes("a text of some words"))
    if isinstance(kind, Map) and kind.renamed:
        yield kind.renamed
    if isinstance(kind, Keyed) and kind.order:
        yield kind.order


def test_every_code_of_the_grammar_is_in_the_catalogue() -> None:
    assert {code for kind in kinds() for code in codes_of(kind)} <= CATALOGUE.keys()


def test_no_code_stands_twice() -> None:
    tables = (
        catalogue._DESTINATION,
        catalogue._CAPABILITY,
        catalogue._MODEL_TEXT,
        catalogue._CONTRACT,
        catalogue._LISTING,
    )
    assert sum(map(len, tables)) == len(CATALOGUE)


def test_every_lane_has_rules_and_every_rule_a_row() -> None:
    text = page()
    for lane in Lane:
        assert f"## `{lane}`" in text
    for code in CATALOGUE:
        assert f"| `{code}` |" in text


def test_the_grammar_knows_every_section_of_shared_parts() -> None:
    (definitions,) = (kind for kind in kinds() if isinstance(kind, Definitions))
    assert definitions.sections.keys() == SECTIONS.keys()


def test_a_value_kind_is_one_of_those_that_can_be_compared() -> None:
    assert sum(isinstance(kind, Value) for kind in kinds()) > 20
