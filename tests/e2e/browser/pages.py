"""Every page of the console, and where to see it in a store in which `set_up` was played."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from tests.e2e.browser.scenes import DAILY, HOSTILE, TODO, TODO_UPGRADE, UPGRADED_BADLY, Edition

if TYPE_CHECKING:
    from tests.e2e.browser.scenes import Cast


@dataclass(frozen=True, slots=True)
class Sight:
    """A page: the name of its pictures, who looks, where, what is declared for that address, and the status."""

    name: str
    who: str
    path: str
    pattern: str
    status: int = 200


_PLUGIN, _VERSION = "/console/plugins/{plugin_id}", "/console/plugins/{plugin_id}/versions/{version}"
_REVIEWED, _CASE = "/console/reviews/{plugin_id}", "/console/reviews/{plugin_id}/{version}"
_CATALOGUE, _SHELF = "/", "/console/catalog/{plugin_id}"
_WEBHOOKS, _RUNS = "/console/webhooks", "/console/operations/reconciliations"
_LETTERS = "/console/operations/dead-letters/{queue}"

SIGHTS = (
    Sight("catalogue", "", "/", _CATALOGUE),
    Sight("catalogue-search", "", "/?q=list", _CATALOGUE),
    Sight("catalogue-nothing-found", "", "/?q=zebra", _CATALOGUE),
    Sight("plugin", "", "/console/catalog/todo", _SHELF),
    Sight("plugin-hostile", "", "/console/catalog/hostile", _SHELF),
    Sight("plugin-version", "", "/console/catalog/todo/versions/1", f"{_SHELF}/versions/{{version}}"),
    Sight("no-such-page", "", "/console/nowhere", "", 404),
    Sight("no-such-plugin", "", "/console/catalog/nothing", _SHELF, 404),
    Sight("docs", "", "/v1/docs", ""),
    Sight("docs-findings", "", "/v1/docs/findings", ""),
    Sight("sign-in", "", "/console/sign-in", "/console/sign-in"),
    Sight("sign-in-failed", "", "/console/signed-in?error=access_denied", "/console/signed-in", 400),
    Sight("not-allowed", "nobody", "/console/reviews", "/console/reviews", 403),
    Sight("my-plugins", "developer", "/console/plugins", "/console/plugins"),
    Sight("my-plugins-none", "developer2", "/console/plugins", "/console/plugins"),
    Sight("submit", "developer", "/console/submit", "/console/submit"),
    Sight("my-plugin", "developer", "/console/plugins/todo", _PLUGIN),
    Sight("my-plugin-banned", "developer", "/console/plugins/banned", _PLUGIN),
    Sight("my-plugin-hostile", "developer", "/console/plugins/hostile", _PLUGIN),
    Sight("my-versions", "developer", "/console/plugins/todo/versions", f"{_PLUGIN}/versions"),
    Sight("my-version", "developer", "/console/plugins/todo/versions/3", _VERSION),
    Sight("my-version-rejected", "developer", "/console/plugins/todo/versions/2", _VERSION),
    Sight("my-version-invalid", "developer", "/console/plugins/broken/versions/1", _VERSION),
    Sight("my-version-hostile", "developer", "/console/plugins/hostile/versions/2", _VERSION),
    Sight("my-withdrawal", "developer", "/console/plugins/todo/versions/3/withdraw", f"{_VERSION}/withdraw"),
    Sight("my-rollback", "developer", "/console/plugins/todo/rollback", f"{_PLUGIN}/rollback"),
    Sight("my-drift", "developer", "/console/plugins/todo/drift", f"{_PLUGIN}/drift"),
    Sight("my-messages", "developer", "/console/plugins/todo/messages", f"{_PLUGIN}/messages"),
    Sight("webhooks", "developer", _WEBHOOKS, _WEBHOOKS),
    Sight("webhook", "developer", f"{_WEBHOOKS}/builds", f"{_WEBHOOKS}/{{name}}"),
    Sight("queue", "reviewer", "/console/reviews", "/console/reviews"),
    Sight("queue-mine", "reviewer2", "/console/reviews?show=mine", "/console/reviews"),
    Sight("review", "reviewer", "/console/reviews/todo/3", _CASE),
    Sight("review-claimed-by-another", "reviewer2", "/console/reviews/todo/3", _CASE),
    Sight("review-decided", "reviewer", "/console/reviews/todo/2", _CASE),
    Sight("review-invalid", "reviewer", "/console/reviews/broken/1", _CASE),
    Sight("review-hostile", "reviewer", "/console/reviews/hostile/2", _CASE),
    Sight("review-dynamic", "reviewer", "/console/reviews/daily/1", _CASE),
    Sight("review-presence", "reviewer2", "/console/reviews/todo/3/presence", f"{_CASE}/presence"),
    Sight(
        "review-document", "reviewer", "/console/reviews/todo/3/documents/openapi.json", f"{_CASE}/documents/{{name}}"
    ),
    Sight(
        "review-document-hostile",
        "reviewer",
        "/console/reviews/hostile/2/documents/ai-plugin.json",
        f"{_CASE}/documents/{{name}}",
    ),
    Sight("rejection", "reviewer", "/console/reviews/todo/3/reject?digest={todo}", f"{_CASE}/reject"),
    Sight("rejection-hostile", "reviewer", "/console/reviews/hostile/2/reject?digest={hostile}", f"{_CASE}/reject"),
    Sight("moved", "reviewer", "/console/reviews/todo/2/reject?digest=another", f"{_CASE}/reject", 409),
    Sight("history", "reviewer", "/console/reviews/todo", _REVIEWED),
    Sight("history-banned", "reviewer", "/console/reviews/banned", _REVIEWED),
    Sight("history-hostile", "reviewer", "/console/reviews/hostile", _REVIEWED),
    Sight("operations", "operator", "/console/operations", "/console/operations"),
    Sight("figures", "operator", "/console/operations/figures?span=day", "/console/operations/figures"),
    Sight("dead-letters", "operator", "/console/operations/dead-letters/snapshot", _LETTERS),
    Sight("dead-letters-none", "operator", "/console/operations/dead-letters/release", _LETTERS),
    Sight("reconciliations", "operator", _RUNS, _RUNS),
    Sight("reconciliation", "operator", f"{_RUNS}/{{run}}", f"{_RUNS}/{{run_id}}"),
)


def set_up(cast: Cast) -> dict[str, str]:
    """Play what the pages are to show; return what stands for the names in braces."""
    cast.go_live(TODO)
    cast.reject(
        cast.submit(replace(TODO, text=UPGRADED_BADLY)), "steers_the_model", "It tells the model to prefer you."
    )
    waiting = cast.submit(TODO_UPGRADE)
    cast.claim(waiting)
    cast.go_live(HOSTILE)
    hostile = cast.submit(replace(HOSTILE, text=f"{HOSTILE.text}\n<b>More</b>"))
    cast.go_live(Edition("banned", name="Lottery"))
    cast.ban("banned", "It sends what users say to another host.")
    cast.submit(Edition("broken", operations={}))
    cast.set_up_webhook("builds")
    cast.submit(DAILY)
    cast.look_at_origins()
    cast.bury("snapshot")
    run = cast.reconcile()
    return {"todo": quote(waiting["digest"]), "hostile": quote(hostile["digest"]), "run": quote(run)}
