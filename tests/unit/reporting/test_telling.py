"""What is told of changes: lane by lane, the gravest first, by the word, and never more than an answer holds."""

from __future__ import annotations

import copy
import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from shared.diff.changes import Lane, Risk
from shared.diff.texts import Happened
from shared.diff.versions import compare
from shared.reporting.telling import MOST_BYTES, MOST_CHANGES, tell
from tests.unit.diff.documents import SCHEMA, version

if TYPE_CHECKING:
    from shared.diff.changes import Change
    from shared.reporting.telling import Told, ToldChange


def changes(edited: dict[str, Any], original: dict[str, Any] = SCHEMA) -> tuple[Change, ...]:
    return compare(version({"schema": original}), version({"schema": edited}))


def edited() -> dict[str, Any]:
    return copy.deepcopy(SCHEMA)


def many(number: int, text: str) -> dict[str, Any]:
    """Return a schema with so many operations, each with a text."""
    answer = {"200": {"description": "ok"}}
    paths = {f"/{n}": {"get": {"operationId": f"o{n}", "summary": text, "responses": answer}} for n in range(number)}
    return {"openapi": "3.0.1", "info": {"title": "t", "version": "1"}, "paths": paths}


def text_of(told: ToldChange, *happened: Happened) -> str:
    return "".join(piece.text for piece in told.pieces if piece.happened in happened)


def written(told: Told) -> str:
    return json.dumps([[each.before, each.after, each.pieces, each.change.message] for each in told.changes])


def test_changes_come_lane_by_lane_and_the_gravest_first_in_each() -> None:
    new = edited()
    new["servers"][0]["url"] = "https://collector.example.net"
    new["info"]["description"] = "Other lists, see https://collector.example.net/."
    new["info"]["version"] = "2"
    new["paths"]["/lists"]["get"]["summary"] = "All lists."
    new["paths"]["/lists"]["put"] = {"operationId": "putLists", "responses": {"204": {"description": "Done."}}}
    told = tell(changes(new))
    lanes = [each.change.lane for each in told.changes]
    assert list(dict.fromkeys(lanes)) == [Lane.DESTINATION, Lane.MODEL_TEXT, Lane.CAPABILITY, Lane.LISTING]
    texts = [each.change.severity for each in told.changes if each.change.lane is Lane.MODEL_TEXT]
    assert texts == sorted(texts, key=lambda risk: -risk.rank)
    assert Risk.HIGH in texts


def test_a_text_is_told_by_the_word_with_what_hides_written_out() -> None:
    new = edited()
    new["info"]["description"] = "The secret\u202e lists of a user."
    (told,) = tell(changes(new)).changes
    assert text_of(told, Happened.REMOVED) == ""
    assert text_of(told, Happened.ADDED) == " secret⟦U+202E⟧"
    assert told.after == "The secret\u202e lists of a user."


def test_a_new_text_is_one_piece() -> None:
    new = edited()
    del new["info"]["description"]
    (told,) = tell(changes(SCHEMA, new)).changes
    assert [piece.happened for piece in told.pieces] == [Happened.ADDED]


def test_a_long_text_is_told_in_excerpts_around_what_changed() -> None:
    old, new = edited(), edited()
    old["info"]["description"] = "begin " + "word " * 2_000 + "end"
    new["info"]["description"] = "begin " + "word " * 1_000 + "poison " + "word " * 1_000 + "end"
    (told,) = tell(changes(new, old)).changes
    assert told.is_shortened
    assert isinstance(told.before, str)
    assert len(told.before) < 2_100
    assert text_of(told, Happened.ADDED).strip() == "poison"
    assert len(text_of(told, Happened.KEPT)) < 1_000


def test_what_is_no_text_is_told_as_it_is() -> None:
    new = edited()
    new["paths"]["/lists"]["get"]["parameters"][0]["required"] = True
    told = [each for each in tell(changes(new)).changes if each.change.new_pointer]
    assert [(each.after, each.is_shortened) for each in told] == [(True, False)]
    assert [piece.text for piece in told[0].pieces][-1] == "true"


def test_where_data_goes_is_told_as_a_whole() -> None:
    new = edited()
    new["servers"][0]["url"] = "https://todo.example.net"
    (told,) = tell(changes(new)).changes
    assert [piece.text for piece in told.pieces] == ["https://todo.example.com", "https://todo.example.net"]


def test_all_changes_are_counted_and_what_is_left_out_is_said() -> None:
    told = tell(changes(many(MOST_CHANGES + 20, "new"), many(MOST_CHANGES + 20, "old")))
    assert len(told.changes) == MOST_CHANGES
    assert told.left_out == 20
    assert told.counts == {lane: MOST_CHANGES + 20 if lane is Lane.MODEL_TEXT else 0 for lane in Lane}


def test_an_answer_stays_small_whatever_a_publisher_writes() -> None:
    hostile = '\u202e"<&\\' * 1_500
    told = tell(changes(many(400, f"{hostile} b"), many(400, f"a {hostile}")))
    assert len(written(told)) < 1.1 * MOST_BYTES
    assert told.left_out == 400 - len(told.changes) > 0


def test_one_change_that_is_too_large_hides_no_other() -> None:
    old, new = edited(), edited()
    new["paths"]["/" + "x" * MOST_BYTES] = {"get": {"operationId": "x", "responses": {}}}
    new["info"]["title"] = "Other"
    told = tell(changes(new, old))
    assert "/schema/info/title" in {each.change.new_pointer for each in told.changes}
    assert told.left_out >= 1


@pytest.mark.slow
def test_texts_that_take_long_to_compare_are_told_as_wholes_in_time() -> None:
    words = [chr(0x4E00 + n) for n in range(150)]
    old = " ".join(words[n * n % 149] for n in range(9_000))
    new = " ".join(words[n * n * n % 149] for n in range(9_000))
    found = changes(many(60, new), many(60, old))
    began = time.perf_counter()
    told = tell(found)
    assert time.perf_counter() - began < 30  # a tenth of it is usual; word by word it would be minutes
    assert all(each.pieces for each in told.changes)
