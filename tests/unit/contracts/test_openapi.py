"""The OpenAPI document: version, shape, references, operations and servers."""

from __future__ import annotations

import pytest

from tests.unit.contracts.documents import (
    HOST,
    SCHEMA,
    as_bytes,
    codes,
    found,
    judged,
    operation,
    schema,
    with_operation,
    with_paths,
)

_OK = {"200": {"description": "ok"}}


@pytest.mark.parametrize("version", ["3.0.0", "3.0.3", "3.0.4", "3.1.0", "3.1.1", "3.2.0"])
def test_three_lines_of_openapi_are_read(version: str) -> None:
    assert codes(judged(schema_body=schema(openapi=version))) == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"swagger": "2.0", "paths": {}}, "schema.swagger-2"),
        ({"openapi": "2.0"}, "schema.version"),
        ({"openapi": "4.0.0"}, "schema.version"),
        ({"openapi": "3.3.0"}, "schema.version"),
        ({"openapi": 3.1}, "schema.version"),
        ({"openapi": None}, "schema.version"),
        ({"paths": {}}, "schema.version"),
        ([], "document.not-object"),
        ('"text"', "document.not-object"),
        ("", "document.empty"),
        ("{", "document.json-syntax"),
        ("a: b: c", "document.yaml-syntax"),
    ],
)
def test_what_is_no_openapi_3_is_refused_with_a_clear_word(body: object, code: str) -> None:
    assert codes(judged(schema_body=body), "error") == [code]


def test_a_schema_that_could_not_be_fetched_is_the_callers_to_report() -> None:
    judgement = judged(schema_body=None)
    assert codes(judgement) == []
    assert judgement.names == {"manifest": "ai-plugin.json"}
    assert judgement.content_digest is None


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (as_bytes(SCHEMA), "openapi.json"),
        (b"\xef\xbb\xbf" + as_bytes(SCHEMA), "openapi.json"),
        (b"openapi: 3.0.0\ninfo: {title: a, version: '1'}\npaths: {}\n", "openapi.yaml"),
        (b"{openapi: 3.0.0}", "openapi.yaml"),
        (b"{broken", "openapi.json"),
        (b"- [", "openapi.yaml"),
    ],
)
def test_the_file_name_follows_the_content(body: bytes, name: str) -> None:
    assert judged(schema_body=body, schema_url=f"https://{HOST}/whatever").names["schema"] == name


def test_json_that_is_only_yaml_is_said_to_be() -> None:
    body = as_bytes(SCHEMA).replace(b'"openapi": "3.0.1"', b'openapi: "3.0.1"')
    finding = found(judged(schema_body=body), "document.json-read-as-yaml")
    assert (finding.severity, finding.line) == ("warning", 2)


# -- shape ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "changes", "pointer", "words"),
    [
        ("3.0.0", {"info": {"title": "t"}}, "/info", "'version' is missing"),
        ("3.0.0", {"info": {"title": "t", "version": "1", "servers": []}}, "/info", "'servers' does not belong"),
        ("3.0.0", {"components": {"schemas": {"a": {"type": "double"}}}}, "/components/schemas/a/type", "none of"),
        ("3.0.0", {"components": {"schemas": {"a": {"required": True}}}}, "/components/schemas/a/required", "array"),
        ("3.1.0", {"components": {"schemas": {"a": {"type": "double"}}}}, "/components/schemas/a/type", "none of"),
        (
            "3.1.0",
            {"components": {"schemas": {"a": {"discriminator": {}}}}},
            "/components/schemas/a/discriminator",
            "prop",
        ),
        (
            "3.2.0",
            {"components": {"schemas": {"a": {"xml": {"nodeType": "x"}}}}},
            "/components/schemas/a/xml",
            "none of",
        ),
        ("3.2.0", {"info": {"title": 7, "version": "1"}}, "/info/title", "string"),
    ],
)
def test_a_broken_shape_is_named_at_its_place(
    version: str, changes: dict[str, object], pointer: str, words: str
) -> None:
    body = with_operation() | {"openapi": version, **changes}
    finding = found(judged(schema_body=body), "schema.shape")
    assert finding.pointer.startswith(pointer)
    assert words in finding.message
    assert finding.severity == "warning"
    assert found(judged(schema_body=body, profile="documented"), "schema.shape").severity == "error"


