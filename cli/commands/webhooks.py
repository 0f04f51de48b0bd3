"""`standfast webhooks …`: where messages are posted, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.commands.arguments import Limit
from cli.store.api import path_of
from cli.store.session import Session, at_a_store

if TYPE_CHECKING:
    from cli.paper import Paper

webhooks = typer.Typer(
    name="webhooks", help="Have messages posted to you, and see what came of it.", no_args_is_help=True
)
Name = Annotated[str, typer.Argument(metavar="NAME", help="Your own name of the webhook.")]


@webhooks.command("list")
@at_a_store
def list_webhooks(session: Session) -> None:
    """List your webhooks.

    \b
    standfast webhooks list
    """  # noqa: D301 - \b is a control character here: it keeps the lines below as they are
    session.show(session.api.get(path_of("webhooks")), _write_list)


def _write_list(paper: Paper, found: dict[str, Any]) -> None:
    from cli.store.showing import table  # noqa: PLC0415 - rich takes a while, here and below

    rows = [(each["name"], each["state"], each["url"], each["types"] or "all") for each in found["items"]]
    table(paper, ("name", "state", "url", "types"), rows, empty="You have no webhooks. standfast webhooks set NAME URL")


@webhooks.command("show")
@at_a_store
def show(session: Session, name: Name) -> None:
    """Show one webhook.

    \b
    standfast webhooks show builds
    """  # noqa: D301 - see list_webhooks
    session.show(session.api.get(path_of("webhooks", name)), _write_webhook)


@webhooks.command("set")
@at_a_store
def set_up(
    session: Session,
    name: Name,
    url: Annotated[str, typer.Argument(metavar="URL", help="An https URL on a public host.")],
    *,
    description: Annotated[str, typer.Option(help="What it is for.")] = "",
    types: Annotated[
        list[str] | None, typer.Option("--type", metavar="TYPE", help="Only messages of this type; repeatable.")
    ] = None,
    plugins: Annotated[
        list[str] | None, typer.Option("--plugin", metavar="ID", help="Only of this plugin; repeatable.")
    ] = None,
    disabled: Annotated[bool, typer.Option("--disabled", help="Post nothing for now.")] = False,
) -> None:
    """Set a webhook up, or change one. A new one's secret is shown once.

    \b
    standfast webhooks set builds https://todo.example.com/hooks/standfast --type version.rejected
    """  # noqa: D301 - see list_webhooks
    body = {
        "url": url,
        "description": description,
        "types": types or [],
        "plugin_ids": plugins or [],
        "state": "disabled" if disabled else "enabled",
    }
    session.show(session.api.put(path_of("webhooks", name), body), _write_webhook)


@webhooks.command("remove")
@at_a_store
def remove(session: Session, name: Name) -> None:
    """Remove a webhook.

    \b
    standfast webhooks remove builds
    """  # noqa: D301 - see list_webhooks
    session.api.delete(path_of("webhooks", name))
    session.show({}, lambda paper, _: paper.line("Removed."))


@webhooks.command("rotate")
@at_a_store
def rotate(session: Session, name: Name) -> None:
    """Give a webhook a new secret. The old one counts for a day more.

    \b
    standfast webhooks rotate builds
    """  # noqa: D301 - see list_webhooks
    path = path_of("webhooks", name, "rotate-secret")
    session.show(session.api.post(path, is_repeatable=False), _write_webhook)


@webhooks.command("test")
@at_a_store
def try_out(session: Session, name: Name) -> None:
    """Have a test message delivered.

    \b
    standfast webhooks test builds
    """  # noqa: D301 - see list_webhooks
    session.show(session.api.post(path_of("webhooks", name, "test"), is_repeatable=False), _write_delivery)


@webhooks.command("deliveries")
@at_a_store
def deliveries(session: Session, name: Name, *, limit: Limit = 20) -> None:
    """Tell what was delivered to a webhook and what was not, newest first.

    \b
    standfast webhooks deliveries builds
    """  # noqa: D301 - see list_webhooks
    session.show(session.api.pages(path_of("webhooks", name, "deliveries"), most=limit), _write_deliveries)


@webhooks.command("replay")
@at_a_store
def replay(
    session: Session,
    name: Name,
    delivery: Annotated[str, typer.Argument(metavar="DELIVERY", help="The delivery's id.")],
) -> None:
    """Have a delivery attempted anew.

    \b
    standfast webhooks replay builds 5f3a0c
    """  # noqa: D301 - see list_webhooks
    path = path_of("webhooks", name, "deliveries", delivery, "replay")
    session.show(session.api.post(path, is_repeatable=False), _write_delivery)


def _write_webhook(paper: Paper, webhook: dict[str, Any]) -> None:
    from cli.store.showing import members  # noqa: PLC0415

    members(paper, webhook["name"], [(name, value) for name, value in webhook.items() if name != "name"])
    if webhook.get("secret"):
        paper.line("Keep the secret now: it is not shown again.")


def _write_delivery(paper: Paper, delivery: dict[str, Any]) -> None:
    from cli.store.showing import members  # noqa: PLC0415

    shown = [(name, delivery[name]) for name in ("type", "plugin_id", "state", "note", "made_at", "due_at")]
    members(paper, delivery["delivery_id"], [*shown, ("attempts", len(delivery["attempts"]))])


def _write_deliveries(paper: Paper, page: dict[str, Any]) -> None:
    from cli.store.showing import table  # noqa: PLC0415

    rows = [
        (each["delivery_id"], each["made_at"], each["type"], each["state"], _last_attempt(each))
        for each in page["items"]
    ]
    table(paper, ("delivery", "made", "type", "state", "last attempt"), rows, empty="Nothing was delivered yet.")


def _last_attempt(delivery: dict[str, Any]) -> str:
    if not delivery["attempts"]:
        return ""
    last = delivery["attempts"][-1]
    return f"{last['status'] or last['error']} after {last['milliseconds']} ms"
