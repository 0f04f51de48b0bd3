"""The grammar of OpenAPI 3.0, 3.1 and 3.2: which place of an API description is what, and which rules speak of it."""

from __future__ import annotations

import json

from shared.diff import judging
from shared.diff.changes import Side
from shared.diff.grammar import (
    Codes,
    Definitions,
    Either,
    Keyed,
    Kind,
    Map,
    Paths,
    Positional,
    Record,
    Scalars,
    Value,
    Variants,
    codes,
    one_code,
)
from shared.diff.operations import METHODS, SAFE_METHODS
from shared.diff.renames import renamed_parameters, sole_items

_LONGEST_WORD = 40
"""Characters. An enumerated value that is longer, or holds a blank, is a text rather than a token."""


def _text(stem: str) -> Value:
    return Value(codes=codes(f"model_text.{stem}"), judge=judging.text(f"model_text.{stem}"))


def _changes(stem: str) -> Value:
    return Value(codes=codes(stem))


EXTENSION = Value(codes=codes("contract.extension"), judge=judging.extension)
_DESCRIPTION = _text("description")
_SUMMARY = _text("summary")
_TITLE = _text("title")
_EXAMPLE = _text("example")
_SERIALISATION = _changes("contract.serialisation")


def _fits(stem: str) -> Codes:
    """Return the rules of something that lets fewer values fit when it is there."""
    return Codes(f"{stem}-narrowed", f"{stem}-widened", f"{stem}-changed")


_LIMIT = _fits("contract.limit")
_TYPE = _fits("contract.type")
_FLAG = Codes(
    "capability.consequential-flag-changed",
    "capability.consequential-flag-dropped",
    "capability.consequential-flag-changed",
)
_RESTRICTION = Value(codes=_LIMIT, judge=judging.restriction("contract.limit"))
_LEAST = Value(codes=_LIMIT, judge=judging.at_least)
_MOST = Value(codes=_LIMIT, judge=judging.at_most)
_REQUIRED = Value(codes=codes("contract.required-list"), judge=judging.REQUIRED)
_DEPRECATED = Value(codes=codes("contract.deprecated"), judge=judging.DEPRECATED)
_ACCESS = Value(
    codes=codes("contract.access"),
    judge=judging.flag("contract.access-added", "contract.access-removed", "contract.access-changed"),
)
_SERIALISATION_FLAG = Value(
    codes=codes("contract.serialisation"),
    judge=judging.flag(
        "contract.serialisation-added", "contract.serialisation-removed", "contract.serialisation-changed"
    ),
)
OAUTH_URL = Value(codes=one_code("destination.oauth-url"), judge=judging.oauth_url)

_EXTERNAL_DOCS = Record(
    name="externalDocs",
    codes=codes("model_text.link"),
    other=EXTENSION,
    transparent=True,
    fields={"url": _changes("model_text.link"), "description": _DESCRIPTION},
)
_EXAMPLE_OBJECT = Record(
    name="example",
    codes=codes("model_text.example"),
    other=_EXAMPLE,
    referable=True,
    fields={
        "summary": _SUMMARY,
        "description": _DESCRIPTION,
        "value": _EXAMPLE,
        "externalValue": _changes("model_text.link"),
    },
)
_EXAMPLES = Map(item=_EXAMPLE_OBJECT, codes=codes("model_text.example"))


def _enum_item(value: object) -> Codes:
    is_text = isinstance(value, str) and (" " in value.strip() or len(value) > _LONGEST_WORD)
    return codes("model_text.enum-text" if is_text else "contract.enum-value")


_REQUIRED_ITEM = Codes("contract.property-required", "contract.property-optional", "contract.required-list-changed")
_TAG = codes("model_text.tag")

