"""The deployed functions, wired to the ports of this machine. The template says which: none is known here by name."""

from __future__ import annotations

import inspect
import threading
import uuid
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from time import monotonic
from typing import TYPE_CHECKING, Any

from local.cloudformation import ACCOUNT, REGION, TemplateError
from shared.edge.settings import read

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import ModuleType

    from local.machine import Ports
    from local.template import Function

    type Event = dict[str, Any]
    type Handler = Callable[[Event, Any], Any]


@dataclass(frozen=True, slots=True)
class Context:
    """Lambda's context object, as far as functions read it."""

    function_name: str
    memory_limit_in_mb: int
    seconds: int
    function_version: str = "$LATEST"
    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    started: float = field(default_factory=monotonic)

    @property
    def invoked_function_arn(self) -> str:
        """The function's ARN."""
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.function_name}"

    @property
    def log_group_name(self) -> str:
        """The function's log group."""
        return f"/standfast/{self.function_name}"

    @property
    def log_stream_name(self) -> str:
        """The one log stream there is."""
        return REGION

    def get_remaining_time_in_millis(self) -> int:
        """Return how many milliseconds are left of the function's time."""
        return max(0, int((self.seconds - (monotonic() - self.started)) * 1000))


class LocalFunction:
    """A function that may be called from any thread.

    As Lambda's execution environments do, a thread has a handler of its own and runs one event at a time: Powertools'
    batch processor, for one, keeps the state of its batch. The use case behind the handlers is one for all.
    """

    def __init__(self, function: Function, ports: Ports) -> None:
        app = import_module(f"{function.package}.app")
        self.name = function.name
        self._function = function
        self._build: Callable[[Callable[[], Any]], Handler] = app.build
        self._provide = cache(_provider(function, ports))
        self._environments = threading.local()
        self._provide()  # now, so that what is missing is missed at the start and not at the first request

    def __call__(self, event: Event) -> Any:  # noqa: ANN401 - whatever the handler returns
        """Call the handler. Raises whatever it raises."""
        handler: Handler | None = getattr(self._environments, "handler", None)
        if handler is None:
            handler = self._environments.handler = self._build(self._provide)
        context = Context(self.name, self._function.memory_megabytes, self._function.timeout_seconds)
        return handler(event, context)


def load_functions(functions: Mapping[str, Function], ports: Ports) -> dict[str, LocalFunction]:
    """Load every function of a template. Raises TemplateError where one asks for a port that is not here."""
    return {name: LocalFunction(function, ports) for name, function in functions.items()}


def _provider(function: Function, ports: Ports) -> Callable[[], Any]:
    """Make what gives the use case, by the names of the ports that the function's `wire` takes."""
    wiring = import_module(f"{function.package}.wiring")
    settings = read(_settings_class(function), function.environment)
    names = list(inspect.signature(wiring.wire).parameters)[1:]
    missing = [name for name in names if not hasattr(ports, name)]
    if missing:
        message = f"{function.package} asks for {', '.join(missing)}, which one machine does not have."
        raise TemplateError(message)
    return lambda: wiring.wire(settings, **{name: getattr(ports, name) for name in names})


def _settings_class(function: Function) -> type[Any]:
    module: ModuleType = import_module(f"{function.package}.settings")
    settings: type[Any] = module.Settings
    return settings
