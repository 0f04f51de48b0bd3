"""Pages for operators: health, backlogs, dead letters, reconciliations, and how the store is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.console.operating_charts import charts_of
from functions.console.schema import Page, Redirect
from functions.console.store import path_of
from functions.console.visits import Places

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.console.visits import Visit

places = Places()

_HOME = "/console/operations"
_SPANS: Mapping[str, Mapping[str, object]] = {
    "day": {"days": 1, "by": "hour"},
    "week": {"days": 7, "by": "day"},
    "month": {"days": 30, "by": "day"},
    "quarter": {"days": 90, "by": "day"},
}
"""The spans of time that figures are shown for, and what the API is asked for."""


@places.get(_HOME)
def overview(visit: Visit) -> Page:
    """Show whether all is well, and what is not."""
    found = visit.store.get("/v1/operations")
    return Page.of("operator/overview.html", **found, dead=sum(each["dead"] for each in found["backlogs"]))


@places.get(f"{_HOME}/figures")
def figures(visit: Visit) -> Page:
    """Show how the store was used, as charts and as tables."""
    span = visit.query.text("span")
    span = span if span in _SPANS else "week"
    found = visit.store.get("/v1/operations/figures", **_SPANS[span])
    return Page.of("operator/figures.html", charts=charts_of(found), span=span, start=found["start"], end=found["end"])


@places.get(f"{_HOME}/dead-letters/{{queue}}")
def dead_letters(visit: Visit) -> Page:
    """Show what one queue could not deal with."""
    found = visit.store.get(path_of("v1", "operations", "dead-letters", visit.path["queue"]))
    return Page.of("operator/dead_letters.html", letters=found)


@places.post(f"{_HOME}/dead-letters/{{queue}}/replay")
def replay(visit: Visit) -> Redirect:
    """Have everything that one queue could not deal with done anew."""
    queue = visit.path["queue"]
    outcome = visit.store.post(path_of("v1", "operations", "dead-letters", queue, "replay"))
    notice = "replayed-in-part" if outcome["left"] else "replaying" if outcome["moving"] else "replayed"
    return Redirect(f"{_HOME}{path_of('dead-letters', queue)}", notice)


@places.get(f"{_HOME}/reconciliations")
def reconciliations(visit: Visit) -> Page:
    """Show the runs that looked for what does not fit together."""
    cursor = visit.query.text("cursor")
    found = visit.store.get("/v1/operations/reconciliations", cursor=cursor)
    return Page.of("operator/reconciliations.html", **found, is_first=not cursor)


@places.get(f"{_HOME}/reconciliations/{{run_id}}")
def reconciliation(visit: Visit) -> Page:
    """Show one run: how far it is, what it found, and what it mended."""
    found = visit.store.get(path_of("v1", "operations", "reconciliations", visit.path["run_id"]))
    return Page.of("operator/reconciliation.html", run=found)


@places.post(f"{_HOME}/reconciliations")
def reconcile(visit: Visit) -> Redirect:
    """Start a run that looks, or one that mends as well."""
    run = visit.store.post("/v1/operations/reconciliations", {"mend": visit.form.text("mend") == "yes"})
    return Redirect(f"{_HOME}{path_of('reconciliations', run['run_id'])}", "reconciling")
