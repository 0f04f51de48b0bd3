"""Reading CloudFormation templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from local.cloudformation import Evaluator, TemplateError, arn_of, load

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """
Parameters:
  Stage: {Type: String, Default: dev}
  Urls: {Type: CommaDelimitedList, Default: "a,b"}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Resources:
  Table: {Type: AWS::DynamoDB::Table, Properties: {Value: 1}}
  OnlyProd: {Type: AWS::SQS::Queue, Condition: IsProd}
  Server: {Type: AWS::Cognito::UserPoolResourceServer, Properties: {Identifier: standfast}}
"""


@pytest.fixture
def evaluate(tmp_path: Path) -> Evaluator:
    (tmp_path / "template.yaml").write_text(HEAD)
    return Evaluator(load(tmp_path / "template.yaml"), {})


def loaded(tmp_path: Path, text: str) -> Any:  # noqa: ANN401
    (tmp_path / "t.yaml").write_text(f"Resources: {{}}\nIt: {text}\n")
    return load(tmp_path / "t.yaml")["It"]


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("!Ref Table", {"Ref": "Table"}),
        ("!Condition IsProd", {"Condition": "IsProd"}),
        ("!GetAtt Table.Stream.Arn", {"Fn::GetAtt": ["Table", "Stream.Arn"]}),
        ("!GetAtt [Table, Arn]", {"Fn::GetAtt": ["Table", "Arn"]}),
        ("!Sub a-${Table}", {"Fn::Sub": "a-${Table}"}),
        ("!If [IsProd, !Ref A, {B: !Ref C}]", {"Fn::If": ["IsProd", {"Ref": "A"}, {"B": {"Ref": "C"}}]}),
    ],
)
def test_a_short_tag_is_its_long_form(tmp_path: Path, short: str, long: dict[str, Any]) -> None:
    assert loaded(tmp_path, short) == long


@pytest.mark.parametrize(
    ("node", "value"),
    [
        ({"Ref": "Stage"}, "dev"),
        ({"Ref": "Urls"}, ["a", "b"]),
        ({"Ref": "Table"}, "Table"),
        ({"Ref": "Server"}, "standfast"),
        ({"Ref": "AWS::Region"}, "local"),
        ({"Fn::GetAtt": ["Table", "Arn"]}, arn_of("Table")),
        ({"Fn::GetAtt": ["Table", "StreamArn"]}, "Table.StreamArn"),
        (
            {"Fn::Sub": "${Table}/${Table.Arn}/${!Literal}/${AWS::Region}"},
            f"Table/{arn_of('Table')}/${{Literal}}/local",
        ),
        ({"Fn::Sub": ["${A}-${Stage}", {"A": {"Ref": "Table"}}]}, "Table-dev"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Stage"}]]}, "a-dev"),
        ({"Fn::Select": [1, {"Fn::Split": ["/", "a/b"]}]}, "b"),
        ({"Fn::If": ["IsProd", 1, {"Ref": "Stage"}]}, "dev"),
        ({"Fn::Or": [{"Condition": "IsProd"}, {"Fn::Not": [{"Condition": "IsProd"}]}]}, True),
        ({"Fn::And": [{"Condition": "IsProd"}, {"Fn::Equals": [1, 1]}]}, False),
        ({"a": {"Ref": "AWS::NoValue"}, "b": [{"Ref": "AWS::NoValue"}, 1]}, {"b": [1]}),
        ({"Ref": "Stage", "Other": 1}, {"Ref": "Stage", "Other": 1}),
    ],
)
def test_functions_are_evaluated_as_for_a_stack_on_this_machine(
    evaluate: Evaluator, node: dict[str, Any], value: object
) -> None:
    assert evaluate(node) == value


@pytest.mark.parametrize(
    "node", [{"Ref": "Nobody"}, {"Fn::GetAtt": ["Nobody", "Arn"]}, {"Fn::ImportValue": "x"}, {"Condition": "Nobody"}]
)
def test_what_is_not_understood_is_an_error(evaluate: Evaluator, node: dict[str, Any]) -> None:
    with pytest.raises(TemplateError):
        evaluate(node)


def test_resources_are_listed_by_type_where_their_condition_holds(evaluate: Evaluator, tmp_path: Path) -> None:
    assert evaluate.resources("AWS::DynamoDB::Table") == {"Table": {"Value": 1}}
    assert evaluate.resources("AWS::SQS::Queue") == {}
    in_prod = Evaluator(load(tmp_path / "template.yaml"), {"Stage": "prod"})
    assert list(in_prod.resources("AWS::SQS::Queue")) == ["OnlyProd"]


@pytest.mark.parametrize("text", ["", "[1, 2]", "Resources: 5", "a: [", "Outputs: {}"])
def test_a_file_that_is_no_template_is_an_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "t.yaml").write_text(text)
    with pytest.raises(TemplateError):
        load(tmp_path / "t.yaml")


def test_a_template_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(TemplateError):
        load(tmp_path / "t.yaml")
