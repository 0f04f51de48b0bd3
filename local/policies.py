"""The policy of the fast lane, from a file: what an operator uploads and sets as a parameter on AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.machine import Machine
from shared.policies.storing import store_policy

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PARAMETER = "FastLanePolicy"
"""The parameter of template.yaml that names the policy in force by its digest."""


def put_in_force(policy: Path, data: Path) -> Mapping[str, str]:
    """Store a policy with the store's objects and return the parameter. Raises OSError, PolicyInvalidError."""
    machine = Machine.at(data)
    try:
        return {PARAMETER: store_policy(machine.objects, policy.read_bytes()).digest}
    finally:
        machine.close()
