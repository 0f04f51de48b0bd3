"""What `template.yaml` says of functions, routes and event sources: the one place where either stack has it from.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.cloudformation import Evaluator, TemplateError, load

if TYPE_CHECKING:
    from collections.abc import Iterator

TEMPLATE = Path(__file__).resolve().parent.parent / "template.yaml"

_DEFAULT_TIMEOUT = 3
_DEFAULT_MEMORY = 128
_DEFAULT_VISIBILITY = 30
_DEFAULT_QUEUE_BATCH = 10
_DEFAULT_STREAM_BATCH = 100
_DEFAULT_THREADS = 8
_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_UNIT_SECONDS = {"minute": 60, "hour": 3600, "day": 86400}
_REPORTS_FAILURES = "ReportBatchItemFailures"


@dataclass(frozen=True, slots=True)
class Function:
    """A function: `package` is its folder as a module, `handler` the name in its `app`."""

    name: str
    package: str
    handler: str
    environment: Mapping[str, str]
    timeout_seconds: int
    memory_megabytes: int


@dataclass(frozen=True, slots=True)
class HttpRoute:
    """A route of the HTTP API, path as declared. `scopes` is None where it is public; one of them suffices, if any."""

    function: str
    method: str
    path: str
    scopes: tuple[str, ...] | None

    @property
    def key(self) -> str:
        """The route key of API Gateway."""
        return f"{self.method} {self.path}" if self.path != DEFAULT_PATH else DEFAULT_PATH


DEFAULT_PATH = "$default"
ANY_METHOD = "ANY"


@dataclass(frozen=True, slots=True)
class QueueSource:
    """A queue that feeds a function. `most_receives` is None where nothing leads to a dead-letter queue."""

    function: str
    queue: str
    batch_size: int
    threads: int
    reports_failures: bool
    visibility_seconds: int
    most_receives: int | None


@dataclass(frozen=True, slots=True)
class StreamSource:
    """A function that reads the table's stream. `most_retries` is None for ever; `patterns` are alternatives."""

    function: str
    name: str
    batch_size: int
    reports_failures: bool
    halves_on_error: bool
    most_retries: int | None
    starting_position: str
    view: str
    patterns: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Schedule:
    """A function that runs every so many seconds, with an event of its own or EventBridge's."""

    function: str
    name: str
    seconds: int
    event: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class ScheduledMessage:
    """A message that is put into a queue every so many seconds; `MOMENT` in its body stands for when that is."""

    queue: str
    name: str
    seconds: int
    body: str


MOMENT = "<aws.scheduler.scheduled-time>"


@dataclass(frozen=True, slots=True)
class Template:
    """What there is to run."""

    functions: Mapping[str, Function]
    routes: tuple[HttpRoute, ...]
    queues: tuple[QueueSource, ...]
    streams: tuple[StreamSource, ...]
    schedules: tuple[Schedule, ...]
    messages: tuple[ScheduledMessage, ...]


@dataclass(frozen=True, slots=True)
class _Event:
    """One entry of a function's `Events`."""

    function: str
    name: str
    kind: str
    properties: Mapping[str, Any]


def read_template(path: Path = TEMPLATE, *, parameters: Mapping[str, str] | None = None) -> Template:
    """Read a template, evaluated as for this machine. Raises TemplateError."""
    document = load(path)
    return _Reader(document, Evaluator(document, parameters or {})).template()


