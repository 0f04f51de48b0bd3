"""Registries that somebody might take instead: each serves the metadata of a package's latest version.

They are installed into a folder of their own, with the ordinary package managers, and each is left out with a reason
where that does not work. Neither pins nor reviews what it serves; what is compared is the read path.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

from bench.processes import LOOPBACK, ProgramMissingError, listens, running
from local.process import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_INSTALL_SECONDS = 300
_NPM = {
    "private": True,
    "dependencies": {"verdaccio": "5.33.0"},
    # One of its dependencies names a tag that not every mirror has.
    "overrides": {"node-fetch": "2.7.0"},
}
"""The last version of verdaccio that runs on Node 20."""

_VERDACCIO = """\
storage: ./storage
auth: {htpasswd: {file: ./htpasswd}}
uplinks: {}
packages: {'**': {access: $all, publish: $anonymous}}
log: {type: stdout, format: json, level: error}
"""
_PYPISERVER = ("pypiserver==2.4.2", "gunicorn==23.0.0")
_DESCRIPTION = "It does something, and says what. " * 40
"""Text of about the size that a manifest has."""


@contextlib.contextmanager
def verdaccio(folder: Path) -> Iterator[str]:
    """Run verdaccio with one package, and give the URL of its latest version. Raises ProgramMissingError."""
    npm, node = (shutil.which(name) for name in ("npm", "node"))
    if not npm or not node:
        message = "node and npm are not installed"
        raise ProgramMissingError(message)
    folder.mkdir()
    (folder / "package.json").write_text(json.dumps(_NPM), encoding="utf-8")
    _install([npm, "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"], folder)
    (folder / "config.yaml").write_text(_VERDACCIO, encoding="utf-8")
    port = free_port()
    program = folder / "node_modules" / "verdaccio" / "bin" / "verdaccio"
    command: list[str | Path] = [node, program, "--config", folder / "config.yaml", "--listen", f"{LOOPBACK}:{port}"]
    with running(command, log=folder / "said.log", is_ready=lambda: listens(port), folder=folder):
        package = folder / "package"
        package.mkdir()
        about = {"name": "weather", "version": "1.0.0", "description": _DESCRIPTION}
        (package / "package.json").write_text(json.dumps(about), encoding="utf-8")
        url = f"http://{LOOPBACK}:{port}"
        _install([npm, "publish", "--silent", "--registry", url, f"--//{LOOPBACK}:{port}/:_authToken=none"], package)
        yield f"{url}/weather/latest"


@contextlib.contextmanager
def pypiserver(folder: Path) -> Iterator[str]:
    """Run pypiserver with one package, and give the URL of its metadata. Raises ProgramMissingError."""
    folder.mkdir()
    python = folder / "environment" / "bin" / "python"
    _install([sys.executable, "-m", "venv", str(folder / "environment")], folder)
    _install([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *_PYPISERVER], folder)
    packages = folder / "packages"
    packages.mkdir()
    with zipfile.ZipFile(packages / "weather-1.0.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("weather-1.0.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: weather\nVersion: 1.0.0\n")
    port = free_port()
    command: list[str | Path] = [python.with_name("pypi-server"), "run", "--port", str(port), "--interface", LOOPBACK]
    command += ["--disable-fallback", "--server", "gunicorn", packages]
    with running(command, log=folder / "said.log", is_ready=lambda: listens(port), folder=folder):
        yield f"http://{LOOPBACK}:{port}/weather/json"


def _install(command: list[str], folder: Path) -> None:
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=_INSTALL_SECONDS)  # noqa: S603
    except (OSError, subprocess.SubprocessError) as error:
        message = f"{command[0].rpartition('/')[2]} {command[1]} failed: {error}"
        raise ProgramMissingError(message) from error
