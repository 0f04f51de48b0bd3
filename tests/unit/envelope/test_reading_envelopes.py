"""Reading an envelope: its format, what is wrong where, and the JSON Schema of it."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from shared.envelope.document import STATIC, Envelope, json_schema, write_envelope
from shared.envelope.reading import EnvelopeInvalidError, envelope_of, read_envelope
from tests.unit.envelope.envelopes import envelope

_TEXT = {"at": "/info/description", "reads": ["As of ", {"date": "YYYY-MM-DD"}]}
_SCHEMA = jsonschema_rs.validator_for(json_schema())


@pytest.mark.parametrize(
    ("value", "pointer", "message"),
    [
        ([], "", "object"),
        ({"envelope": 2}, "/envelope", "format is 1"),
        ({"envelope": True}, "/envelope", "format is 1"),
        ({"envelope": 1.0}, "/envelope", "format is 1"),
        ({"surprise": 1}, "/surprise", "no member"),
        ({"refresh_minutes": 1}, "/refresh_minutes", "15"),
        ({"texts": [_TEXT | {"at": "info/description"}]}, "/texts/0/at", "JSON pointer"),
        ({"texts": [{"at": "/info/description"}]}, "/texts/0", "'reads' is missing"),
        ({"texts": [_TEXT | {"reads": []}]}, "/texts/0/reads", "at least 1"),
        ({"texts": [_TEXT | {"reads": ["a", 7]}]}, "/texts/0/reads/1", "A piece is"),
        ({"texts": [_TEXT | {"reads": [{"pattern": ".*"}]}]}, "/texts/0/reads/0", "A piece is"),
        ({"texts": [_TEXT | {"reads": [{"date": "DD-MM"}]}]}, "/texts/0/reads/0/date", "YYYY-MM-DD"),
        ({"texts": [_TEXT | {"reads": [{"date": "hh:mm", "x": 1}]}]}, "/texts/0/reads/0/x", "no member"),
        ({"texts": [_TEXT | {"reads": [{"number": {"least": 9, "most": 2}}]}]}, "/texts/0/reads/0/number", "below"),
        ({"enums": [{"at": "/a/enum"}]}, "/enums/0", "any_of"),
        ({"servers": {"any_of": ["http://example.com"]}}, "/servers/any_of/0", "https URL"),
        ({"servers": {"any_of": ["https://{region}.example.com"]}}, "/servers/any_of/0", "https URL"),
        ({"optional_operations": ["get"]}, "/optional_operations/0", "method and its path"),
    ],
)
def test_what_is_no_envelope_is_told_where_and_how_to_mend_it(value: Any, pointer: str, message: str) -> None:  # noqa: ANN401
    with pytest.raises(EnvelopeInvalidError) as raised:
        envelope_of(value)
    (misfit,) = raised.value.misfits
    assert misfit.pointer == pointer
    assert message in misfit.message


@pytest.mark.parametrize("hidden", ["\u202e", "\u200b", "\n", "\ue000"])
def test_no_character_that_hides_may_be_named(hidden: str) -> None:
    words = {"characters": ["letters"], "longest": 9, "also": hidden}
    with pytest.raises(EnvelopeInvalidError, match="can be seen"):
        envelope_of({"texts": [_TEXT | {"reads": [{"words": words}]}]})


def test_text_that_is_neither_json_nor_yaml_is_told_with_its_line() -> None:
    with pytest.raises(EnvelopeInvalidError, match="line 2"):
        read_envelope(b"texts:\n  - at: [")


def test_an_envelope_reads_the_same_in_json_and_yaml() -> None:
    value = json.loads(write_envelope(envelope()))
    assert read_envelope(yaml.safe_dump(value).encode()) == read_envelope(json.dumps(value).encode()) == envelope()


def test_what_says_the_same_is_written_the_same() -> None:
    spelled_out = Envelope.model_validate({"envelope": 1, "refresh_minutes": 1440, "texts": [], "servers": None})
    assert write_envelope(spelled_out) == write_envelope(STATIC) == b'{\n  "envelope": 1\n}\n'


_JSON = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-2, 20), st.sampled_from(["", "a", "/a/enum", "YYYY-MM-DD", "letters"])
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2),
        st.dictionaries(
            st.sampled_from(["date", "number", "one_of", "most", "longest", "words", "at", "x"]), inner, max_size=3
        ),
    ),
    max_leaves=6,
)


@given(st.sampled_from(["texts", "enums", "servers", "optional_operations", "refresh_minutes", "envelope"]), _JSON)
def test_the_json_schema_refuses_nothing_that_is_an_envelope(name: str, value: object) -> None:
    try:
        envelope_of({name: value})
    except EnvelopeInvalidError:
        return
    assert _SCHEMA.is_valid({name: value})


def test_the_json_schema_takes_an_envelope_with_everything_and_refuses_what_is_unknown() -> None:
    value = json.loads(write_envelope(envelope()))
    assert _SCHEMA.is_valid(value)
    assert not _SCHEMA.is_valid(value | {"surprise": 1})
    assert not _SCHEMA.is_valid({"texts": [_TEXT | {"reads": [{"pattern": ".*"}]}]})
    assert not _SCHEMA.is_valid({"texts": [_TEXT | {"at": "nowhere"}]})
