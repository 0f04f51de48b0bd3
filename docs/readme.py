"""The table of the README, made from the template."""

from __future__ import annotations

import importlib
import re
from typing import TYPE_CHECKING

from local.template import Template, read_template

if TYPE_CHECKING:
    from collections.abc import Iterable


def with_functions(readme: str) -> str:
    """Return the README with its table of functions as it should be."""
    return with_table(readme, "functions", "\n".join(_functions(read_template())))


def with_table(readme: str, name: str, table: str) -> str:
    """Return a page with the table between its marks as it should be."""
    pattern = rf"(<!-- {name}: [^>]*-->\n).*?(<!-- end of {name} -->)"
    return re.sub(pattern, lambda found: f"{found[1]}{table}\n{found[2]}", readme, flags=re.DOTALL)


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