def test_a_large_broken_document_gets_its_first_place_named() -> None:
    schemas: dict[str, object] = {f"s{n}": {"type": "no such type", "description": "word " * 50} for n in range(1_000)}
    assert codes(judged(schema_body=with_operation() | {"components": {"schemas": schemas}})).count("schema.shape") == 1


def test_a_publishers_pattern_is_data() -> None:
    schemas = {"a": {"type": "string", "pattern": "^(a+)+$", "example": "a" * 64 + "!"}, "b": {"pattern": "(((("}}
    assert "error" not in {
        f.severity for f in judged(schema_body=with_operation() | {"components": {"schemas": schemas}}).findings
    }


# -- references ----------------------------------------------------------------------------------------------


def _with_reference(reference: object, **schemas: object) -> dict[str, object]:
    parameter = {"name": "a", "in": "query", "schema": {"$ref": reference}}
    return with_operation(parameters=[parameter]) | {"components": {"schemas": schemas}}


@pytest.mark.parametrize(
    "reference",
    [
        "other.yaml",
        "other.yaml#/a",
        "./openapi.yaml#/components/schemas/a",
        "https://elsewhere.net/a.yaml",
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "//elsewhere.net/a",
        "",
    ],
)
def test_a_reference_out_of_the_document_is_refused(reference: str) -> None:
    finding = found(judged(schema_body=_with_reference(reference)), "schema.ref-external")
    assert finding.severity == "error"
    assert finding.pointer == "/paths/~1a/get/parameters/0/schema/$ref"


@pytest.mark.parametrize("reference", ["#components/schemas/a", "#a", "#a/b"])
def test_a_reference_that_is_no_pointer_is_refused(reference: str) -> None:
    assert found(judged(schema_body=_with_reference(reference, a={})), "schema.ref-form").severity == "error"


@pytest.mark.parametrize(
    "reference",
    [
        "#/components/schemas/b",
        "#/components/schemas/a/properties/c",
        "#/paths/~1a/get/parameters/1",
        "#/components/schemas/a/",
    ],
)
def test_a_reference_of_a_request_that_leads_nowhere_is_an_error(reference: str) -> None:
    body = _with_reference(reference, a={"type": "string"})
    assert codes(judged(schema_body=body), "error") == ["schema.ref-unresolved"]


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("#/components/schemas/a", "a"),
        ("#/components/schemas/a~1b", "a/b"),
        ("#/components/schemas/a~0b", "a~b"),
        ("#/components/schemas/a%20b", "a b"),
        ("#/components/schemas/%C3%A9", "é"),
    ],
)
def test_pointers_are_read_as_the_standards_say(reference: str, name: str) -> None:
    found_codes = codes(judged(schema_body=_with_reference(reference, **{name: {"type": "string"}})))
    assert not [code for code in found_codes if code.startswith("schema.ref")]


