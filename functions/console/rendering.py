"""Pages from templates: escaped and with invisible characters written out throughout, and no script but our own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from functions.console import assets, wordings
from functions.console.notices import NOTICES
from functions.console.schema import Answer
from shared.contracts.text.visible import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.console.schema import Page
    from functions.console.visits import Visit

_FOLDER = Path(__file__).parent / "templates"
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Renderer:
    """Makes answers of pages. `login_origin` is where the form that signs out may lead, "" for nowhere else."""

    login_origin: str
    draw_key: Callable[[], str]

    def __call__(self, visit: Visit, page: Page) -> Answer:
        """Fill a page's template in."""
        body = (
            _environment()
            .get_template(page.template)
            .render(
                **page.values,
                visit=visit,
                person=visit.person,
                form_token=visit.session.form_token if visit.session else "",
                new_key=self.draw_key,
                notice=NOTICES.get(visit.query.text("notice"), ""),
            )
        )
        return Answer(page.status, body, {"content-type": HTML, **self._headers})

    @property
    def _headers(self) -> Mapping[str, str]:
        # Chrome holds `form-action` against where a form is redirected to as well: the sign-out ends at the login.
        forms = " ".join(filter(None, ("'self'", self.login_origin)))
        policy = (
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
            f"form-action {forms}; frame-ancestors 'none'; base-uri 'none'"
        )
        return {"content-security-policy": policy, "cache-control": "private, no-store", **HARDENED}


HARDENED = {
    "x-content-type-options": "nosniff",
    # Not `no-referrer`: under that a browser sends forms with `Origin: null`, and our own could not be told apart.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals["asset"] = assets.address
    environment.filters |= wordings.FILTERS
    return environment


def _shown(value: Any) -> Any:  # noqa: ANN401 - whatever a template prints
    """Write out what nobody would see in a text. What a filter made is markup of ours, and done already."""
    return visible(value) if type(value) is str else "" if value is None else value
