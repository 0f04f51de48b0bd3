"""What SnapStart would freeze: the state of the process when the handler is imported, thawed hours later, many times.

https://docs.aws.amazon.com/lambda/latest/dg/snapstart-uniqueness.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.architecture.isolation import copy_source, lay_runtime, run_isolated

if TYPE_CHECKING:
    from pathlib import Path

FREEZE = """
import json, os, random, secrets, sys, tempfile, uuid
root, runtime, *initialised = sys.argv[1:]
sys.path.insert(0, root)
sys.path.append(runtime)
import botocore.session, urllib3
os.environ.update({"AWS_ACCESS_KEY_ID": "before", "AWS_SECRET_ACCESS_KEY": "before"})
if initialised:
    os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"] = "snap-start"
connected, drawn = [], []
sys.addaudithook(lambda name, _: connected.append(name) if name.startswith("socket.") else None)
def counting(owner, name):
    draw = getattr(owner, name)
    def counted(*arguments, **named):
        drawn.append(name)
        return draw(*arguments, **named)
    setattr(owner, name, counted)
for owner, name in (os, "urandom"), (random, "random"), (random, "getrandbits"), (uuid, "uuid4"):
    counting(owner, name)
import functions.resolve.app as app
made = app.from_environment.cache_info().currsize
connected, drawn, frozen = list(connected), list(drawn), (connected, drawn)
os.environ.update({"AWS_ACCESS_KEY_ID": "after", "AWS_SECRET_ACCESS_KEY": "after"})
s3 = app.from_environment().resolve._objects._client
url = s3.generate_presigned_url("get_object", Params={"Bucket": "bucket", "Key": "key"})
print(json.dumps({"made": made, "connected": connected, "drawn": drawn, "signed_as_before": "before" in url}))
"""


def frozen(source: Path, tmp_path: Path, *, by_lambda: bool = True) -> dict[str, Any]:
    """Import the handler, let time pass, and tell what the import made, and what of it is left."""
    runtime = tmp_path / "runtime"
    runtime.mkdir()
    result = run_isolated(FREEZE, source, lay_runtime(runtime), *(["by-lambda"] if by_lambda else []))
    assert result.returncode == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    return copy_source(folder, "functions", "shared")


def test_lambda_gets_its_clients_made_without_credentials_connections_or_randomness(
    source: Path, tmp_path: Path
) -> None:
    expected = {"made": 1, "connected": [], "drawn": [], "signed_as_before": False}
    assert frozen(source, tmp_path) == expected


def test_nobody_else_gets_anything_made_at_import(source: Path, tmp_path: Path) -> None:
    assert frozen(source, tmp_path, by_lambda=False)["made"] == 0


APP = "functions/resolve/app.py"
LAZY = 'session.register_component("credential_provider", _CredentialsAtFirstUse(session))'
READ = "from_environment().resolve._pointers.pointer('todo')"
FAULTS = {
    "credentials": ("shared/storage/clients.py", LAZY, "pass", "signed_as_before"),
    "an id": (APP, "\nprepare()", "\nprepare()\nimport uuid\nINSTANCE = uuid.uuid4()", "drawn"),
    "a seed": (APP, "\nprepare()", "\nprepare()\nimport random\nSEED = random.random()", "drawn"),
    "a read": (APP, "\nprepare()", f"\nprepare()\ntry:\n    {READ}\nexcept Exception:\n    pass", "connected"),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_planted_fault_is_frozen(source: Path, tmp_path: Path, fault: tuple[str, str, str, str]) -> None:
    file, old, new, found = fault
    text = (source / file).read_text(encoding="utf-8")
    assert old in text
    (source / file).write_text(text.replace(old, new), encoding="utf-8")
    assert frozen(source, tmp_path)[found]