class _Reader:
    def __init__(self, document: Mapping[str, Any], evaluate: Evaluator) -> None:
        self._evaluate = evaluate
        self._globals: Mapping[str, Any] = document.get("Globals", {})
        self._apis: Mapping[str, Mapping[str, Any]] = evaluate.resources("AWS::Serverless::HttpApi")
        self._queues = {name: evaluate(each) for name, each in evaluate.resources("AWS::SQS::Queue").items()}
        self._tables = {name: evaluate(each) for name, each in evaluate.resources("AWS::DynamoDB::Table").items()}

    def template(self) -> Template:
        declared = self._evaluate.resources("AWS::Serverless::Function")
        events = [event for name, properties in declared.items() for event in self._events(name, properties)]
        return Template(
            functions={name: self._function(name, properties) for name, properties in declared.items()},
            routes=tuple(self._route(event) for event in events if event.kind == "HttpApi"),
            queues=tuple(self._queue(event) for event in events if event.kind == "SQS"),
            streams=tuple(self._stream(event) for event in events if event.kind == "DynamoDB"),
            schedules=tuple(_schedule(event) for event in events if event.kind.startswith("Schedule")),
            messages=tuple(self._messages()),
        )

    def _events(self, function: str, properties: Mapping[str, Any]) -> Iterator[_Event]:
        for name, event in properties.get("Events", {}).items():
            known = {"HttpApi", "SQS", "DynamoDB", "Schedule", "ScheduleV2"}
            if event["Type"] not in known:
                message = f"{function} has an event of type {event['Type']}; here there are {', '.join(sorted(known))}."
                raise TemplateError(message)
            yield _Event(function, name, event["Type"], self._evaluate(event.get("Properties", {})))

    def _function(self, name: str, properties: Mapping[str, Any]) -> Function:
        common = self._globals.get("Function", {})
        both = [each.get("Environment", {}).get("Variables", {}) for each in (common, properties)]
        package, _, handler = self._evaluate(properties["Handler"]).rpartition(".app.")
        if not package:
            message = f"{name} has a handler that is not in a module `app`."
            raise TemplateError(message)
        return Function(
            name=name,
            package=package,
            handler=handler,
            environment={name: str(value) for name, value in self._evaluate(both[0] | both[1]).items()},
            timeout_seconds=int(properties.get("Timeout", common.get("Timeout", _DEFAULT_TIMEOUT))),
            memory_megabytes=int(properties.get("MemorySize", common.get("MemorySize", _DEFAULT_MEMORY))),
        )

    def _route(self, event: _Event) -> HttpRoute:
        path = event.properties.get("Path", DEFAULT_PATH)
        method = str(event.properties.get("Method", ANY_METHOD)).upper()
        return HttpRoute(event.function, ANY_METHOD if method == "*" else method, path, self._scopes(event))

    def _scopes(self, event: _Event) -> tuple[str, ...] | None:
        api = self._apis.get(event.properties.get("ApiId", ""), self._globals.get("HttpApi", {}))
        of_api, of_route = self._evaluate(api.get("Auth", {})), event.properties.get("Auth", {})
        authorizer = of_route.get("Authorizer", of_api.get("DefaultAuthorizer", "NONE"))
        if authorizer == "NONE":
            return None
        declared = of_api.get("Authorizers", {}).get(authorizer)
        if not declared or "JwtConfiguration" not in declared:
            message = f"{event.function}'s {event.name} names {authorizer!r}, which is no JWT authorizer of its API."
            raise TemplateError(message)
        return tuple(of_route.get("AuthorizationScopes", declared.get("AuthorizationScopes", [])))

    def _messages(self) -> Iterator[ScheduledMessage]:
        for name, properties in self._evaluate.resources("AWS::Scheduler::Schedule").items():
            schedule = self._evaluate(properties)
            target = schedule["Target"]
            seconds = _seconds(schedule["ScheduleExpression"], name)
            yield ScheduledMessage(_logical_id(target["Arn"]), name, seconds, target["Input"])

    def _queue(self, event: _Event) -> QueueSource:
        name = _logical_id(event.properties["Queue"])
        queue = self._queues[name]
        redrive = queue.get("RedrivePolicy", {})
        return QueueSource(
            function=event.function,
            queue=name,
            batch_size=int(event.properties.get("BatchSize", _DEFAULT_QUEUE_BATCH)),
            threads=int(event.properties.get("ScalingConfig", {}).get("MaximumConcurrency", _DEFAULT_THREADS)),
            reports_failures=_REPORTS_FAILURES in event.properties.get("FunctionResponseTypes", []),
            visibility_seconds=int(queue.get("VisibilityTimeout", _DEFAULT_VISIBILITY)),
            most_receives=int(redrive["maxReceiveCount"]) if redrive else None,
        )

    def _stream(self, event: _Event) -> StreamSource:
        table = self._tables[event.properties["Stream"].split(".")[0]]
        filters = event.properties.get("FilterCriteria", {}).get("Filters", [])
        retries = int(event.properties.get("MaximumRetryAttempts", -1))
        return StreamSource(
            function=event.function,
            name=f"{event.function}.{event.name}",
            batch_size=int(event.properties.get("BatchSize", _DEFAULT_STREAM_BATCH)),
            reports_failures=_REPORTS_FAILURES in event.properties.get("FunctionResponseTypes", []),
            halves_on_error=bool(event.properties.get("BisectBatchOnFunctionError")),
            most_retries=None if retries < 0 else retries,
            starting_position=event.properties["StartingPosition"],
            view=table["StreamSpecification"]["StreamViewType"],
            patterns=tuple(json.loads(each["Pattern"]) for each in filters),
        )


def _schedule(event: _Event) -> Schedule:
    expression = str(event.properties.get("ScheduleExpression", event.properties.get("Schedule", "")))
    given = event.properties.get("Input")
    return Schedule(
        function=event.function,
        name=f"{event.function}.{event.name}",
        seconds=_seconds(expression, event.function),
        event=json.loads(given) if given else None,
    )


def _seconds(expression: str, name: str) -> int:
    rate = _RATE.fullmatch(expression)
    if not rate:
        message = f"{name} runs at {expression!r}; here there are only rates, such as rate(5 minutes)."
        raise TemplateError(message)
    return int(rate[1]) * _UNIT_SECONDS[rate[2]]


def _logical_id(arn: str) -> str:
    return arn.rpartition(":")[2]