def test_an_answer_that_leads_nowhere_is_a_warning() -> None:
    responses = {
        "200": {"description": "ok", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/a"}}}}
    }
    judgement = judged(schema_body=with_operation(responses=responses))
    assert codes(judgement) == ["schema.ref-dangling"]
    assert judgement.findings[0].severity == "warning"


def test_a_component_that_a_request_needs_through_another_counts_as_needed() -> None:
    body = _with_reference("#/components/schemas/a", a={"properties": {"b": {"$ref": "#/components/schemas/none"}}})
    assert "schema.ref-unresolved" in codes(judged(schema_body=body))


@pytest.mark.parametrize(
    "schemas",
    [
        {"a": {"$ref": "#/components/schemas/a"}},
        {"a": {"$ref": "#/components/schemas/b"}, "b": {"$ref": "#/components/schemas/a"}},
        {"a": {"allOf": [{"$ref": "#/components/schemas/a"}, {"type": "object"}]}},
        {"a": {"$ref": "#/components/schemas/b"}, "b": {"allOf": [{"$ref": "#/components/schemas/a"}]}},
    ],
)
def test_references_in_a_circle_are_refused_once(schemas: dict[str, object]) -> None:
    judgement = judged(schema_body=_with_reference("#/components/schemas/a", **schemas))
    assert codes(judgement).count("schema.ref-cycle") == 1


@pytest.mark.parametrize(
    "schemas",
    [
        {"a": {"properties": {"children": {"type": "array", "items": {"$ref": "#/components/schemas/a"}}}}},
        {"a": {"oneOf": [{"$ref": "#/components/schemas/b"}]}, "b": {"allOf": [{"$ref": "#/components/schemas/a"}]}},
        {"a": {"additionalProperties": {"$ref": "#/components/schemas/a"}}},
    ],
)
def test_a_thing_may_hold_things_of_its_kind(schemas: dict[str, object]) -> None:
    assert codes(judged(schema_body=_with_reference("#/components/schemas/a", **schemas))) == []


@pytest.mark.parametrize(
    "where",
    [
        {"example": {"$ref": "other.yaml"}},
        {"default": {"$ref": "other.yaml"}},
        {"enum": [{"$ref": "other.yaml"}]},
        {"x-note": {"$ref": "other.yaml"}},
    ],
)
def test_what_looks_like_a_reference_inside_data_is_none(where: dict[str, object]) -> None:
    body = with_operation() | {"components": {"schemas": {"a": {"type": "object", **where}}}}
    assert not [code for code in codes(judged(schema_body=body)) if code.startswith("schema.ref")]


@pytest.mark.parametrize("name", ["example", "default", "enum", "x-note", "$ref", "properties", "examples"])
def test_properties_may_bear_the_names_of_keywords(name: str) -> None:
    body = with_operation() | {"components": {"schemas": {"a": {"properties": {name: {"$ref": "other.yaml"}}}}}}
    assert "schema.ref-external" in codes(judged(schema_body=body))


def test_a_value_in_an_example_object_is_data() -> None:
    content = {"application/json": {"examples": {"one": {"value": {"$ref": "other.yaml"}}}}}
    body = with_operation(responses={"200": {"description": "ok", "content": content}})
    assert codes(judged(schema_body=body)) == []


def test_an_anchor_is_a_name_from_openapi_3_1_on() -> None:
    body = _with_reference("#pet", a={"$anchor": "pet", "type": "string"})
    assert "schema.ref-form" in codes(judged(schema_body=body))
    assert codes(judged(schema_body=body | {"openapi": "3.1.0"})) == []


# -- operations ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("paths", [{}, {"/a": {}}, {"/a": {"parameters": []}}, {"x-a": {"get": operation()}}])
def test_a_document_without_calls_is_refused(paths: object) -> None:
    assert "schema.no-operations" in codes(judged(schema_body=with_paths(paths)), "error")


@pytest.mark.parametrize(
    ("paths", "pointer"),
    [([], "/paths"), ("no", "/paths"), ({"/a": []}, "/paths/~1a"), ({"/a": {"get": "no"}}, "/paths/~1a/get")],
)
def test_parts_of_another_type_are_refused(paths: object, pointer: str) -> None:
    assert found(judged(schema_body=with_paths(paths)), "schema.structure").pointer == pointer


def test_two_operations_of_one_name_are_refused() -> None:
    paths = {"/a": {"get": operation()}, "/b": {"post": operation()}}
    finding = found(judged(schema_body=with_paths(paths)), "schema.operation-id-duplicate")
    assert (finding.severity, finding.pointer) == ("error", "/paths/~1b/post/operationId")


@pytest.mark.parametrize("name", [{}, {"operationId": ""}, {"operationId": 7}])
def test_an_operation_without_a_name_is_a_warning(name: dict[str, object]) -> None:
    body = with_paths({"/a": {"get": {"responses": _OK, **name}}})
    assert found(judged(schema_body=body), "schema.operation-id-missing").severity == "warning"


@pytest.mark.parametrize(
    ("version", "method", "is_known"),
    [
        ("3.0.0", "patch", True),
        ("3.0.0", "fetch", False),
        ("3.0.0", "GET", False),
        ("3.1.0", "query", False),
        ("3.2.0", "query", True),
        ("3.0.0", "x-own", True),
    ],
)
def test_methods_are_those_of_the_version(version: str, method: str, *, is_known: bool) -> None:
    body = with_paths({"/a": {"get": operation(), method: operation(operationId="b")}}, openapi=version)
    assert ("schema.method" in codes(judged(schema_body=body))) is not is_known


def test_operations_of_other_methods_are_operations_from_3_2_on() -> None:
    item = {"additionalOperations": {"COPY": operation()}}
    assert codes(judged(schema_body=with_paths({"/a": item}, openapi="3.2.0"))) == []


def test_a_path_begins_with_a_slash() -> None:
    assert found(judged(schema_body=with_paths({"a": {"get": operation()}})), "schema.path-form").pointer == "/paths/a"


def test_a_path_may_be_a_reference() -> None:
    body = with_paths({"/a": {"$ref": "#/components/pathItems/a"}}, openapi="3.1.0")
    body["components"] = {"pathItems": {"a": {"get": operation()}}}
    assert codes(judged(schema_body=body)) == []


def test_long_texts_count_under_the_published_limits_alone() -> None:
    body = with_operation(
        summary="word " * 50, parameters=[{"name": "a", "in": "query", "schema": {}, "description": "w" * 201}]
    )
    assert codes(judged(schema_body=body)) == []
    assert codes(judged(schema_body=body, profile="documented")) == ["schema.text-too-long"] * 2


# -- servers -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "servers",
    [
        [{"url": f"https://{HOST}"}],
        [{"url": f"https://{HOST}/v1"}],
        [{"url": f"https://api.{HOST}/v1"}],
        [{"url": f"https://{{region}}.{HOST}", "variables": {"region": {"default": "eu"}}}],
    ],
)
def test_servers_on_the_plugins_site_pass(servers: object) -> None:
    assert codes(judged(schema_body=schema(servers=servers))) == []


