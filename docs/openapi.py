"""The store's own OpenAPI document and its readable page, made from the routes that the functions declare."""

from __future__ import annotations

import html
import re
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from functions.resolve.app import ROUTES as PUBLIC_ROUTES
from local.template import read_template
from shared.edge import problems
from shared.edge.api import DEFAULT_LIMIT, LARGEST_LIMIT, Nothing
from shared.edge.callers import Scope

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shared.edge.api import Api, Route

type Document = dict[str, Any]

_REFERENCE = "#/components/schemas/{model}"
_SCOPES = {
    Scope.PUBLISH: "Submit plugins and read how they stand",
    Scope.REVIEW: "Read what is under review, and decide",
    Scope.USE: "Install and try plugins",
    Scope.OPERATE: "See how the store fares, and have given-up work tried again",
}


class ProblemError(BaseModel):
    """One thing that is wrong with a request: where, and what."""

    code: str
    pointer: str
    message: str


class ProblemOut(BaseModel):
    """An RFC 9457 problem."""

    type: str
    title: str
    status: int
    detail: str | None = None
    state: str | None = None
    reason: str | None = None
    errors: list[ProblemError] | None = None


def declared(packages: Iterable[str]) -> list[Route]:
    """Return every route that the functions of some packages declare. Not every function declares any."""
    modules = [import_module(f"{package}.app") for package in packages]
    apis: list[Api] = [module.api for module in modules if hasattr(module, "api")]
    return [route for api in apis for route in api.routes]


@cache
def document() -> Document:
    """Describe every route of every function that the template deploys."""
    routes = declared(function.package for function in read_template().functions.values())
    _, schemas = models_json_schema([(model, "serialization") for model in _models(routes)], ref_template=_REFERENCE)
    paths: Document = {}
    for route in sorted(routes, key=lambda route: (route.path, route.method)):
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    for path in PUBLIC_ROUTES:
        paths[path] = {method: _public_operation(path, method) for method in ("get", "head")}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Standfast",
            "version": "1",
            "summary": "A store for assistant plugins: the approved version stays live while its upgrade is reviewed.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": schemas["$defs"], "securitySchemes": _security()},
    }


def _models(routes: list[Route]) -> list[type[BaseModel]]:
    taken = [route.takes for route in routes if route.takes is not Nothing]
    answered = [route.answers for route in routes if route.answers]
    return sorted({*taken, *answered, ProblemOut}, key=lambda model: model.__name__)


def _security() -> Document:
    flow = {
        "authorizationUrl": "/oauth2/authorize",
        "tokenUrl": "/oauth2/token",
        "scopes": {scope.value: text for scope, text in _SCOPES.items()},
    }
    return {"token": {"type": "oauth2", "flows": {"authorizationCode": flow}}}


def _operation(route: Route) -> Document:
    name = route.call.__name__
    operation: Document = {"operationId": name, "summary": route.summary, "parameters": _parameters(route)}
    if route.takes is not Nothing:
        schema = {"$ref": _REFERENCE.format(model=route.takes.__name__)}
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    content = {}
    if route.answers:
        content = {"application/json": {"schema": {"$ref": _REFERENCE.format(model=route.answers.__name__)}}}
        content |= {media_type: {"schema": {"type": "string"}} for media_type in route.also}
    operation["responses"] = {
        str(route.status): {"description": route.summary, **({"content": content} if content else {})},
        "default": _problem(),
    }
    if route.roles:
        operation["security"] = [{"token": [role.scope.value]} for role in route.roles]
        operation["description"] = "For " + " and ".join(dict.fromkeys(role.group.value for role in route.roles)) + "."
    return operation


def _public_operation(path: str, method: str) -> Document:
    is_schema = "schema_name" in path
    summary = "Get the pinned schema of a version" if is_schema else "Get the live manifest"
    ok: Document = {"description": summary, "headers": {"ETag": {"schema": {"type": "string"}}}}
    return {
        "operationId": f"{method}_{'schema' if is_schema else 'manifest'}",
        "summary": summary,
        "parameters": _path_parameters(path),
        "responses": {
            "200": ok,
            "304": {"description": "The client's copy is current."},
            "404": _problem("Unknown, or never approved."),
            "410": _problem("Banned."),
        },
    }


