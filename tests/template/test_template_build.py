"""The artifacts: built as for AWS, then imported with nothing but themselves, the layer and what Lambda brings."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.isolation import copy_source, lay_runtime, run_isolated
from tests.template.document import FUNCTION, ROOMS, read_template, resources

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

TOOLS = Path(sys.executable).parent
PROBE = """
import importlib, json, sys
artifact, layer, runtime, function, event = sys.argv[1:]
sys.path[:0] = [artifact, layer]
sys.path.append(runtime)
app = importlib.import_module(f"functions.{function}.app")
assert callable(app.handler)
answer = app.handler(json.loads(event), None) if event else None
print(json.dumps(answer))
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build everything from a copy, without a container, and return the folder of the artifacts."""
    names = ("functions", "shared", "alarms", "template.yaml", "samconfig.toml", ".python-version")
    source = copy_source(tmp_path_factory.mktemp("source"), *names)
    environment = os.environ | {"SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": "eu-west-1"}
    result = subprocess.run(  # noqa: S603 - our own tool
        [TOOLS / "sam", "build"], cwd=source, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return source / ".aws-sam" / "build"


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay_runtime(tmp_path_factory.mktemp("runtime"))


def probe(artifact: Path, runtime: Path, function: str, event: str = "") -> subprocess.CompletedProcess[str]:
    """Import a handler, and call it if there is an event, in an interpreter that sees nothing of this environment."""
    layer = artifact.parent / "SharedLayer" / "python"
    return run_isolated(PROBE, artifact, layer, runtime, function, event)


def artifact_of(built: Path, function: str) -> Path:
    names = resources(read_template(), FUNCTION).items()
    (name,) = (name for name, each in names if each["Properties"]["CodeUri"] == f"functions/{function}/")
    return built / name


def source_of(built: Path) -> Path:
    return built.parents[1]


def files(folder: Path) -> set[str]:
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.name != "requirements.txt"
    }


@pytest.mark.parametrize("function", ROOMS)
def test_an_artifact_imports_with_nothing_but_itself_and_the_layer(built: Path, runtime: Path, function: str) -> None:
    result = probe(artifact_of(built, function), runtime, function)
    assert result.returncode == 0, result.stderr


def test_an_artifact_that_lacks_a_requirement_does_not_import(built: Path, runtime: Path, tmp_path: Path) -> None:
    (tmp_path / "SharedLayer").symlink_to(built / "SharedLayer")
    crippled = tmp_path / "StatusFunction"
    shutil.copytree(artifact_of(built, "status"), crippled)
    shutil.rmtree(crippled / "annotated_types")
    result = probe(crippled, runtime, "status")
    assert "No module named 'annotated_types'" in result.stderr


def test_an_artifact_without_the_layer_does_not_import(built: Path, runtime: Path, tmp_path: Path) -> None:
    alone = tmp_path / "ResolveFunction"
    shutil.copytree(artifact_of(built, "resolve"), alone)
    assert "No module named 'shared'" in probe(alone, runtime, "resolve").stderr


@pytest.mark.parametrize("function", ROOMS)
def test_an_artifact_holds_its_own_folder_and_no_other(built: Path, function: str) -> None:
    artifact = artifact_of(built, function)
    assert files(artifact / "functions") == {
        f"{function}/{name}" for name in files(source_of(built) / "functions" / function)
    }
    assert not {"shared", "local", "tests", "cli"} & {path.name for path in artifact.iterdir()}


def test_the_layer_holds_all_of_shared_and_nothing_else(built: Path) -> None:
    layer = built / "SharedLayer"
    assert files(layer) == {f"python/shared/{name}" for name in files(source_of(built) / "shared")}


def test_the_artifact_of_the_public_route_is_source_alone_and_answers(built: Path, runtime: Path) -> None:
    artifact = artifact_of(built, "resolve")
    assert [path.name for path in artifact.iterdir()] == ["functions"]
    event = {
        "headers": {},
        "pathParameters": {"plugin_id": "no such id"},
        "requestContext": {"http": {"method": "GET"}, "domainName": "plugins.example.com"},
    }
    result = probe(artifact, runtime, "resolve", json.dumps(event))
    assert result.returncode == 0, result.stderr
    # Its metrics are lines of the log, before what it answered.
    assert json.loads(result.stdout.splitlines()[-1])["statusCode"] == 404


def test_the_artifacts_are_built_for_the_architecture_of_the_template(built: Path) -> None:
    # In an ELF header the machine is the half-word at 18: 0x3e is x86-64.
    libraries = list(built.glob("*Function/**/*.so"))
    assert libraries
    assert {library.read_bytes()[18] for library in libraries} == {0x3E}
