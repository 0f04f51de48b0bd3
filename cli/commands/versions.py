"""`standfast release`, `withdraw` and `rollback`: what a publisher does with versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.commands.arguments import Because, Plugin, Version
from cli.store.api import path_of
from cli.store.session import Session, at_a_store

if TYPE_CHECKING:
    from cli.paper import Paper


@at_a_store
def release(session: Session, plugin: Plugin, version: Version) -> None:
    """Make an approved version live, where the approval left that to you.

    \b
    standfast release todo 3
    """  # noqa: D301 - \b is a control character here: it keeps the lines below as they are
    session.show(session.api.post(path_of("plugins", plugin, "versions", version, "release")), _write_move)


@at_a_store
def withdraw(
    session: Session,
    plugin: Plugin,
    version: Version,
    *,
    reason: Annotated[str, typer.Option("--reason", "-r", help="Why; it stands in the audit.")] = "",
) -> None:
    """Take a candidate back. What is live stays live.

    \b
    standfast withdraw todo 3 --reason "a typo in a description"
    """  # noqa: D301 - see release
    path = path_of("plugins", plugin, "versions", version, "withdraw")
    session.show(session.api.post(path, {"reason": reason}), _write_move)


@at_a_store
def rollback(
    session: Session,
    plugin: Plugin,
    version: Version,
    *,
    reason: Because,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen, and do nothing.")] = False,
) -> None:
    """Go back to an earlier approved version, at once and without a new review.

    \b
    standfast rollback todo 2 --reason "3 returns wrong dates" --dry-run
    standfast rollback todo 2 --reason "3 returns wrong dates"
    """  # noqa: D301 - see release
    body = {"version": version, "reason": reason, "dry_run": dry_run}
    session.show(session.api.post(path_of("plugins", plugin, "rollback"), body), _write_move)


def _write_move(paper: Paper, moved: dict[str, Any]) -> None:
    from cli.store.showing import members  # noqa: PLC0415 - rich takes a while

    is_rehearsal = moved.get("dry_run", False)
    title = f"{'Would be: ' if is_rehearsal else ''}Version {moved['version']} of {moved['plugin_id']}"
    members(
        paper,
        title,
        [("state", moved["state"]), ("instead of", moved.get("replaced")), ("awaiting", moved.get("awaiting"))],
    )


def write_version(paper: Paper, version: dict[str, Any]) -> None:
    """Write a version with its findings, and why it was refused if it was."""
    from cli.store.showing import findings, members  # noqa: PLC0415

    members(
        paper,
        f"Version {version['version']} of {version['plugin_id']}",
        [
            ("state", version["state"]),
            ("digest", version["digest"]),
            ("manifest", version["manifest_url"]),
            ("submitted", version["submitted_at"]),
            ("released", version["released_at"]),
            ("release", _release(version.get("release"))),
            ("findings", version["findings_by_severity"]),
        ],
    )
    _write_decision(paper, version.get("decision"))
    if version["findings"]:
        paper.line()
        findings(paper, version["findings"])


def _release(release: dict[str, Any] | None) -> str:
    if not release:
        return ""
    moment = f" at {release['at']}" if release.get("at") else ""
    dropped = f", dropped: {release['dropped']}" if release.get("dropped") else ""
    return f"{release['mode']}{moment}{dropped}"


def _write_decision(paper: Paper, decision: dict[str, Any] | None) -> None:
    from cli.plain import one_line  # noqa: PLC0415

    for reason in decision["reasons"] if decision else ():
        detail = f": {reason['detail']}" if reason.get("detail") else ""
        paper.paragraph(one_line(f"{reason['code']}{detail}"), lead="Because ")
    if decision and decision.get("note"):
        paper.paragraph(one_line(decision["note"]), lead="Note: ")
