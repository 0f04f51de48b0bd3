"""HTTP: operators see how the store fares, and have given-up work tried again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.operations.schema import (
    DeadLetterList,
    DeadLetterOut,
    FiguresAsked,
    FiguresOut,
    HealthOut,
    Reconcile,
    ReconciliationList,
    ReconciliationOut,
    ReplayOut,
)
from functions.operations.use_case import DAY, HOUR
from functions.operations.wiring import from_environment
from shared.edge.api import Answer, Api, Nothing, Request
from shared.edge.callers import OPERATOR

if TYPE_CHECKING:
    from functions.operations.use_case import Operations

api = Api("operations")

_OPERATORS = (OPERATOR,)
_LETTERS = "/v1/operations/dead-letters/{queue}"
_RUNS = "/v1/operations/reconciliations"


@api.route("GET", "/v1/operations", summary="See how the store fares", roles=_OPERATORS, answers=HealthOut)
def read_health(_request: Request[Nothing], operations: Operations) -> Answer:
    """Tell how the store fares."""
    return Answer(HealthOut.of(operations.health()))


@api.route("GET", _LETTERS, summary="See what was given up for a function", roles=_OPERATORS, answers=DeadLetterList)
def read_dead_letters(request: Request[Nothing], operations: Operations) -> Answer:
    """List dead letters."""
    queue = request.path["queue"]
    letters = [DeadLetterOut.of(letter) for letter in operations.letters(queue)]
    return Answer(DeadLetterList(queue=queue, items=letters))


@api.route(
    "POST", f"{_LETTERS}/replay", summary="Have what was given up tried again", roles=_OPERATORS, answers=ReplayOut
)
def replay_dead_letters(request: Request[Nothing], operations: Operations) -> Answer:
    """Replay dead letters."""
    queue = request.path["queue"]
    return Answer(ReplayOut.of(queue, operations.replay(queue)))


@api.route(
    "GET",
    "/v1/operations/figures",
    summary="Read what was counted and measured",
    roles=_OPERATORS,
    answers=FiguresOut,
    queries={"days": "For how many days, up to 90; 7 if not said.", "by": "`day`, or `hour` for up to 7 days."},
)
def read_figures(request: Request[Nothing], operations: Operations) -> Answer:
    """Read figures."""
    asked = request.asked(FiguresAsked)
    return Answer(FiguresOut.of(operations.figures(asked.days, HOUR if asked.by == "hour" else DAY), asked.by))


@api.route(
    "GET",
    _RUNS,
    summary="List the reconciliations of the last weeks",
    roles=_OPERATORS,
    answers=ReconciliationList,
    pages=True,
)
def list_reconciliations(request: Request[Nothing], operations: Operations) -> Answer:
    """List reconciliations."""
    return Answer(ReconciliationList.of(operations.reconciled(request.page)))


@api.route(
    "POST",
    _RUNS,
    summary="Look for what is left over or lost, and mend it if told to",
    roles=_OPERATORS,
    takes=Reconcile,
    answers=ReconciliationOut,
    status=202,
)
def begin_reconciliation(request: Request[Reconcile], operations: Operations) -> Answer:
    """Begin a reconciliation."""
    run = operations.reconcile(request.caller.subject, mends=request.body.mend)
    return Answer(ReconciliationOut.of(run), 202, {"location": f"{_RUNS}/{run.run_id}"})


@api.route("GET", f"{_RUNS}/{{run_id}}", summary="Read a reconciliation", roles=_OPERATORS, answers=ReconciliationOut)
def read_reconciliation(request: Request[Nothing], operations: Operations) -> Answer:
    """Read a reconciliation."""
    return Answer(ReconciliationOut.of(operations.reconciliation(request.path["run_id"])))


build = api.build
handler = build(from_environment)
