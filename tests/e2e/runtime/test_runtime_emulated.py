"""`resolve` as Lambda runs it: the runtime's own client, the emulator of the SAM CLI, DynamoDB and S3 as stubs."""

from __future__ import annotations

import json
from statistics import median
from typing import TYPE_CHECKING

import pytest

from bench.aws_stub import AwsStub, manifest_event
from bench.coldstart import EMPTY, ONE_CLIENT, RESOLVE, Costs, costs_of
from bench.emulation import Lambda, emulated

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket, pytest.mark.timeout(180)]

MOST_INIT = 2.5
"""Times the init of a handler that makes one boto3 client and nothing else."""

MOST_WARM = 3.0
"""Times an empty handler's invocation, the call of AWS aside."""


def init_ratio(costs: dict[str, Costs]) -> float:
    return median(costs[RESOLVE].init_cpu) / median(costs[ONE_CLIENT].init_cpu)


def warm_ratio(costs: dict[str, Costs]) -> float:
    return median(costs[RESOLVE].own) / median(costs[EMPTY].own)


def plant(task: Path, file: str, old: str, new: str) -> None:
    source = (task / file).read_text(encoding="utf-8")
    assert old in source
    (task / file).write_text(source.replace(old, new), encoding="utf-8")


def test_the_real_runtime_serves_a_manifest(runtime: Lambda, task: Path, tmp_path: Path) -> None:
    with AwsStub() as aws:
        aws.seed(0)
        with emulated(runtime, task, module=RESOLVE, environment=aws.environment, log=tmp_path / "log") as function:
            found = function.invoke(manifest_event(0)).result
            assert found["statusCode"] == 200
            assert json.loads(found["body"])["api"]["url"].endswith("/plugins/seeded-0/versions/1/openapi.json")
            known = function.invoke(manifest_event(0, **{"if-none-match": found["headers"]["etag"]})).result
            assert known["statusCode"] == 304
            assert function.invoke(manifest_event(1)).result["statusCode"] == 404
        assert aws.calls == ["GetItem", "GetObject", "GetItem", "GetItem"]


def test_start_and_warm_invocation_keep_the_bars(runtime: Lambda, task: Path) -> None:
    costs = costs_of(runtime, task, starts=3, invocations=150)
    assert init_ratio(costs) <= MOST_INIT
    assert warm_ratio(costs) <= MOST_WARM
    assert set(costs[RESOLVE].calls) == {1}


def test_a_planted_import_exceeds_the_bar_of_the_start(runtime: Lambda, task: Path) -> None:
    plant(
        task,
        "shared/domain/errors.py",
        "from __future__ import annotations\n",
        "from __future__ import annotations\nsum(range(60_000_000))\n",
    )
    assert init_ratio(costs_of(runtime, task, starts=1, invocations=1)) > MOST_INIT


def test_planted_work_exceeds_the_bar_of_an_invocation(runtime: Lambda, task: Path) -> None:
    plant(
        task,
        "functions/resolve/app.py",
        "    plugin = event[",
        "    sum(range(1_000_000))\n    plugin = event[",
    )
    assert warm_ratio(costs_of(runtime, task, starts=1, invocations=40)) > MOST_WARM


def test_a_planted_read_is_counted(runtime: Lambda, task: Path) -> None:
    plant(
        task,
        "functions/resolve/use_case.py",
        "        if pointer.ban and",
        "        self._pointers.pointer(plugin)\n        if pointer.ban and",
    )
    assert set(costs_of(runtime, task, starts=1, invocations=3)[RESOLVE].calls) == {2}
