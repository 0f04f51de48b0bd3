"""The tables of the README, made from the template and the declared routes."""

from __future__ import annotations

import importlib
import re
from typing import TYPE_CHECKING, Any

from local.template import Template, read_template

if TYPE_CHECKING:
    from collections.abc import Iterable

Document = dict[str, Any]


def with_tables(readme: str, description: Document) -> str:
    """Return the README with its tables as they should be; `description` is the API's OpenAPI document."""
    template = read_template()
    tables = {"routes": _routes(description), "functions": _functions(template)}
    for name, lines in tables.items():
        readme = _with_table(readme, name, "\n".join(lines))
    return readme


def _with_table(readme: str, name: str, table: str) -> str:
    pattern = rf"(<!-- {name}: [^>]*-->\n).*?(<!-- end of {name} -->)"
    return re.sub(pattern, lambda found: f"{found[1]}{table}\n{found[2]}", readme, flags=re.DOTALL)


def _routes(description: Document) -> Iterable[str]:
    yield "| route | who | does |"
    yield "|---|---|---|"
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            if method == "head":
                continue
            who = operation.get("description", "For everybody.").removeprefix("For ").removesuffix(".")
            yield f"| `{method.upper()} {path}` | {who} | {operation['summary']} |"


def _functions(template: Template) -> Iterable[str]:
    yield "| function | runs on | does |"
    yield "|---|---|---|"
    for function in sorted(template.functions.values(), key=lambda each: each.package):
        does = (importlib.import_module(function.package).__doc__ or "").strip()
        yield f"| `{function.package.rsplit('.', 1)[1]}` | {_triggers(template, function.name)} | {does} |"


def _triggers(template: Template, function: str) -> str:
    triggers = {
        "HTTP": any(route.function == function for route in template.routes),
        "SQS": any(source.function == function for source in template.queues),
        "DynamoDB stream": any(source.function == function for source in template.streams),
        "schedule": any(schedule.function == function for schedule in template.schedules),
    }
    return ", ".join(name for name, is_there in triggers.items() if is_there)
