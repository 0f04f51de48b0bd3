"""The store on one machine: `python -m local run`, `token`, `demo`, `replay`.

Every command imports what it needs only when it runs: `token` is called often, and starts fast.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_EPILOG = "Where an environment variable is named, the option wins over it."


def main(arguments: Sequence[str] | None = None, environ: Mapping[str, str] = os.environ) -> int:
    """Run a command and return its exit status."""
    options = parser_of(environ).parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    return command(options)


def parser_of(environ: Mapping[str, str]) -> argparse.ArgumentParser:
    """Return the parser of the command line, with its defaults from an environment."""
    parser = argparse.ArgumentParser(prog="python -m local", description="The store on one machine.", epilog=_EPILOG)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_run(commands.add_parser("run", help="run the store until Ctrl+C", epilog=_EPILOG), environ)
    _add_token(commands.add_parser("token", help="print an access token for a person", epilog=_EPILOG), environ)
    _add_reconcile(commands.add_parser("reconcile", help="find what is left over or lost", epilog=_EPILOG), environ)
    _add_drift(commands.add_parser("drift", help="compare every origin with what is live", epilog=_EPILOG), environ)
    demo = commands.add_parser("demo", help="tell the story of an upgrade, and what a reader saw meanwhile")
    demo.add_argument(
        "--record", type=Path, default=None, metavar="FILE", help="write what was seen as JSON, for a chart"
    )
    demo.set_defaults(command=_demo)
    _add_replay(commands.add_parser("replay", help="put the public history of a real store through this one"))
    return parser


def _add_run(parser: argparse.ArgumentParser, environ: Mapping[str, str]) -> None:
    add = parser.add_argument
    _add_data(parser, environ)
    add("--port", type=int, default=environ.get("PORT", "8080"), help="where to serve (PORT, default 8080)")
    add("--bind", default=environ.get("BIND", "127.0.0.1"), help="the address to serve on (BIND, default 127.0.0.1)")
    _add_surroundings(parser, environ)
    _add_rules(parser, environ)
    add(
        "--log-level",
        type=str.upper,
        choices=["DEBUG", "INFO", "WARNING", "ERROR"],
        default=environ.get("LOG_LEVEL", "WARNING").upper(),
        help="INFO tells of every request (LOG_LEVEL, default WARNING)",
    )
    parser.set_defaults(command=_run)


def _add_surroundings(parser: argparse.ArgumentParser, environ: Mapping[str, str]) -> None:
    add = parser.add_argument
    add(
        "--connect-to",
        type=_endpoint,
        default=environ.get("CONNECT_TO") or None,
        metavar="HOST:PORT",
        help="fetch publishers' documents from there in plain HTTP, keeping the Host header (CONNECT_TO)",
    )
    add(
        "--public-base-url",
        default=environ.get("PUBLIC_BASE_URL", ""),
        metavar="URL",
        help="the origin that served documents name (PUBLIC_BASE_URL, default the address served)",
    )
    add(
        "--purge-url",
        default=environ.get("PURGE_URL", ""),
        metavar="URL",
        help="where a cache in front takes `PURGE` with the `Cache-Tag` to drop (PURGE_URL, default none)",
    )


def _add_rules(parser: argparse.ArgumentParser, environ: Mapping[str, str]) -> None:
    add = parser.add_argument
    add(
        "--parameter",
        type=_parameter,
        action="append",
        default=[_parameter(text) for text in environ.get("PARAMETERS", "").split()],
        metavar="NAME=VALUE",
        help="a parameter of template.yaml, such as DomainProof=required (PARAMETERS, separated by spaces)",
    )
    add(
        "--policy",
        type=Path,
        default=Path(environ["POLICY"]) if environ.get("POLICY") else None,
        metavar="FILE",
        help="approve upgrades that fit this policy without a reviewer (POLICY, default none)",
    )


def _add_token(parser: argparse.ArgumentParser, environ: Mapping[str, str]) -> None:
    _add_data(parser, environ)
    parser.add_argument("--subject", required=True, help="who the token is for")
    parser.add_argument("--group", choices=["developers", "reviewers", "plus", "operators", "none"], default="none")
    parser.set_defaults(command=_token)


def _add_reconcile(parser: argparse.ArgumentParser, environ: Mapping[str, str]) -> None:
    _add_data(parser, environ)
    parser.add_argument("--mend", action="store_true", help="mend what can be mended; without it, nothing is changed")
    parser.set_defaults(command=_reconcile)


def _add_drift(parser: argparse.ArgumentParser, environ: Mapping[str, str]) -> None:
    _add_data(parser, environ)
    parser.set_defaults(command=_drift)


def _add_replay(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--corpus", type=Path, default=Path("../shared/corpus/store"), help="the history's directory")
    parser.add_argument("--days", type=int, default=None, help="replay only so many days")
    parser.set_defaults(command=_replay)


def _add_data(parser: argparse.ArgumentParser, environ: Mapping[str, str]) -> None:
    default = Path(environ.get("DATA_DIR") or ".standfast")
    parser.add_argument("--data", type=Path, default=default, help="where everything is kept (DATA_DIR, .standfast)")


def _endpoint(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit():
        message = f"{text!r} is not HOST:PORT"
        raise argparse.ArgumentTypeError(message)
    return host, int(port)


def _parameter(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        message = f"{text!r} is not NAME=VALUE"
        raise argparse.ArgumentTypeError(message)
    return name, value


def _run(options: argparse.Namespace) -> int:
    from local.server import CannotStartError, Settings, run  # noqa: PLC0415

    # Powertools reads its level from the environment, as each function's logger is made.
    os.environ["LOG_LEVEL"] = options.log_level
    settings = Settings(
        data=options.data,
        port=options.port,
        bind=options.bind,
        connect_to=options.connect_to,
        public_base_url=options.public_base_url,
        parameters=dict(options.parameter),
        policy=options.policy,
        purge_url=options.purge_url,
        log_level=options.log_level,
    )
    try:
        run(settings)
    except CannotStartError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _token(options: argparse.Namespace) -> int:
    from local.tokens import signing_key  # noqa: PLC0415

    print(signing_key(options.data).issue(options.subject, options.group))
    return 0


def _reconcile(options: argparse.Namespace) -> int:
    from local.reconcile import run_reconcile  # noqa: PLC0415

    return run_reconcile(options.data, mends=options.mend)


def _drift(options: argparse.Namespace) -> int:
    from local.rounds import run_drift  # noqa: PLC0415

    return run_drift(options.data)


def _demo(options: argparse.Namespace) -> int:
    from local.demo import run_demo  # noqa: PLC0415

    return run_demo(record=options.record)


def _replay(options: argparse.Namespace) -> int:
    from local.replay.running import run_replay  # noqa: PLC0415

    return run_replay(options.corpus, days=options.days)


if __name__ == "__main__":
    sys.exit(main())
