"""Runs inside the emulated function: wraps its handler, and adds to each answer what it cost.

Copied beside the function; `PROBED` names the module whose `handler` is called. An answer that is an object gets a
member `probe`: the CPU seconds that the start took, the calls of AWS that this invocation made, and their seconds.
"""

from __future__ import annotations

import importlib
import os
import sys
import time
from typing import Any

_calls: list[float] = []


def _listen() -> None:
    """Note how long each call of AWS takes, the SDK's own work on it included."""
    client: Any = sys.modules["botocore.client"].BaseClient
    call = client._make_api_call  # noqa: SLF001 - the edge of botocore: there is no public one that spans a call

    def noted(self: object, name: str, arguments: dict[str, Any]) -> object:
        began = time.perf_counter()
        try:
            return call(self, name, arguments)
        finally:
            _calls.append(time.perf_counter() - began)

    client._make_api_call = noted  # noqa: SLF001


_handler: Any = importlib.import_module(os.environ["PROBED"]).handler
_INIT_CPU_SECONDS = time.process_time()
if "botocore.client" in sys.modules:
    _listen()


def handler(event: dict[str, Any], context: object) -> Any:  # noqa: ANN401 - whatever the handler returns
    """Call the handler."""
    _calls.clear()
    answer = _handler(event, context)
    if isinstance(answer, dict):
        answer["probe"] = {"init_cpu_seconds": _INIT_CPU_SECONDS, "calls": len(_calls), "aws_seconds": sum(_calls)}
    return answer