# -- Schemas, which hold schemas ---------------------------------------------------------------------------------------
_SCHEMA = Record(name="schema", codes=codes("contract.schema"), other=EXTENSION, referable=True)
SCHEMA = Either(record=_SCHEMA, value=_changes("contract.schema"))
_PROPERTY = Either(
    record=Record(
        name="property", codes=codes("contract.property"), other=EXTENSION, fields=_SCHEMA.fields, referable=True
    ),
    value=_changes("contract.property"),
)
_PROPERTIES = Map(item=_PROPERTY, codes=codes("contract.property"), renamed="contract.property-renamed")
_OPEN = Either(record=_SCHEMA, value=Value(codes=_LIMIT, judge=judging.openness))
_SUBSCHEMA = Either(record=_SCHEMA, value=_RESTRICTION)
_COMPONENT = codes("contract.component")
_ALTERNATIVES = Variants(item=SCHEMA, codes=codes("contract.variant"))
_PARTS = Variants(item=SCHEMA, codes=codes("contract.part"))
_SCHEMA.fields.update(
    {
        "type": Value(codes=_TYPE, judge=judging.types),
        "nullable": Value(codes=_TYPE, judge=judging.NULLABLE),
        "format": Value(codes=_fits("contract.format"), judge=judging.restriction("contract.format")),
        "title": _TITLE,
        "description": _DESCRIPTION,
        "example": _EXAMPLE,
        "examples": _EXAMPLE,
        "$comment": _text("comment"),
        "default": _changes("contract.default"),
        "enum": Scalars(codes=codes("contract.enum"), item_codes=_enum_item, counts_when_empty=True),
        "required": Scalars(codes=codes("contract.required-list"), item_codes=lambda _: _REQUIRED_ITEM),
        "properties": _PROPERTIES,
        "patternProperties": Map(item=_PROPERTY, codes=codes("contract.property")),
        "additionalProperties": _OPEN,
        "unevaluatedProperties": _OPEN,
        "unevaluatedItems": _OPEN,
        "items": Either(record=_SCHEMA, value=Value(codes=_LIMIT, judge=judging.openness)),
        "prefixItems": Positional(item=SCHEMA, codes=codes("contract.schema")),
        "allOf": _PARTS,
        "anyOf": _ALTERNATIVES,
        "oneOf": _ALTERNATIVES,
        "if": _SUBSCHEMA,
        "then": _SUBSCHEMA,
        "else": _SUBSCHEMA,
        "contains": _SUBSCHEMA,
        "propertyNames": _SUBSCHEMA,
        "contentSchema": _SUBSCHEMA,
        "dependentSchemas": Map(item=SCHEMA, codes=codes("contract.schema")),
        "$defs": Map(item=SCHEMA, codes=codes("contract.component")),
        "definitions": Map(item=SCHEMA, codes=codes("contract.component")),
        "minimum": _LEAST,
        "exclusiveMinimum": _LEAST,
        "minLength": _LEAST,
        "minItems": _LEAST,
        "minProperties": _LEAST,
        "minContains": _LEAST,
        "maximum": _MOST,
        "exclusiveMaximum": _MOST,
        "maxLength": _MOST,
        "maxItems": _MOST,
        "maxProperties": _MOST,
        "maxContains": _MOST,
        "uniqueItems": Value(codes=_LIMIT, judge=judging.UNIQUE),
        "pattern": _RESTRICTION,
        "const": _RESTRICTION,
        "multipleOf": _RESTRICTION,
        "not": _RESTRICTION,
        "dependentRequired": _RESTRICTION,
        "contentEncoding": _changes("contract.serialisation"),
        "contentMediaType": _changes("contract.serialisation"),
        "discriminator": _SERIALISATION,
        "xml": _SERIALISATION,
        "readOnly": _ACCESS,
        "writeOnly": _ACCESS,
        "deprecated": _DEPRECATED,
        "externalDocs": _EXTERNAL_DOCS,
    }
)

# -- Servers and security ----------------------------------------------------------------------------------------------
_SERVER_VARIABLE = Value(codes=one_code("destination.server-variable"))


def _field(item: object, name: str) -> str | None:
    value = item.get(name) if isinstance(item, dict) else None
    return value if isinstance(value, str) else None


def _server_key(item: object) -> str | None:
    return _field(item, "url")


_SERVER = Record(
    name="server",
    codes=Codes("destination.server-added", "destination.server-removed", "destination.servers-changed"),
    other=EXTENSION,
    judge=judging.server,
    fields={
        "url": Value(codes=one_code("destination.server-url"), judge=judging.server_url),
        "description": _DESCRIPTION,
        "name": _TITLE,
        "variables": Map(
            item=Record(
                name="server variable",
                codes=one_code("destination.server-variable"),
                other=_SERVER_VARIABLE,
                fields={"description": _DESCRIPTION},
            ),
            codes=one_code("destination.server-variable"),
        ),
    },
)
SERVERS = Keyed(
    item=_SERVER,
    key=_server_key,
    codes=one_code("destination.servers-changed"),
    order="destination.server-order",
    pairs=sole_items,
)


