"""`standfast submit`: hand a plugin or an upgrade in, and wait for what comes of it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import typer

from cli.store.errors import Exit, ProblemError, TimedOutError, WrongUsageError
from cli.store.session import Session, at_a_store

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cli.paper import Paper
    from cli.store.api import Document, StoreApi

_PAUSES_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Between looks: soon at first, since fetching takes a moment; a decision takes people hours."""
_ACCEPTED = frozenset({"live", "approved", "superseded"})
_REFUSED = frozenset({"invalid", "rejected", "withdrawn", "revoked"})


class Until(StrEnum):
    """What to wait for."""

    REVIEW = "review"
    DECISION = "decision"


Url = Annotated[
    str, typer.Argument(metavar="[URL]", help="The https URL of an ai-plugin.json. For an upgrade, the last one.")
]
Upgraded = Annotated[
    str,
    typer.Option("--plugin", "-p", metavar="ID", help="The plugin to upgrade, or the id that a new one is to have."),
]
Envelope = Annotated[str, typer.Option(metavar="FILE", help="What may vary in the schema: an envelope, as JSON.")]
Wait = Annotated[bool, typer.Option("--wait", "-w", help="Wait for what --until names.")]
WaitUntil = Annotated[
    Until, typer.Option(help="review: the documents were fetched and pass. decision: it is approved or refused.")
]
Minutes = Annotated[float, typer.Option(metavar="MINUTES", min=0, help="How long to wait.")]


@at_a_store
def submit(
    session: Session,
    manifest_url: Url = "",
    *,
    plugin: Upgraded = "",
    envelope: Envelope = "",
    wait: Wait = False,
    until: WaitUntil = Until.DECISION,
    timeout: Minutes = 60.0,
) -> None:
    """Submit a plugin, or an upgrade of one of yours. What is live stays live meanwhile.

    In a GitHub workflow that the plugin trusts, no token is needed: give the job `permissions: id-token: write`.

    Exit status: 0 submitted; with --wait, 0 in review, approved or live, 1 invalid, rejected or withdrawn, with the
    findings and reasons shown, 3 none of it in time. 2 wrong usage, 4 not signed in or not allowed, 5 no answer.

    \b
    standfast submit https://todo.example.com/.well-known/ai-plugin.json
    standfast submit --plugin todo --wait
    standfast submit --plugin todo --wait --until review --timeout 5 --json
    standfast submit --plugin todo --envelope envelope.json
    """  # noqa: D301 - \b is a control character here: it keeps the lines below as they are
    if not manifest_url and not plugin:
        raise WrongUsageError("Submit what? Give a URL, or the --plugin to upgrade.")
    submitter = _submitter(session, plugin, _varying(envelope) if envelope else {})
    accepted = submitter.submit(manifest_url, plugin)
    if not wait:
        session.show(accepted, _write_accepted)
        return
    session.tell(f"Version {accepted['version']} of {accepted['plugin_id']} is submitted.")
    version = _settled(session, submitter, accepted, until=until, seconds=timeout * 60)
    session.show(version, _write_settled)
    if version["state"] in _REFUSED:
        raise typer.Exit(Exit.REFUSED)


class _Submitter(Protocol):
    """Who submits: a person, or a workflow."""

    def submit(self, manifest_url: str, plugin: str) -> Document:
        """Submit, and return what was accepted."""

    def look(self, plugin: str, number: int) -> Document:
        """Return a version as it stands."""


class _Person:
    def __init__(self, api: StoreApi, varying: Mapping[str, Any]) -> None:
        self._api = api
        self._varying = varying

    def submit(self, manifest_url: str, plugin: str) -> Document:
        from cli.store.api import path_of  # noqa: PLC0415 - loaded when it is needed, here and below

        known = plugin if plugin and self._is_mine(plugin) else "" if plugin else self._plugin_at(manifest_url)
        if known:
            body = {**_given(manifest_url=manifest_url), **self._varying}
            return self._api.post(path_of("plugins", known, "versions"), body)
        if not manifest_url:
            raise WrongUsageError(f"You have no plugin {plugin!r}. To register it, give its URL.")
        body = {**_given(manifest_url=manifest_url, plugin_id=plugin), **self._varying}
        return self._api.post(path_of("plugins"), body)

    def look(self, plugin: str, number: int) -> Document:
        from cli.store.api import path_of  # noqa: PLC0415

        return self._api.get(path_of("plugins", plugin, "versions", number))

    def _is_mine(self, plugin: str) -> bool:
        from cli.store.api import path_of  # noqa: PLC0415

        try:
            self._api.get(path_of("plugins", plugin))
        except ProblemError as error:
            if error.name != "not-found":
                raise
            return False
        return True

    def _plugin_at(self, manifest_url: str) -> str:
        """Return the one plugin of the caller's whose manifest is there; "" for none."""
        from cli.store.api import path_of  # noqa: PLC0415

        mine = self._api.pages(path_of("plugins"), most=10_000)["items"]
        found = [str(each["plugin_id"]) for each in mine if each["manifest_url"] == manifest_url]
        if len(found) > 1:
            raise WrongUsageError(f"The plugins {', '.join(found)} are all from there: name one with --plugin.")
        return found[0] if found else ""


