"""Cold start and warm invocation of `resolve` by Lambda's own runtime client, beside handlers that do nothing."""

from __future__ import annotations

import contextlib
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from bench.aws_stub import AwsStub, manifest_event
from bench.emulation import Function, Invoked, Lambda, emulated, installed, lay_task
from bench.processes import ProgramMissingError
from bench.tables import Table, number, times
from local.reader import percentile

if TYPE_CHECKING:
    from collections.abc import Iterator

RESOLVE = "functions.resolve.app"
EMPTY = "empty"
ONE_CLIENT = "one_client"
HANDLERS = {
    EMPTY: "def handler(event, context):\n    return {}\n",
    ONE_CLIENT: "import boto3\n\nclient = boto3.client('dynamodb')\n\n\ndef handler(event, context):\n    return {}\n",
}
"""What `resolve` stands beside: nothing at all, and the least that a function does that talks to AWS."""


@dataclass(slots=True)
class Costs:
    """What one handler cost, once for each start, or once for each warm invocation. In seconds, but for `calls`."""

    init_cpu: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    warm: list[float] = field(default_factory=list)
    own: list[float] = field(default_factory=list)
    calls: list[int] = field(default_factory=list)

    def note_start(self, first: Invoked) -> None:
        """Note the first invocation of a process."""
        self.init_cpu.append(first.init_cpu_seconds)
        self.first.append(first.seconds)

    def note_warm(self, invoked: Invoked) -> None:
        """Note a later one."""
        self.warm.append(invoked.seconds)
        self.own.append(invoked.own_seconds)
        self.calls.append(invoked.calls)


def costs_of(where: Lambda, task: Path, *, starts: int, invocations: int) -> dict[str, Costs]:
    """Start every handler so many times and invoke it in turn with the others: what disturbs one disturbs all."""
    for name, source in HANDLERS.items():
        (task / f"{name}.py").write_text(source, encoding="utf-8")
    modules = (EMPTY, ONE_CLIENT, RESOLVE)
    costs = {module: Costs() for module in modules}
    with AwsStub() as aws:
        aws.seed(0)
        for _ in range(starts):
            with contextlib.ExitStack() as stack:
                running = {module: stack.enter_context(_started(where, task, module, aws)) for module in modules}
                for module, function in running.items():
                    costs[module].note_start(function.invoke(manifest_event(0)))
                for _ in range(invocations):
                    for module, function in running.items():
                        costs[module].note_warm(function.invoke(manifest_event(0)))
    return costs


def _started(where: Lambda, task: Path, module: str, aws: AwsStub) -> contextlib.AbstractContextManager[Function]:
    log = task.parent / f"{module}.log"
    return emulated(where, task, module=module, environment=aws.environment, log=log)


def measure(*, quick: bool) -> Iterator[Table]:
    """Measure, or say why not."""
    with tempfile.TemporaryDirectory(prefix="standfast-coldstart-") as folder:
        try:
            where = installed(Path(folder))
        except ProgramMissingError as missing:
            yield Table("Cold start and warm invocation of `resolve`", ("skipped",), (), (str(missing),))
            return
        task = lay_task(Path(folder) / "task", "resolve")
        yield table_of(costs_of(where, task, starts=2 if quick else 5, invocations=50 if quick else 300))


def table_of(costs: dict[str, Costs]) -> Table:
    """Put the costs into a table."""
    told = {EMPTY: "an empty handler", ONE_CLIENT: "one boto3 client, made at import", RESOLVE: "`resolve`"}
    base = {"init": median(costs[ONE_CLIENT].init_cpu), "own": median(costs[EMPTY].own)}
    rows = tuple(
        (
            told[module],
            number(median(each.init_cpu) * 1000),
            times(median(each.init_cpu), base["init"]),
            number(median(each.first) * 1000),
            number(median(each.warm) * 1000),
            number(percentile(each.warm, 0.99) * 1000),
            number(median(each.own) * 1000),
            times(median(each.own), base["own"]),
            number(sum(each.calls) / len(each.calls)),
        )
        for module, each in costs.items()
    )
    return Table(
        "Cold start and warm invocation of `resolve`",
        (
            "handler",
            "init, CPU ms",
            "beside one client",
            "start and first answer, ms",
            "warm p50, ms",
            "warm p99, ms",
            "p50 without AWS, ms",
            "beside empty",
            "AWS calls",
        ),
        rows,
        (
            f"{len(costs[EMPTY].first)} starts and {len(costs[EMPTY].warm)} warm invocations each, in turn.",
            "The emulator's own share is in every wall time. DynamoDB and S3 are stubs on loopback, without TLS.",
        ),
    )
