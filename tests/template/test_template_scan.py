"""The scanner, offline, and that each thing it is told to pass over has its reason beside it and is still there."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.template.document import ROOT

if TYPE_CHECKING:
    from pathlib import Path

CHECKOV = ROOT / ".checkov/bin/checkov"
CONFIG = ROOT / ".checkov.yaml"
TEMPLATES = tuple(ROOT / name for name in ("template.yaml", "edge.yaml", "alarms/function.yaml", "alarms/queue.yaml"))
_IN_PLACE = re.compile(r"# checkov:skip=(CKV_AWS_\d+)(?::(.*))?$", re.MULTILINE)
_ANYWHERE = re.compile(r"^  - (CKV_\w+)$")

FAULTS = {
    "CKV_AWS_53": ("        BlockPublicAcls: true\n", "        BlockPublicAcls: false\n"),
    "CKV_AWS_28": ("        PointInTimeRecoveryEnabled: true\n", "        PointInTimeRecoveryEnabled: false\n"),
    "CKV_AWS_34": ("ViewerProtocolPolicy: redirect-to-https", "ViewerProtocolPolicy: allow-all"),
    "CKV_AWS_68": ("        WebACLId: !If [HasFirewall, !Ref WebAclArn, !Ref AWS::NoValue]\n", ""),
    "CKV_AWS_26": ("      KmsMasterKeyId: alias/aws/sns\n", "      DisplayName: Bare\n"),
}
"""What to replace by what, by the check that must find it."""


def scan(*templates: Path, config: Path = CONFIG) -> subprocess.CompletedProcess[str]:
    """Run the scanner as `make template` does; it would read another configuration where it is started, too."""
    assert CHECKOV.exists(), "`make setup` makes the scanner's environment."
    command: list[str | Path] = [CHECKOV, "--config-file", config, "--file", *templates]
    return subprocess.run(  # noqa: S603 - our own tool
        command, cwd=config.parent, capture_output=True, text=True, check=False, timeout=100
    )


def unexplained(text: str) -> list[str]:
    """Name the checks of the configuration that no comment, and no other check with one, stands above."""
    lines = text.splitlines()
    explained = False
    wrong = []
    for line in lines[lines.index("skip-check:") + 1 :]:
        explained = explained or line.strip().startswith("#")
        if found := _ANYWHERE.match(line):
            wrong += [] if explained else [found[1]]
    return wrong


@pytest.mark.slow
def test_the_templates_pass_the_scanner() -> None:
    result = scan(*TEMPLATES)
    assert result.returncode == 0, result.stdout
    # It ends well, too, when it could not read what it was given.
    assert re.search(r"Passed checks: [1-9]\d\d, Failed checks: 0, Skipped checks: \d+\n", result.stdout), result.stdout
    assert result.stderr == ""


@pytest.mark.slow
def test_planted_faults_are_found_by_the_scanner(tmp_path: Path) -> None:
    text = TEMPLATES[0].read_text(encoding="utf-8")
    for sound, faulty in FAULTS.values():
        assert sound in text
        text = text.replace(sound, faulty)
    planted = tmp_path / "template.yaml"
    planted.write_text(text, encoding="utf-8")
    result = scan(planted)
    assert result.returncode == 1
    assert [check for check in FAULTS if check not in result.stdout] == [], result.stdout


@pytest.mark.slow
def test_nothing_is_passed_over_that_is_not_there(tmp_path: Path) -> None:
    config = tmp_path / "checkov.yaml"
    settings = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))
    skipped = set(settings.pop("skip-check"))
    config.write_text(yaml.safe_dump(settings), encoding="utf-8")
    copies = []
    for number, template in enumerate(TEMPLATES):
        text = template.read_text(encoding="utf-8")
        skipped |= {check for check, _reason in _IN_PLACE.findall(text)}
        copies.append(tmp_path / f"{number}.yaml")
        copies[-1].write_text(_IN_PLACE.sub("", text), encoding="utf-8")
    found = set(re.findall(r"Check: (CKV_\w+)", scan(*copies, config=config).stdout))
    assert found == skipped


def test_whatever_is_passed_over_says_why() -> None:
    text = CONFIG.read_text(encoding="utf-8")
    assert unexplained(text) == []
    assert unexplained("skip-check:\n  - CKV_AWS_1\n") == ["CKV_AWS_1"]
    reasons = [reason for each in TEMPLATES for _check, reason in _IN_PLACE.findall(each.read_text(encoding="utf-8"))]
    assert reasons
    assert all(reasons)
