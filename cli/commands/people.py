"""`standfast login`, `logout` and `whoami`: who somebody is at a store."""

from __future__ import annotations

import base64
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.store.errors import NotSignedInError, WrongUsageError
from cli.store.session import Session, at_a_store, origin_of

if TYPE_CHECKING:
    from cli.paper import Paper
    from cli.store.sign_in import Pages
    from cli.store.vault import Tokens

_SIGN_IN = "/v1/sign-in"


@at_a_store
def login(
    session: Session,
    *,
    browser: Annotated[
        bool, typer.Option(help="Open a browser, and be led back to it. Without, paste the address it ends at.")
    ] = True,
    token_stdin: Annotated[bool, typer.Option("--token-stdin", help="Read an access token from the input.")] = False,
    data_dir: Annotated[
        str, typer.Option("--data-dir", metavar="DIR", help="For a store on this machine: what it keeps its state in.")
    ] = "",
    person: Annotated[
        str, typer.Option("--as", metavar="NAME", help="With --data-dir: whose token to take from there.")
    ] = "developer",
) -> None:
    """Sign in to a store, and remember it as a profile.

    Tokens are kept in the system's keyring; where there is none, in a file that only you can read.

    \b
    standfast login --store https://plugins.example.com
    standfast login --store http://127.0.0.1:8080 --data-dir .standfast --as developer
    standfast login --store https://plugins.example.com --token-stdin < token.txt
    """  # noqa: D301 - \b is a control character here: it keeps the lines below as they are
    if data_dir:
        where = _take_local(session, Path(data_dir), person)
    elif token_stdin:
        where = _keep(session, _read_token(), None)
    else:
        where = _by_code(session, browser=browser)
    session.tell(f"Signed in to {session.origin} as the profile {session.profile_name!r}. The token is {where}.")
    _show(session)


@at_a_store
def logout(session: Session) -> None:
    """Forget the token of a profile.

    \b
    standfast logout
    standfast logout --profile reviewer
    """  # noqa: D301 - see login
    from cli.store.profiles import Profile  # noqa: PLC0415 - loaded when it is needed, here and below

    had = session.vault.forget(session.profile_name, session.origin)
    is_local = bool(session.profile and session.profile.tokens)
    session.profiles.save(session.profile_name, Profile(session.origin))
    document = {"store": session.origin, "profile": session.profile_name, "signed_out": had or is_local}
    session.show(document, lambda paper, _: paper.line("Signed out." if had or is_local else "Nobody was signed in."))


@at_a_store
def whoami(session: Session) -> None:
    """Tell who a profile is, by its token: the subject, the groups, and until when.

    \b
    standfast whoami
    standfast whoami --profile reviewer --json
    """  # noqa: D301 - see login
    _show(session)


def _show(session: Session) -> None:
    credential = session.credential()
    if credential is None:
        raise NotSignedInError(f"You are not signed in to {session.origin}.", hint="standfast login")
    document = {"store": session.origin, "profile": session.profile_name, **_told_by(credential.token())}
    session.show(document, _write_person)


def _write_person(paper: Paper, person: dict[str, Any]) -> None:
    from cli.store.showing import members  # noqa: PLC0415

    members(paper, person["subject"], [(name, value) for name, value in person.items() if name != "subject"])


def _told_by(token: str) -> dict[str, Any]:
    """Return what a token says of its bearer. Nothing of it is proved here: that is for the store."""
    try:
        part = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        expires = datetime.fromtimestamp(claims["exp"], UTC).isoformat().replace("+00:00", "Z")
        groups = list(claims.get("cognito:groups", []))
        return {"subject": str(claims["sub"]), "groups": groups, "expires": expires}
    except (ValueError, IndexError, KeyError, TypeError, OverflowError) as error:
        raise NotSignedInError("What is kept as a token is none.", hint="standfast login") from error


def _take_local(session: Session, data: Path, person: str) -> str:
    from cli.store.credentials import LocalPerson  # noqa: PLC0415
    from cli.store.profiles import Profile  # noqa: PLC0415

    tokens = data.absolute() / "tokens.json"
    LocalPerson(tokens, person).token()  # what is not there is said now
    session.profiles.save(session.profile_name, Profile(session.origin, str(tokens), person))
    _forget_profile(session)
    return f"read from {tokens} each time"


def _read_token() -> Tokens:
    from cli.store.vault import Tokens  # noqa: PLC0415

    token = sys.stdin.read().strip()
    if not token:
        raise WrongUsageError("There is no token on the input.", hint="standfast login --token-stdin < token.txt")
    _told_by(token)
    return Tokens(token)


def _keep(session: Session, tokens: Tokens, pages: Pages | None) -> str:
    from cli.store.profiles import Profile  # noqa: PLC0415

    renewal = {"token_endpoint": pages.token_endpoint, "client_id": pages.client_id} if pages else {}
    session.profiles.save(session.profile_name, Profile(session.origin, **renewal))
    _forget_profile(session)
    return session.vault.keep(session.profile_name, session.origin, tokens)


def _forget_profile(session: Session) -> None:
    """Let the session read its profile anew."""
    session.__dict__.pop("profile", None)


def _by_code(session: Session, *, browser: bool) -> str:
    from cli.store.sign_in import Attempt, exchanged  # noqa: PLC0415

    world = session.world
    pages = _pages(session)
    attempt = Attempt(pages, state=world.draw_secret(), verifier=world.draw_secret())
    address = _led_back(session, attempt) if browser else _pasted(session, attempt)
    return _keep(session, exchanged(attempt, attempt.code_of(address), send=world.send, now=world.now()), pages)


def _pages(session: Session) -> Pages:
    from cli.store.sign_in import Pages  # noqa: PLC0415

    found = session.public.get(_SIGN_IN)
    if not found.get("authorization_endpoint"):
        message = f"{session.origin} has no sign-in pages, as a store on one machine."
        raise WrongUsageError(message, hint=f"standfast login --store {session.origin} --data-dir .standfast")
    for name in ("authorization_endpoint", "token_endpoint"):
        origin_of(found[name])  # what a store names is opened, and sent secrets to: nothing but https, or this machine
    return Pages(found["authorization_endpoint"], found["token_endpoint"], found["client_id"], tuple(found["scopes"]))


def _led_back(session: Session, attempt: Any) -> str:  # noqa: ANN401 - its module is not loaded yet
    from cli.store.sign_in import wait_for_browser  # noqa: PLC0415

    def open_it() -> None:
        session.tell(f"Sign in here: {attempt.url}")
        session.world.open_browser(attempt.url)

    return wait_for_browser(attempt, open_it)


def _pasted(session: Session, attempt: Any) -> str:  # noqa: ANN401 - its module is not loaded yet
    session.tell(f"Sign in here: {attempt.url}")
    session.tell("The browser then shows a page that it cannot reach. Paste that page's address, and press Enter.")
    return sys.stdin.readline()