@pytest.mark.parametrize(
    ("servers", "code"),
    [
        ([{"url": "https://elsewhere.net"}], "schema.server-host"),
        ([{"url": "https://some-publisher.net"}], "schema.server-host"),
        ([{"url": f"http://{HOST}"}], "schema.server-url"),
        ([{"url": "http://localhost:3333"}], "schema.server-url"),
        ([{"url": "https://127.0.0.1"}], "schema.server-url"),
        ([{"url": f"https://{HOST}:8443"}], "schema.server-url"),
        ([{"url": "https://{host}", "variables": {"host": {"default": "elsewhere.net"}}}], "schema.server-host"),
        ([{"url": "https://{host}"}], "schema.server-url"),
        ([{"url": "//elsewhere.net/v1"}], "schema.server-host"),
        ([{}], "schema.server-url"),
    ],
)
def test_calls_that_would_leave_the_plugins_site_are_refused(servers: object, code: str) -> None:
    assert code in codes(judged(schema_body=schema(servers=servers)), "error")


def test_the_first_server_that_fits_counts_and_the_others_are_noticed() -> None:
    servers = [{"url": "http://localhost:3000"}, {"url": f"https://{HOST}"}, {"url": "https://elsewhere.net"}]
    judgement = judged(schema_body=schema(servers=servers))
    assert codes(judgement) == ["schema.server-ignored"] * 2
    assert [finding.pointer for finding in judgement.findings] == ["/servers/0/url", "/servers/2/url"]


@pytest.mark.parametrize("place", ["path", "operation"])
def test_servers_of_a_path_or_an_operation_are_held_to_the_same(place: str) -> None:
    servers = {"servers": [{"url": "https://elsewhere.net"}]}
    item: dict[str, object] = {"get": operation(**servers)} if place == "operation" else {"get": operation(), **servers}
    finding = found(judged(schema_body=with_paths({"/a": item})), "schema.server-host")
    assert finding.severity == "error"
    assert finding.pointer.startswith("/paths/~1a/")