def _scheme_names(item: object) -> str | None:
    return json.dumps(sorted(item)) if isinstance(item, dict) else None


_SCOPES = Scalars(
    codes=codes("destination.security"),
    item_codes=lambda _: codes("capability.scope"),
)
_SECURITY = Keyed(
    item=Record(name="security requirement", codes=codes("destination.security"), other=_SCOPES),
    key=_scheme_names,
    codes=codes("destination.security"),
    counts_when_empty=True,
)
_SCHEME = codes("destination.security-scheme")
_SCOPE = Codes("capability.scope-added", "capability.scope-removed", "model_text.description-changed")
_FLOW = Record(
    name="flow",
    codes=_SCHEME,
    other=EXTENSION,
    fields={
        "authorizationUrl": OAUTH_URL,
        "tokenUrl": OAUTH_URL,
        "refreshUrl": OAUTH_URL,
        "deviceAuthorizationUrl": OAUTH_URL,
        "scopes": Map(
            item=Value(codes=_SCOPE),
            codes=_SCHEME,
        ),
    },
)
_SECURITY_SCHEME = Record(
    name="security scheme",
    codes=_SCHEME,
    other=Value(codes=_SCHEME),
    referable=True,
    fields={
        "description": _DESCRIPTION,
        "openIdConnectUrl": OAUTH_URL,
        "flows": Record(name="flows", codes=_SCHEME, other=_FLOW, transparent=True),
    },
)

# -- What is sent and what comes back ----------------------------------------------------------------------------------
_HEADER_CODES = codes("contract.header")
_CONTENT_CODES = codes("contract.media-type")
_VALUE_FIELDS: dict[str, Kind] = {
    "description": _DESCRIPTION,
    "required": _REQUIRED,
    "deprecated": _DEPRECATED,
    "schema": SCHEMA,
    "example": _EXAMPLE,
    "examples": _EXAMPLES,
    "style": _SERIALISATION,
    "explode": _SERIALISATION,
    "allowReserved": _SERIALISATION_FLAG,
    "allowEmptyValue": _SERIALISATION_FLAG,
}
_HEADER = Record(name="header", codes=_HEADER_CODES, other=EXTENSION, fields=_VALUE_FIELDS, referable=True)
_MEDIA_TYPE = Record(
    name="media type",
    codes=_CONTENT_CODES,
    other=EXTENSION,
    referable=True,
    fields={
        "schema": SCHEMA,
        "itemSchema": SCHEMA,
        "example": _EXAMPLE,
        "examples": _EXAMPLES,
        "encoding": Map(item=_SERIALISATION, codes=codes("contract.serialisation")),
    },
)
_CONTENT = Map(item=_MEDIA_TYPE, codes=_CONTENT_CODES)
_VALUE_FIELDS["content"] = _CONTENT
PARAMETER = Record(
    name="parameter",
    codes=codes("contract.parameter"),
    other=EXTENSION,
    referable=True,
    side=Side.REQUEST,
    judge=judging.parameter,
    fields={**_VALUE_FIELDS, "name": Value(codes=one_code("contract.parameter-renamed"))},
)


def parameter_key(item: object) -> str | None:
    """Return what a parameter is known by: where it goes, and its name."""
    place, name = _field(item, "in"), _field(item, "name")
    return None if place is None or name is None else json.dumps([place, name])


_PARAMETERS = Keyed(
    item=PARAMETER,
    key=parameter_key,
    codes=codes("contract.parameter"),
    pairs=renamed_parameters,
)
_REQUEST_BODY = Record(
    name="request body",
    codes=codes("contract.request-body"),
    other=EXTENSION,
    referable=True,
    side=Side.REQUEST,
    fields={"description": _DESCRIPTION, "required": _REQUIRED, "content": _CONTENT},
)
_LINK = Record(
    name="link",
    codes=codes("contract.link"),
    other=_changes("contract.link"),
    referable=True,
    fields={"description": _DESCRIPTION, "server": _SERVER},
)
_RESPONSE = Record(
    name="response",
    codes=codes("contract.response"),
    other=EXTENSION,
    referable=True,
    side=Side.RESPONSE,
    fields={
        "description": _DESCRIPTION,
        "summary": _SUMMARY,
        "headers": Map(item=_HEADER, codes=_HEADER_CODES),
        "content": _CONTENT,
        "links": Map(item=_LINK, codes=codes("contract.link")),
    },
)

