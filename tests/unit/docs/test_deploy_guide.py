"""docs/deploy.md: what it says exists, and its commands are commands."""

from __future__ import annotations

import re
import shlex
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import botocore.session
import pytest

from local.cloudformation import load

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]
GUIDE = (ROOT / "docs/deploy.md").read_text(encoding="utf-8")
STORE, EDGE = load(ROOT / "template.yaml"), load(ROOT / "edge.yaml")
# What the AWS CLI adds to the services' own operations, with the options used here.
CUSTOM = {
    ("cloudformation", "deploy"): {"stack-name", "template-file", "parameter-overrides"},
    ("s3", "rb"): {"force"},
}
EVERYWHERE = {"region", "query"}
SWITCHES = re.compile(r"no-(.+)")


def commands() -> Iterator[list[str]]:
    """Give the words of each command of the guide; a line that ends in a backslash goes on."""
    for block in re.findall(r"```console[^\n]*\n(.*?)```", GUIDE, flags=re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            if line.startswith("$ "):
                yield from (shlex.split(part) for part in re.split(r" (?:\||&&) ", line[2:]))


def options(words: list[str]) -> set[str]:
    return {word.removeprefix("--") for word in words if word.startswith("--")}


@cache
def members(service: str, operation: str) -> frozenset[str]:
    """Return the options that an operation has, from the service's own model."""
    model = botocore.session.get_session().get_service_model(service)
    names = {botocore.xform_name(each, "-"): each for each in model.operation_names}
    shape = model.operation_model(names[operation]).input_shape
    return frozenset(botocore.xform_name(each, "-") for each in shape.members) if shape else frozenset()


AWS = [words for words in commands() if words[0] == "aws"]


@pytest.mark.parametrize("words", AWS, ids=lambda words: " ".join(words[1:3]))
def test_a_command_of_the_aws_cli_exists_with_its_options(words: list[str]) -> None:
    _, service, operation, *rest = words
    known = CUSTOM.get((service, operation)) or members(service, operation)
    unknown = options(rest) - known - EVERYWHERE
    assert {name for name in unknown if SWITCHES.sub(r"\1", name) not in known} == set()


def test_a_command_that_does_not_exist_is_found() -> None:
    with pytest.raises(KeyError):
        members("cognito-idp", "admin-create-users")
    assert "user-pool" not in members("cognito-idp", "admin-create-user")
    assert len(AWS) > 10


def test_everything_that_is_made_can_be_made() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert {words[1] for words in commands() if words[0] == "make"} <= targets


def test_every_other_command_is_one_that_the_reader_has() -> None:
    assert {words[0] for words in commands()} <= {"aws", "make", "curl", "head", "git", ".venv/bin/sam"}


def test_every_parameter_that_is_set_is_a_parameter() -> None:
    known = STORE["Parameters"].keys() | EDGE["Parameters"].keys()
    set_here = set(re.findall(r"\b([A-Z][a-z]\w+)=", GUIDE))
    spoken_of = {
        name for row in re.findall(r"^\| (`.+?) \|", GUIDE, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)
    }
    # What the commands of the AWS CLI take in that form, too.
    assert (set_here | spoken_of) - {"Name", "Value"} <= known
    assert {"DomainName", "OriginSecretInUse", "FourEyes"} <= set_here | spoken_of


def test_every_output_that_is_named_is_an_output() -> None:
    named = set(re.findall(r"outputs? `(\w+)`", GUIDE)) | set(re.findall(r"name `(PublicUrl)`", GUIDE))
    assert named
    assert named <= STORE["Outputs"].keys()


def test_everything_that_is_configured_is_a_parameter_and_can_be_read() -> None:
    settings = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))
    for stage in ("dev", "prod"):
        overrides = settings[stage]["deploy"]["parameters"]["parameter_overrides"]
        pairs = [re.fullmatch(r'(\w+)=("[^"]*"|\S+)', each) for each in overrides]
        assert all(pairs), overrides
        assert {pair[1] for pair in pairs if pair} <= STORE["Parameters"].keys()
        assert f"Stage={stage}" in overrides


def test_what_the_guide_says_must_be_filled_in_is_there_to_fill_in() -> None:
    settings = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))
    prod = settings["prod"]["deploy"]["parameters"]["parameter_overrides"]
    block = re.search(r"```toml\n(.*?)```", GUIDE, re.DOTALL)
    assert block
    asked = set(re.findall(r'^"(\w+)=', block[1], re.MULTILINE))
    assert asked == {each.partition("=")[0] for each in prod if each.endswith('=""')}
