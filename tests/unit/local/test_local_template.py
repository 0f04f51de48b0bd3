"""What the local stack takes from a template."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from local.cloudformation import TemplateError
from local.template import MOMENT, HttpRoute, QueueSource, Schedule, StreamSource, Template, read_template
from shared.domain.rounds import TICK

if TYPE_CHECKING:
    from pathlib import Path

TEMPLATE = """
Globals:
  Function:
    Timeout: 10
    Environment: {Variables: {LOG_LEVEL: INFO, STAGE: !Ref Stage}}
Parameters:
  Stage: {Type: String, Default: dev}
Resources:
  Api:
    Type: AWS::Serverless::HttpApi
    Properties:
      Auth:
        DefaultAuthorizer: Tokens
        Authorizers: {Tokens: {JwtConfiguration: {issuer: x}}}
  Table:
    Type: AWS::DynamoDB::Table
    Properties: {StreamSpecification: {StreamViewType: NEW_IMAGE}}
  Requests:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 90
      RedrivePolicy: {deadLetterTargetArn: x, maxReceiveCount: 4}
  Plain: {Type: AWS::SQS::Queue}
  Worker:
    Type: AWS::Serverless::Function
    Properties:
      Handler: functions.worker.app.handler
      MemorySize: 1024
      Environment: {Variables: {TABLE_NAME: !Ref Table, STAGE: other}}
      Events: {EVENT}
