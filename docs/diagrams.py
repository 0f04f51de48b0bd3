"""The pictures that follow from the code: states from the table of moves, the flow of data from the template's grants.

Each is a graph in DOT (https://graphviz.org/doc/info/lang.html), drawn by Graphviz where that is installed.
"""

from __future__ import annotations

import hashlib
import subprocess
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from local.cloudformation import load
from local.template import TEMPLATE, read_template
from shared.domain.documents import Listing
from shared.domain.identity import Digest, PluginId, Subject
from shared.domain.plugin import Ban, Live, PluginStatus, Pointer
from shared.domain.version import CANDIDATE_STATES, MOVES, State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from local.template import Template

_STYLE = """  graph [rankdir=LR, bgcolor="transparent", fontname="Helvetica", nodesep=0.35, ranksep=0.7, pad=0.2]
  node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=12, color="#5b6b7f", fillcolor="#eef2f6", \
fontcolor="#1c2733", penwidth=1]
  edge [fontname="Helvetica", fontsize=10, color="#5b6b7f", fontcolor="#44546a", arrowsize=0.7]"""
_LIVE = 'fillcolor="#d7f0e0", color="#1f7a4d", penwidth=2'
_CANDIDATE = 'fillcolor="#fdf3d7", color="#9a6b00"'
_OUT = 'fillcolor="#f6e3e1", color="#a33a2c"'
_POINTER = "the pointer"
_WHO = {
    PluginStatus.UNVERIFIED: "100 developers, no users",
    PluginStatus.APPROVED: "everybody",
    PluginStatus.BANNED: "nobody",
}
_ANY, _BY, _EPOCH = PluginId("any"), Subject("reviewer"), datetime.fromtimestamp(0, UTC)
_SOME = Live(1, Digest("sha256:"), "", Digest("sha256:"), "", Listing("", "", "", "", ""), _EPOCH)
_WRITES = ("PutItem", "UpdateItem", "DeleteItem", "PutObject")


def graphs() -> Mapping[str, str]:
    """Return every picture's graph by its name."""
    return {"version-states": version_states(), "plugin-status": plugin_status(), "flow": flow()}


def version_states() -> str:
    """Draw what can become of a version."""
    nodes = [f"  {state} [{_look(state)}]" for state in State]
    joined: dict[tuple[State, State], list[str]] = defaultdict(list)
    for (before, action), after in MOVES.items():
        joined[before, after].append(action)
    edges = [f'  {before} -> {after} [label="{", ".join(words)}"]' for (before, after), words in joined.items()]
    return _graph("version", [*nodes, *edges])


def _look(state: State) -> str:
    label = f'label="{state.replace("_", " ")}"'
    if state is State.LIVE:
        return f"{label}, {_LIVE}"
    if state in CANDIDATE_STATES:
        return f"{label}, {_CANDIDATE}"
    is_end = not any(before is state for before, _ in MOVES)
    return f"{label}, {_OUT}" if is_end else label


def plugin_status() -> str:
    """Draw a plugin's status, which follows from its pointer: submissions and reviews of upgrades are not in it."""
    looks = {PluginStatus.APPROVED: _LIVE, PluginStatus.BANNED: _OUT}
    nodes = [f'  {each} [label="{each}\\n{_WHO[each]}", {looks.get(each, "")}]' for each in PluginStatus]
    edges: dict[str, None] = {}
    waiting, known = [Pointer(_ANY)], set[tuple[bool, bool]]()
    while waiting:
        pointer = waiting.pop()
        known.add((bool(pointer.live), bool(pointer.ban)))
        for word, after in _steps(pointer):
            edges[f'  {pointer.status} -> {after.status} [label="{word}"]'] = None
            if (bool(after.live), bool(after.ban)) not in known:
                waiting.append(after)
    return _graph("plugin", [*nodes, *edges])


def _steps(pointer: Pointer) -> Iterator[tuple[str, Pointer]]:
    """Say what may happen to a pointer: ban wins, so a banned one is only ever set free."""
    if pointer.ban:
        yield "lift the ban", replace(pointer, ban=None)
        return
    yield "release or roll back" if pointer.live else "release", replace(pointer, live=_SOME)
    yield "ban", replace(pointer, ban=Ban(_BY, _EPOCH, ""))


