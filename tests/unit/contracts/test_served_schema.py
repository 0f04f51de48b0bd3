"""The served form of a schema that does not say where it is called: one change, and every other byte as it was."""

from __future__ import annotations

import json

import pytest

from shared.contracts.parsing import parse
from tests.unit.contracts.documents import HOST, codes, found, judged, schema

_ORIGIN = f"https://{HOST}"
_URL = f"{_ORIGIN}/spec/openapi.yaml"


def served(body: str | bytes, url: str = _URL) -> bytes | None:
    return judged(schema_body=body, schema_url=url).served.get("schema")


def test_a_schema_with_absolute_servers_is_served_as_it_came() -> None:
    judgement = judged(schema_body=schema())
    assert judgement.served == {}
    assert "schema.servers-completed" not in codes(judgement)


_YAML = """# By hand.
openapi: 3.0.1   # the version
info: {title: Todo, version: '1'}
paths:
  /a:
    get:
      operationId: a
      responses: {'200': {description: ok}}
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (_YAML, _YAML.replace("openapi:", f'servers:\n  - url: "{_ORIGIN}"\nopenapi:', 1)),
        ("---\n" + _YAML, "---\n" + _YAML.replace("openapi:", f'servers:\n  - url: "{_ORIGIN}"\nopenapi:', 1)),
        (
            '{"openapi": "3.0.1", "paths": {}}',
            f'{{"servers": [{{"url": "{_ORIGIN}"}}], "openapi": "3.0.1", "paths": {{}}}}',
        ),
        ('{\n  "openapi": "3.0.1"\n}\n', f'{{\n  "servers": [{{"url": "{_ORIGIN}"}}],\n  "openapi": "3.0.1"\n}}\n'),
        ("{openapi: 3.0.1}", f'{{"servers": [{{"url": "{_ORIGIN}"}}], openapi: 3.0.1}}'),
        ("  openapi: 3.0.1\n  paths: {}\n", f'  servers:\n    - url: "{_ORIGIN}"\n  openapi: 3.0.1\n  paths: {{}}\n'),
        ("openapi: 3.0.1\r\npaths: {}\r\n", f'servers:\r\n  - url: "{_ORIGIN}"\r\nopenapi: 3.0.1\r\npaths: {{}}\r\n'),
        ("? openapi\n: 3.0.1\n", None),
    ],
)
def test_missing_servers_are_written_before_the_first_key(before: str, after: str | None) -> None:
    result = served(before)
    assert result is not None
    if after is not None:
        assert result.decode() == after
    assert parse(result).value == {**parse(before.encode()).value, "servers": [{"url": _ORIGIN}]}  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("written", "absolute"),
    [
        ("/v1", f"{_ORIGIN}/v1"),
        ("'/v1'", f"{_ORIGIN}/v1"),
        ('"/v1"', f"{_ORIGIN}/v1"),
        ("/", f"{_ORIGIN}/"),
        ("v1", f"{_ORIGIN}/spec/v1"),
        ("./v1", f"{_ORIGIN}/spec/v1"),
        ("..", f"{_ORIGIN}/"),
        ("//api." + HOST, f"https://api.{HOST}"),
        ("'/{version}'", f"{_ORIGIN}/{{version}}"),
    ],
)
def test_a_relative_server_is_resolved_against_the_schemas_own_url(written: str, absolute: str) -> None:
    before = _YAML + f"servers:\n  - description: here # and why\n    url: {written}   # relative\n"
    result = served(before)
    assert result is not None
    assert result.decode() == before.replace(f"url: {written} ", f'url: "{absolute}" ')


def test_relative_servers_of_paths_and_operations_are_completed_too() -> None:
    before = _YAML.replace("      operationId", "      servers: [{url: /b}]\n      operationId")
    result = served(before + f"servers: [{{url: '{_ORIGIN}'}}]\n")
    assert result is not None
    value = parse(result).value
    assert value["paths"]["/a"]["get"]["servers"] == [{"url": f"{_ORIGIN}/b"}]  # type: ignore[index]


@pytest.mark.parametrize("empty", [" []", "", " null", " {}", " ~", " [ ]   # none"])
def test_servers_that_name_nothing_are_replaced_where_they_stand(empty: str) -> None:
    before = _YAML + f"servers:{empty}\nx-last: 1\n"
    result = served(before)
    assert result is not None
    assert result.decode().startswith(_YAML)
    assert result.decode().endswith("\nx-last: 1\n")
    assert parse(result).value["servers"] == [{"url": _ORIGIN}]  # type: ignore[index]


def test_servers_of_another_type_are_replaced_by_writing_the_document_anew() -> None:
    result = served(_YAML + "servers: ''\n")
    assert result is not None
    parsed = parse(result)
    assert parsed.format == "yaml"
    assert parsed.value["servers"] == [{"url": _ORIGIN}]  # type: ignore[index]


def test_the_byte_order_mark_stays() -> None:
    result = served(b"\xef\xbb\xbf" + _YAML.encode())
    assert result is not None
    assert result.startswith(b"\xef\xbb\xbf# By hand.")


def test_a_document_that_no_edit_fits_is_written_anew_in_its_format() -> None:
    body = '{"openapi": "3.0.1", "servers": false, "paths": {}, "x-text": "no"}'
    result = served(body)
    assert result is not None
    assert json.loads(result) == {**json.loads(body), "servers": [{"url": _ORIGIN}]}


def test_words_that_other_readers_take_for_booleans_stay_strings() -> None:
    body = _YAML + "x-country: 'no'\nx-octal: '0o17'\nx-date: '2023-05-22'\nservers: ''\n"
    result = served(body)
    assert result is not None
    value = parse(result).value
    assert (value["x-country"], value["x-octal"], value["x-date"]) == ("no", "0o17", "2023-05-22")  # type: ignore[index]


def test_the_completion_is_noted_for_the_publisher() -> None:
    finding = found(judged(schema_body=_YAML, schema_url=_URL), "schema.servers-completed")
    assert finding.severity == "notice"
    assert _ORIGIN in finding.message


def test_a_relative_server_that_leads_elsewhere_is_refused() -> None:
    judgement = judged(schema_body=_YAML + "servers: [{url: //elsewhere.net}]\n", schema_url=_URL)
    assert "schema.server-host" in codes(judgement, "error")