"""


def reading(tmp_path: Path, event: str, **replaced: str) -> Template:
    text = TEMPLATE.replace("{EVENT}", f"{{It: {event}}}")
    for old, new in replaced.items():
        text = text.replace(old, new)
    (tmp_path / "t.yaml").write_text(text)
    return read_template(tmp_path / "t.yaml")


def test_a_function_has_the_globals_and_its_own(tmp_path: Path) -> None:
    function = reading(tmp_path, "{Type: SQS, Properties: {Queue: !GetAtt Plain.Arn}}").functions["Worker"]
    assert (function.package, function.handler) == ("functions.worker", "handler")
    assert function.environment == {"LOG_LEVEL": "INFO", "STAGE": "other", "TABLE_NAME": "Table"}
    assert (function.timeout_seconds, function.memory_megabytes) == (10, 1024)


@pytest.mark.parametrize(
    ("auth", "scopes"),
    [
        ("", ()),
        (", Auth: {AuthorizationScopes: [standfast/review]}", ("standfast/review",)),
        (", Auth: {Authorizer: NONE}", None),
    ],
)
def test_a_route_is_open_only_where_the_template_says_so(
    tmp_path: Path, auth: str, scopes: tuple[str, ...] | None
) -> None:
    event = f"{{Type: HttpApi, Properties: {{ApiId: !Ref Api, Path: '/v1/x', Method: post{auth}}}}}"
    assert reading(tmp_path, event).routes == (HttpRoute("Worker", "POST", "/v1/x", scopes),)


def test_a_route_of_an_api_without_authorizer_is_open(tmp_path: Path) -> None:
    event = "{Type: HttpApi, Properties: {ApiId: !Ref Api, Path: /x, Method: '*'}}"
    routes = reading(tmp_path, event, **{"DefaultAuthorizer: Tokens": ""}).routes
    assert routes == (HttpRoute("Worker", "ANY", "/x", None),)


def test_a_route_with_an_authorizer_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    event = "{Type: HttpApi, Properties: {ApiId: !Ref Api, Path: /x, Method: GET, Auth: {Authorizer: Other}}}"
    with pytest.raises(TemplateError, match="Other"):
        reading(tmp_path, event)


def test_a_queue_is_read_with_its_limits(tmp_path: Path) -> None:
    event = (
        "{Type: SQS, Properties: {Queue: !GetAtt Requests.Arn, BatchSize: 5,"
        " ScalingConfig: {MaximumConcurrency: 3}, FunctionResponseTypes: [ReportBatchItemFailures]}}"
    )
    assert reading(tmp_path, event).queues == (
        QueueSource("Worker", "Requests", 5, 3, reports_failures=True, visibility_seconds=90, most_receives=4),
    )


def test_a_queue_that_says_nothing_has_what_aws_takes(tmp_path: Path) -> None:
    event = "{Type: SQS, Properties: {Queue: !GetAtt Plain.Arn}}"
    assert reading(tmp_path, event).queues == (
        QueueSource("Worker", "Plain", 10, 8, reports_failures=False, visibility_seconds=30, most_receives=None),
    )


def test_a_stream_is_read_with_its_filters(tmp_path: Path) -> None:
    event = (
        "{Type: DynamoDB, Properties: {Stream: !GetAtt Table.StreamArn, StartingPosition: TRIM_HORIZON, BatchSize: 7,"
        " MaximumRetryAttempts: 3, BisectBatchOnFunctionError: true, FunctionResponseTypes: [ReportBatchItemFailures],"
        """ FilterCriteria: {Filters: [{Pattern: '{"eventName": ["INSERT"]}'}]}}}"""
    )
    assert reading(tmp_path, event).streams == (
        StreamSource(
            "Worker",
            "Worker.It",
            batch_size=7,
            reports_failures=True,
            halves_on_error=True,
            most_retries=3,
            starting_position="TRIM_HORIZON",
            view="NEW_IMAGE",
            patterns=({"eventName": ["INSERT"]},),
        ),
    )


def test_a_stream_that_says_nothing_retries_for_ever(tmp_path: Path) -> None:
    event = "{Type: DynamoDB, Properties: {Stream: !GetAtt Table.StreamArn, StartingPosition: LATEST}}"
    (source,) = reading(tmp_path, event).streams
    assert (source.most_retries, source.batch_size, source.patterns) == (None, 100, ())


@pytest.mark.parametrize(
    ("rate", "seconds"), [("1 minute", 60), ("5 minutes", 300), ("2 hours", 7200), ("1 day", 86400)]
)
def test_a_rate_is_read_in_seconds(tmp_path: Path, rate: str, seconds: int) -> None:
    for kind, name in (("Schedule", "Schedule"), ("ScheduleV2", "ScheduleExpression")):
        event = f"{{Type: {kind}, Properties: {{{name}: rate({rate}), Input: '{{\"a\": 1}}'}}}}"
        assert reading(tmp_path, event).schedules == (Schedule("Worker", "Worker.It", seconds, {"a": 1}),)


def test_a_schedule_that_feeds_a_queue_is_read_with_what_it_sends() -> None:
    (begins,) = (message for message in read_template().messages if message.queue == "DriftQueue")
    assert timedelta(seconds=begins.seconds) == TICK
    assert json.loads(begins.body) == {"task": "plan", "round": MOMENT}


@pytest.mark.parametrize(
    "event",
    ["{Type: Schedule, Properties: {Schedule: 'cron(0 12 * * ? *)'}}", "{Type: S3, Properties: {}}"],
)
def test_an_event_that_is_not_understood_is_an_error_and_never_passed_over(tmp_path: Path, event: str) -> None:
    with pytest.raises(TemplateError):
        reading(tmp_path, event)


def test_the_project_s_own_template_can_be_read() -> None:
    template = read_template()
    assert {route.function for route in template.routes} <= template.functions.keys()
    assert template.queues
    public = {route.path for route in template.routes if route.scopes is None}
    assert "/plugins/{plugin_id}/.well-known/ai-plugin.json" in public
    by_their_own_token = {path for path in public if path.endswith("/from-workflow")}
    assert not any(path.startswith(("/v1/plugins", "/v1/reviews")) for path in public - by_their_own_token)


def test_parameters_win_over_their_defaults() -> None:
    template = read_template(parameters={"PublicBaseUrl": "https://store.example"})
    assert "https://store.example" in {
        value for function in template.functions.values() for value in function.environment.values()
    }
