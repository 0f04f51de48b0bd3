"""Arguments and options that several commands have."""

from __future__ import annotations

from typing import Annotated

import typer

Plugin = Annotated[str, typer.Argument(metavar="PLUGIN", help="The plugin's id.")]
Version = Annotated[int, typer.Argument(metavar="VERSION", min=1, help="The version's number.")]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=10_000, help="How many to show at most.")]
Because = Annotated[str, typer.Option("--reason", "-r", help="Why. The publisher reads it.")]
