"""`standfast trust …`: which CI workflows may submit upgrades of a plugin, with no secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.commands.arguments import Plugin
from cli.store.api import path_of
from cli.store.session import Session, at_a_store

if TYPE_CHECKING:
    from cli.paper import Paper

trust = typer.Typer(
    name="trust", help="Say which CI workflows may submit upgrades of a plugin, with no secret.", no_args_is_help=True
)
Name = Annotated[str, typer.Argument(metavar="NAME", help="Your own name of it.")]


@trust.command("list")
@at_a_store
def list_trusted(session: Session, plugin: Plugin) -> None:
    """List the workflows that a plugin trusts.

    \b
    standfast trust list todo
    """  # noqa: D301 - \b is a control character here: it keeps the lines below as they are
    session.show(session.api.get(path_of("plugins", plugin, "trusted-publishers")), _write_list)


def _write_list(paper: Paper, found: dict[str, Any]) -> None:
    from cli.store.showing import table  # noqa: PLC0415 - rich takes a while, here and below

    names = ("name", "issuer", "repository", "workflow", "environment")
    rows = [tuple(each[name] for name in names) for each in found["items"]]
    table(paper, names, rows, empty="No workflow may submit. standfast trust add PLUGIN NAME --repository OWNER/NAME")


@trust.command("add")
@at_a_store
def add(
    session: Session,
    plugin: Plugin,
    name: Name,
    *,
    repository: Annotated[str, typer.Option(metavar="OWNER/NAME", help="The repository on GitHub.")],
    workflow: Annotated[str, typer.Option(metavar="FILE", help="The workflow's file: publish.yml")],
    environment: Annotated[str, typer.Option(metavar="NAME", help="The environment that the job must run in.")] = "",
) -> None:
    """Let a workflow submit upgrades. Approval stays with people.

    \b
    standfast trust add todo releases --repository octo/todo --workflow publish.yml --environment store
    """  # noqa: D301 - see list_trusted
    body = {"issuer": "github", "repository": repository, "workflow": workflow, "environment": environment}
    session.show(session.api.put(path_of("plugins", plugin, "trusted-publishers", name), body), _write_publisher)


@trust.command("remove")
@at_a_store
def remove(session: Session, plugin: Plugin, name: Name) -> None:
    """Trust a workflow no more.

    \b
    standfast trust remove todo releases
    """  # noqa: D301 - see list_trusted
    session.api.delete(path_of("plugins", plugin, "trusted-publishers", name))
    session.show({}, lambda paper, _: paper.line("Removed."))


def _write_publisher(paper: Paper, publisher: dict[str, Any]) -> None:
    from cli.store.showing import members  # noqa: PLC0415

    members(paper, publisher["name"], [(name, value) for name, value in publisher.items() if name != "name"])