def _parameters(route: Route) -> list[Document]:
    parameters = _path_parameters(route.path)
    if route.pages:
        limit = {"type": "integer", "minimum": 1, "maximum": LARGEST_LIMIT, "default": DEFAULT_LIMIT}
        parameters.append({"name": "limit", "in": "query", "schema": limit})
        parameters.append({"name": "cursor", "in": "query", "schema": {"type": "string"}})
    for name, text in route.queries.items():
        parameters.append({"name": name, "in": "query", "description": text, "schema": {"type": "string"}})
    if route.method not in {"GET", "HEAD"}:
        text = "A repeated request with the same key is carried out once; kept for a day."
        schema = {"type": "string", "maxLength": 255}
        parameters.append({"name": "Idempotency-Key", "in": "header", "description": text, "schema": schema})
    return parameters


def _path_parameters(path: str) -> list[Document]:
    kinds = {"version": "integer"}
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": kinds.get(name, "string")}}
        for name in re.findall(r"{(\w+)}", path)
    ]


def _problem(description: str = "A problem.") -> Document:
    schema = {"$ref": _REFERENCE.format(model=ProblemOut.__name__)}
    return {"description": description, "content": {problems.MEDIA_TYPE: {"schema": schema}}}


STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
html { background: Canvas; color: CanvasText } body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
a { color: light-dark(#0a5876, #82c8e6) } main { overflow-wrap: anywhere }
code { font-family: ui-monospace, monospace } table { border-collapse: collapse; width: 100% }
td, th { border-bottom: 1px solid #8886; padding: .3rem .6rem; text-align: left; vertical-align: top }
"""


def page(description: Document) -> str:
    """Write the description as a page that needs no script."""
    operations = [
        (path, method, operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]
    rows = "\n".join(_row(path, method, operation) for path, method, operation in operations)
    kinds = "\n".join(_model(name, schema) for name, schema in description["components"]["schemas"].items())
    info = description["info"]
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{info["title"]} API</title>
<style>{STYLE}</style>
</head>
<body><main>
<h1>{info["title"]} API</h1>
<p>{html.escape(info["summary"])} The same as <a href="/v1/openapi.json">OpenAPI</a>.</p>
<h2>Routes</h2>
<table>
<thead><tr><th>Route</th><th>Does</th><th>Takes</th><th>Answers</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
<h2>Documents</h2>
{kinds}
</main></body>
</html>
"""


def _row(path: str, method: str, operation: Document) -> str:
    takes = _model_link(operation.get("requestBody", {}).get("content", {}))
    status, answer = next(iter(operation["responses"].items()))
    who = html.escape(operation.get("description", "For everybody."))
    does = f"{html.escape(operation['summary'])}. {who}"
    route = f"<code>{method.upper()} {html.escape(path)}</code>"
    answers = f"{status} {_model_link(answer.get('content', {}))}"
    return f"<tr><td>{route}</td><td>{does}</td><td>{takes}</td><td>{answers}</td></tr>"


def _model_link(content: Document) -> str:
    for body in content.values():
        name = body["schema"]["$ref"].rsplit("/", 1)[1]
        return f'<a href="#{name}">{name}</a>'
    return ""


def _model(name: str, schema: Document) -> str:
    required = set(schema.get("required", ()))
    rows = "\n".join(
        f"<tr><td><code>{html.escape(field)}</code>{'' if field in required else ' (optional)'}</td>"
        f"<td>{html.escape(_type(kind))}</td><td>{html.escape(kind.get('description', ''))}</td></tr>"
        for field, kind in schema.get("properties", {}).items()
    )
    text = html.escape(schema.get("description", ""))
    return f'<h3 id="{name}">{name}</h3>\n<p>{text}</p>\n<table>\n{rows}\n</table>'


def _type(schema: Document) -> str:
    if "$ref" in schema:
        return str(schema["$ref"].rsplit("/", 1)[1])
    if "anyOf" in schema:
        return " or ".join(_type(each) for each in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return str(schema.get("format", schema.get("type", "anything")))
