"""One command at one store: which store, who calls, and where the answer goes."""

from __future__ import annotations

import functools
import inspect
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from cli.store.errors import CommandError, Exit, ProblemError, WrongUsageError
from cli.store.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

    from cli.paper import Paper
    from cli.store.api import Credential, Document, StoreApi
    from cli.store.profiles import Profile, Profiles
    from cli.store.vault import Vault

STORE_VARIABLE, TOKEN_VARIABLE, PROFILE_VARIABLE = "STANDFAST_STORE", "STANDFAST_TOKEN", "STANDFAST_PROFILE"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

_Store = Annotated[
    str,
    typer.Option(
        "--store", metavar="URL", help=f"The store. By default {STORE_VARIABLE}, or else that of the profile."
    ),
]
_ProfileName = Annotated[
    str,
    typer.Option("--profile", metavar="NAME", help=f"Who to be. By default {PROFILE_VARIABLE}, or else `default`."),
]
_AsJson = Annotated[bool, typer.Option("--json", help="Write the store's own answer, as JSON.")]


class Session:
    """What a command gets: the store to call, and how to show what came of it."""

    def __init__(self, world: World, *, store: str = "", profile: str = "", as_json: bool = False) -> None:
        self.world = world
        self.as_json = as_json
        self.profile_name = profile or world.environment.get(PROFILE_VARIABLE) or "default"
        self._store = store or world.environment.get(STORE_VARIABLE, "")

    @functools.cached_property
    def profiles(self) -> Profiles:
        """The profiles of whoever calls."""
        from cli.store.profiles import Profiles  # noqa: PLC0415 - loaded when it is needed, here and below

        return Profiles(self.world.directory)

    @functools.cached_property
    def vault(self) -> Vault:
        """Where their tokens are."""
        from cli.store.vault import Vault  # noqa: PLC0415

        return Vault(self.world.directory, self.world.keyring())

    @functools.cached_property
    def profile(self) -> Profile | None:
        """The profile, if there is one, and the store that was named is its own."""
        found = self.profiles.find(self.profile_name)
        return found if found and (not self._store or origin_of(self._store) == found.store) else None

    @functools.cached_property
    def origin(self) -> str:
        """Where the store is. Raises WrongUsageError where nobody says."""
        named = self._store or (self.profile.store if self.profile else "")
        if not named:
            message = "Which store? Give --store URL, or set STANDFAST_STORE, or sign in once."
            raise WrongUsageError(message, hint="standfast login --store https://plugins.example.com")
        return origin_of(named)

    @functools.cached_property
    def api(self) -> StoreApi:
        """The store, called as somebody. Nobody is refused before anything is sent."""
        from cli.store.credentials import Stranger  # noqa: PLC0415

        return self.api_as(self.credential() or Stranger(self.origin))

    @functools.cached_property
    def public(self) -> StoreApi:
        """The store, called as nobody."""
        from cli.store.credentials import Nobody  # noqa: PLC0415

        return self.api_as(Nobody())

    def api_as(self, credential: Credential) -> StoreApi:
        """Return the store, called with some credential."""
        from cli.store.api import StoreApi  # noqa: PLC0415

        world = self.world
        return StoreApi(self.origin, send=world.send, credential=credential, draw_key=world.draw_key, sleep=world.sleep)

    def credential(self) -> Credential | None:
        """Return whose token to send: the environment's, the profile's, or None."""
        from cli.store.credentials import Given, Kept, LocalPerson  # noqa: PLC0415

        if given := self.world.environment.get(TOKEN_VARIABLE):
            return Given(given)
        profile = self.profile
        if profile is None:
            return None
        if profile.tokens:
            return LocalPerson(Path(profile.tokens), profile.person)
        tokens = self.vault.find(self.profile_name, profile.store)
        if tokens is None:
            return None
        return Kept(self.profile_name, profile, tokens, vault=self.vault, send=self.world.send, now=self.world.now)

    def show(self, document: Document, write: Callable[[Paper, Document], None]) -> None:
        """Show an answer: as it is for programs, or written for a person."""
        if self.as_json:
            from cli.json_text import write_json  # noqa: PLC0415

            write_json(document, sys.stdout)
        else:
            write(self.paper, document)

    @functools.cached_property
    def paper(self) -> Paper:
        """Where a person reads the answer."""
        from cli.paper import Paper  # noqa: PLC0415

        return Paper(sys.stdout)

    def tell(self, text: str) -> None:
        """Say something beside the answer, on the error stream."""
        from cli.plain import one_line  # noqa: PLC0415

        print(one_line(text), file=sys.stderr, flush=True)


def origin_of(url: str) -> str:
    """Return the origin of a store's URL. Raises WrongUsageError where a token would travel in clear."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise WrongUsageError(f"{url!r} is no URL of a store.") from error
    if parts.scheme not in {"http", "https"} or not host or "@" in parts.netloc:
        raise WrongUsageError(f"{url!r} is no URL of a store, such as https://plugins.example.com.")
    if parts.scheme == "http" and host not in _LOOPBACK:
        raise WrongUsageError(f"{url!r} would send your token in clear. Use https.")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def at_a_store(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command its session in the first place, and the options that every command at a store has.

    Whatever goes wrong on purpose is told on the error stream, and is the exit status.
    """
    signature = inspect.signature(command, eval_str=True)
    _, *own = signature.parameters.values()

    @functools.wraps(command)
    def run(context: typer.Context, **given: Any) -> None:  # noqa: ANN401 - a command's own arguments
        options = {name: given.pop(name) for name in ("store", "profile", "as_json")}
        session = Session(context.obj if isinstance(context.obj, World) else World(), **options)
        try:
            command(session, **given)
        except CommandError as error:
            tell_error(error, as_json=session.as_json)
            raise typer.Exit(int(error.status)) from error
        except KeyboardInterrupt as error:
            print("Interrupted.", file=sys.stderr)
            raise typer.Exit(int(Exit.INTERRUPTED)) from error

    shared = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        for name, default, annotation in (
            ("store", "", _Store),
            ("profile", "", _ProfileName),
            ("as_json", False, _AsJson),
        )
    ]
    first = inspect.Parameter("context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
    parameters = [first, *own, *shared]
    run.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined] # what typer reads
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    return run


def tell_error(error: CommandError, *, as_json: bool) -> None:
    """Tell on the error stream what went wrong, and how to go on."""
    from cli.plain import one_line  # noqa: PLC0415

    if as_json:
        print(json.dumps(_described(error)), file=sys.stderr)
        return
    lines = [f"error: {error}"]
    if isinstance(error, ProblemError):
        lines += _told(error)
    if error.hint:
        lines.append(f"  hint: {error.hint}")
    for line in lines:
        print(one_line(line), file=sys.stderr)


def _told(error: ProblemError) -> list[str]:
    lines = [f"  {error.detail}"] if error.detail else []
    lines += [f"  {each.get('pointer', '')}: {each.get('message', '')}" for each in error.errors]
    if state := error.problem.get("state"):
        lines.append(f"  state: {state}")
    lines.append(f"  type: {error.type or 'none'} (status {error.http_status})")
    if error.request_id:
        lines.append(f"  request id: {error.request_id}")
    return lines


def _described(error: CommandError) -> dict[str, object]:
    described: dict[str, object] = {"error": type(error).__name__, "message": str(error), "hint": error.hint}
    if isinstance(error, ProblemError):
        described |= {"problem": error.problem, "request_id": error.request_id}
    return described
