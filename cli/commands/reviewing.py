"""`standfast queue` and `review`: what waits for a decision, and deciding on exactly what was shown."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.commands.arguments import Limit, Plugin, Version
from cli.commands.moderating import write_decided
from cli.store.api import path_of
from cli.store.errors import ProblemError, RefusedError, WrongUsageError
from cli.store.session import Session, at_a_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cli.paper import Paper

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@at_a_store
def queue(
    session: Session,
    *,
    mine: Annotated[bool, typer.Option("--mine", help="Only what you have claimed.")] = False,
    limit: Limit = 50,
) -> None:
    """List what waits for a decision, the longest waiting first.

    \b
    standfast queue
    standfast queue --mine --json
    """  # noqa: D301 - \b is a control character here: it keeps the lines below as they are
    query = {"mine": True} if mine else {}
    session.show(session.api.pages(path_of("reviews"), most=limit, **query), _write_queue)


def _write_queue(paper: Paper, page: dict[str, Any]) -> None:
    from cli.store.showing import table  # noqa: PLC0415 - rich takes a while, here and below

    rows = [
        (each["plugin_id"], each["version"], each["name_for_human"], each["queued_at"], each["findings"], _who(each))
        for each in page["items"]
    ]
    columns = ("plugin", "version", "name", "waiting since", "findings", "claimed by")
    table(paper, columns, rows, empty="Nothing waits for a decision.")


def _who(waiting: dict[str, Any]) -> str:
    claim = waiting["claim"]
    return "you" if waiting["is_mine"] else claim["by"] if claim else ""


Approve = Annotated[bool, typer.Option("--approve", help="Approve what --digest names, without asking.")]
Rejections = Annotated[
    list[str] | None,
    typer.Option("--reject", metavar="CODE[=TEXT]", help="Reject what --digest names, for this reason; repeatable."),
]
Seen = Annotated[str, typer.Option(metavar="DIGEST", help="The digest that you saw.")]
Note = Annotated[str, typer.Option(help="A note with the decision.")]
Release = Annotated[str, typer.Option(metavar="immediate|manual|MOMENT", help="When an approved version becomes live.")]
Claim = Annotated[bool, typer.Option(help="Let others see that you are on it meanwhile.")]


@at_a_store
def review(  # noqa: PLR0913 - a command's options
    session: Session,
    plugin: Plugin,
    version: Version,
    *,
    approve: Approve = False,
    reject: Rejections = None,
    digest: Seen = "",
    note: Note = "",
    release: Release = "immediate",
    claim: Claim = True,
) -> None:
    """Show what a version changes and what was found, then approve or reject exactly that.

    In a terminal it asks. A decision carries the digest of what was shown: if another candidate has come meanwhile,
    nothing happens, and you are told. For scripts, --approve or --reject decide on what --digest names.

    \b
    standfast review todo 3
    standfast review todo 3 --json
    standfast review todo 3 --approve --digest sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae
    standfast review todo 3 --reject misleading-text="The description promises what it does not do." --digest sha256:…
    """  # noqa: D301 - see queue
    path = path_of("plugins", plugin, "versions", version)
    reasons = [_reason(each) for each in reject or ()]
    if approve or reasons:
        both = approve and bool(reasons)
        _decide_on(session, path, _decision(digest=digest, note=note, release=release, reasons=reasons, both=both))
        return
    asks = session.world.is_interactive() and not session.as_json
    with _claimed(session, path, wanted=claim and asks):
        report = session.api.get(f"{path}/report")
        session.show(report, _write_report)
        if asks and report["digest"]:
            _ask(session, path, report["digest"], note=note, release=release)


def _write_report(paper: Paper, report: dict[str, Any]) -> None:
    from cli.commands.report import write_report  # noqa: PLC0415

    write_report(paper, report)


def _reason(text: str) -> dict[str, str]:
    code, _, detail = text.partition("=")
    return {"code": code.strip(), "detail": detail.strip()}


def _decision(
    *, digest: str, note: str, release: str, reasons: list[dict[str, str]], both: bool
) -> tuple[str, dict[str, Any]]:
    """Return the route of a decision and what to send. Raises WrongUsageError."""
    if both:
        raise WrongUsageError("Approve or reject: not both.")
    if not _DIGEST.fullmatch(digest):
        raise WrongUsageError("A decision needs the --digest that you saw: sha256: and 64 hexadecimal digits.")
    if reasons:
        return "reject", {"digest": digest, "reasons": reasons, "note": note}
    when = release if release in {"immediate", "manual"} else {"at": release}
    return "approve", {"digest": digest, "note": note, "release": when}


def _decide_on(session: Session, path: str, decision: tuple[str, dict[str, Any]]) -> None:
    route, body = decision
    session.show(session.api.post(f"{path}/{route}", body), write_decided)


@contextmanager
def _claimed(session: Session, path: str, *, wanted: bool) -> Iterator[None]:
    """Claim a version for as long as it is looked at; a decision ends the claim by itself."""
    if not wanted:
        yield
        return
    try:
        session.api.put(f"{path}/claim")
    except ProblemError as error:
        # Somebody else is on it, or it is not under review: reading is possible all the same.
        session.tell(f"Not claimed. {error.detail or error}")
        yield
        return
    try:
        yield
    finally:
        _give_up(session, path)


def _give_up(session: Session, path: str) -> None:
    try:
        session.api.delete(f"{path}/claim")
    except ProblemError:
        return  # decided meanwhile, which ended the claim


def _ask(session: Session, path: str, digest: str, *, note: str, release: str) -> None:
    """Ask what to do about what was shown, and do it."""
    session.tell(f"This is {digest}.")
    answer = typer.prompt("Approve, reject or quit? [a/r/q]", default="q", show_default=False).strip().lower()
    if answer.startswith("a"):
        reasons: list[dict[str, str]] = []
    elif answer.startswith("r"):
        reasons = _ask_reasons(session)
    else:
        session.tell("Nothing was decided.")
        return
    _decide_on(session, path, _decision(digest=digest, note=note, release=release, reasons=reasons, both=False))


def _ask_reasons(session: Session) -> list[dict[str, str]]:
    from cli.store.showing import table  # noqa: PLC0415

    known = session.public.get(path_of("reasons"))["items"]
    rows = [(each["code"], each["text"]) for each in known]
    table(session.paper, ("reason", "what the publisher reads"), rows, empty="There are no reasons.")
    codes = {str(each["code"]) for each in known}
    given: list[dict[str, str]] = []
    while code := typer.prompt("Reason (empty to end)", default="", show_default=False).strip():
        if code not in codes:
            session.tell(f"There is no reason {code!r}.")
            continue
        given.append({"code": code, "detail": typer.prompt("In your own words", default="", show_default=False)})
    if not given:
        raise RefusedError("A rejection needs a reason. Nothing was decided.")
    return given