# -- Operations --------------------------------------------------------------------------------------------------------
_CALLBACK = Value(codes=codes("capability.callback"))
_OPERATION_FIELDS: dict[str, Kind] = {
    "operationId": _changes("model_text.operation-name"),
    "summary": _SUMMARY,
    "description": _DESCRIPTION,
    "tags": Scalars(codes=_TAG, item_codes=lambda _: _TAG),
    "externalDocs": _EXTERNAL_DOCS,
    "parameters": _PARAMETERS,
    "requestBody": _REQUEST_BODY,
    "responses": Map(item=_RESPONSE, codes=codes("contract.response")),
    "callbacks": Map(item=_CALLBACK, codes=codes("capability.callback")),
    "deprecated": _DEPRECATED,
    "security": _SECURITY,
    "servers": SERVERS,
    "x-openai-isConsequential": Value(codes=_FLAG, judge=judging.consequential),
}


def _operation(added: str) -> Record:
    gone = Codes(added, "capability.operation-removed", "capability.operation-changed")
    return Record(name="operation", codes=gone, other=EXTENSION, carved=("servers",), fields=_OPERATION_FIELDS)


_READING = _operation("capability.operation-added")
_WRITING = _operation("capability.write-operation-added")
PATH_ITEM = Record(
    name="path",
    codes=codes("contract.path-shared"),
    other=EXTENSION,
    transparent=True,
    referable=True,
    fields={
        **{method: _READING if method in SAFE_METHODS else _WRITING for method in METHODS},
        "summary": _SUMMARY,
        "description": _DESCRIPTION,
        "servers": SERVERS,
        "parameters": _PARAMETERS,
        "additionalOperations": Map(item=_WRITING, codes=codes("capability.operation")),
    },
)


def _component(record: Record) -> Record:
    """Return the same record as a shared part, which comes and goes under its own rule."""
    return Record(
        name=record.name,
        codes=_COMPONENT,
        other=record.other,
        fields=record.fields,
        referable=True,
        side=record.side,
    )


COMPONENTS = Definitions(
    codes=_COMPONENT,
    other=EXTENSION,
    sections={
        "schemas": Either(record=_component(_SCHEMA), value=_changes("contract.component")),
        "parameters": _component(PARAMETER),
        "responses": _component(_RESPONSE),
        "requestBodies": _component(_REQUEST_BODY),
        "headers": _component(_HEADER),
        "examples": _component(_EXAMPLE_OBJECT),
        "links": _component(_LINK),
        "callbacks": _CALLBACK,
        "securitySchemes": _SECURITY_SCHEME,
        "pathItems": _component(PATH_ITEM),
        "mediaTypes": _component(_MEDIA_TYPE),
    },
)

_CONTACT = _changes("listing.contact")
_LEGAL = _changes("listing.legal")
_INFO = Record(
    name="info",
    codes=codes("model_text.title"),
    other=EXTENSION,
    transparent=True,
    fields={
        "title": _TITLE,
        "summary": _SUMMARY,
        "description": _DESCRIPTION,
        "version": _changes("listing.api-version"),
        "termsOfService": _LEGAL,
        "license": Record(name="license", codes=codes("listing.legal"), other=_LEGAL, transparent=True),
        "contact": Record(name="contact", codes=codes("listing.contact"), other=_CONTACT, transparent=True),
    },
)
_TAGS = Keyed(
    item=Record(
        name="tag",
        codes=_TAG,
        other=_changes("model_text.tag"),
        fields={"description": _DESCRIPTION, "summary": _SUMMARY, "externalDocs": _EXTERNAL_DOCS},
    ),
    key=lambda item: _field(item, "name"),
    codes=_TAG,
)
OPENAPI = Record(
    name="API description",
    codes=codes("contract.document"),
    other=EXTENSION,
    fields={
        "openapi": _changes("contract.openapi-version"),
        "jsonSchemaDialect": _changes("contract.openapi-version"),
        "$self": EXTENSION,
        "info": _INFO,
        "servers": SERVERS,
        "paths": Paths(item=PATH_ITEM, codes=codes("capability.paths")),
        "webhooks": Map(item=_CALLBACK, codes=codes("capability.callback")),
        "components": COMPONENTS,
        "security": _SECURITY,
        "tags": _TAGS,
        "externalDocs": _EXTERNAL_DOCS,
    },
)