class _Workflow:
    def __init__(self, api: StoreApi) -> None:
        self._api = api

    def submit(self, manifest_url: str, plugin: str) -> Document:
        from cli.store.api import path_of  # noqa: PLC0415

        path = path_of("plugins", plugin, "versions", "from-workflow")
        return self._api.post(path, _given(manifest_url=manifest_url))

    def look(self, plugin: str, number: int) -> Document:
        from cli.store.api import path_of  # noqa: PLC0415

        return self._api.get(path_of("plugins", plugin, "versions", number, "from-workflow"))


def _varying(path: str) -> Mapping[str, Any]:
    """Return what a submission says of a schema that varies. Raises WrongUsageError."""
    import json  # noqa: PLC0415 - loaded when it is needed, as are the parsers
    from pathlib import Path  # noqa: PLC0415

    from cli.folders import FolderError, read_bytes  # noqa: PLC0415
    from shared.envelope.document import write_envelope  # noqa: PLC0415
    from shared.envelope.reading import EnvelopeInvalidError, read_envelope  # noqa: PLC0415

    try:
        envelope = read_envelope(read_bytes(Path(path)))
    except (FolderError, EnvelopeInvalidError) as error:
        message = f"{path!r} cannot be submitted as an envelope. {error}"
        raise WrongUsageError(message) from error
    return {"schema_mode": "dynamic", "envelope": json.loads(write_envelope(envelope))}


def _submitter(session: Session, plugin: str, varying: Mapping[str, Any]) -> _Submitter:
    from cli.store.credentials import Workflow  # noqa: PLC0415

    environment = session.world.environment
    if session.credential() is not None or not Workflow.is_here(environment):
        return _Person(session.api, varying)
    if not plugin:
        raise WrongUsageError("A workflow submits upgrades of one plugin: name it with --plugin.")
    if varying:
        raise WrongUsageError("A workflow submits what does not vary: submit an envelope as yourself.")
    session.tell(f"Nobody is signed in: submitting as this workflow, to {session.origin}.")
    return _Workflow(
        session.api_as(Workflow(environment, audience=session.origin, send=session.world.send, now=session.world.now))
    )


def _given(**members: str) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value}


def _settled(session: Session, submitter: _Submitter, accepted: Document, *, until: Until, seconds: float) -> Document:
    """Look until the version is where it should be, and tell of each step. Raises TimedOutError."""
    ends = _ACCEPTED | _REFUSED | ({"in_review"} if until is Until.REVIEW else frozenset())
    deadline = session.world.monotonic() + seconds
    told = str(accepted["state"])
    looks = 0
    while True:
        version = submitter.look(accepted["plugin_id"], accepted["version"])
        if version["state"] != told:
            told = str(version["state"])
            session.tell(f"Version {version['version']} is now {told.replace('_', ' ')}.")
        if told in ends:
            return version
        pause = _PAUSES_SECONDS[min(looks, len(_PAUSES_SECONDS) - 1)]
        if session.world.monotonic() + pause > deadline:
            message = f"Version {version['version']} is still {told.replace('_', ' ')}."
            raise TimedOutError(message, hint=f"standfast status {accepted['plugin_id']}")
        session.world.sleep(pause)
        looks += 1


def _write_accepted(paper: Paper, accepted: Document) -> None:
    from cli.store.showing import members  # noqa: PLC0415

    title = f"Version {accepted['version']} of {accepted['plugin_id']}"
    members(paper, title, [("state", accepted["state"]), ("next", f"standfast status {accepted['plugin_id']}")])


def _write_settled(paper: Paper, version: Document) -> None:
    from cli.commands.versions import write_version  # noqa: PLC0415

    write_version(paper, version)