def flow() -> str:
    """Draw who calls whom and who may write what, as the template's event sources and roles have it."""
    template = read_template()
    document: Mapping[str, Any] = load(TEMPLATE)["Resources"]
    names = {function.name: function.package.rsplit(".", 1)[1] for function in template.functions.values()}
    lines = [
        f'  "{_POINTER}" [shape=cylinder, {_LIVE}]',
        '  "records" [shape=cylinder]',
        '  "objects" [shape=cylinder]',
    ]
    lines += [f'  "{name}" [style="filled", fillcolor="#dfe9fb"]' for name in sorted(names.values())]
    lines += sorted({*_sources(template, names), *_grants(document, names)})
    return _graph("flow", lines)


def _sources(template: Template, names: Mapping[str, str]) -> Iterator[str]:
    for route in template.routes:
        asker = "people and hosts" if route.scopes is not None else "the public, by the CDN"
        yield f'  "{asker}" -> "{names[route.function]}"'
    for queue in template.queues:
        yield f'  "{_queue(queue.queue)}" [shape=cds]'
        yield f'  "{_queue(queue.queue)}" -> "{names[queue.function]}"'
    for stream in template.streams:
        yield f'  "records" -> "{names[stream.function]}" [label="stream", style=dashed]'
    for schedule in template.schedules:
        yield f'  "clock" -> "{names[schedule.function]}" [style=dashed]'


def _grants(resources: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[str]:
    for function, name in names.items():
        for statement in _statements(resources, function):
            actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
            verbs = {action.partition(":")[2] for action in actions}
            yield from _touched(name, verbs, statement)


def _statements(resources: Mapping[str, Any], function: str) -> Iterator[Mapping[str, Any]]:
    role = resources[function.removesuffix("Function") + "Role"]["Properties"]
    for policy in role["Policies"]:
        yield from policy["PolicyDocument"]["Statement"]


def _touched(name: str, verbs: set[str], statement: Mapping[str, Any]) -> Iterator[str]:
    resource = str(statement["Resource"])
    keys = statement.get("Condition", {}).get("ForAllValues:StringLike", {}).get("dynamodb:LeadingKeys", [])
    if verbs & set(_WRITES) and "Table" in resource:
        if "LIVE#*" in keys:
            yield f'  "{name}" -> "{_POINTER}" [color="#1f7a4d", penwidth=2.2]'
        if any(key != "LIVE#*" for key in keys):
            yield f'  "{name}" -> "records"'
    if "PutObject" in verbs:
        yield f'  "{name}" -> "objects"'
    if name == "resolve" and verbs & {"GetItem", "GetObject"}:
        yield f'  "{_POINTER if "Table" in resource else "objects"}" -> "{name}" [style=dotted, label="read"]'
    if "CreateSchedule" in verbs:
        yield f'  "{name}" -> "release queue" [label="at its moment", style=dashed]'
    if "SendMessage" in verbs and "DeadLetter" not in resource:
        yield f'  "{name}" -> "{_queue(resource)}"'


def _queue(text: str) -> str:
    """Name a queue from its logical id, wherever that stands in a text: `SnapshotQueue.Arn` is `snapshot queue`."""
    logical = next(word for word in text.replace("'", " ").replace(".", " ").split() if word.endswith("Queue"))
    return f"{logical.removesuffix('Queue').lower()} queue"


def _graph(name: str, lines: Iterable[str]) -> str:
    return "\n".join([f"digraph {name} {{", _STYLE, *lines, "}", ""])


def is_drawn(graph: str, picture: str) -> bool:
    """Tell whether a picture was drawn from this very graph."""
    return _mark(graph) in picture


def draw(graph: str, run: Callable[..., Any] = subprocess.run) -> str:
    """Draw a graph as SVG, marked with what it was drawn from. Raises FileNotFoundError where there is no Graphviz."""
    done = run(["dot", "-Tsvg"], input=graph, capture_output=True, text=True, check=True)
    drawing: str = done.stdout
    return drawing[drawing.index("<svg") :].replace("<svg", f"{_mark(graph)}\n<svg", 1)


def _mark(graph: str) -> str:
    return f"<!-- drawn from {hashlib.sha256(graph.encode()).hexdigest()} -->"
