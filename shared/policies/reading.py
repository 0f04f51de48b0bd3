"""The file of a policy: YAML or JSON, checked whole before any of it counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError

from shared.contracts.catalogue import CATALOGUE as FINDINGS
from shared.contracts.parsing import ParseError, parse
from shared.diff.catalogue import CATALOGUE as CHANGES
from shared.diff.changes import Lane, Risk
from shared.domain.errors import StandfastError
from shared.domain.identity import digest_of_bytes
from shared.fetching.failures import FIXES
from shared.policies.kinds import KINDS
from shared.policies.policy import Policy, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic_core import ErrorDetails

    from shared.contracts.parsing import Parsed

_MOST_RULES = 20
_OPTIONS = frozenset({"risk", "lanes", "codes"})
_LEADERS = {"missing": "this is missing", "extra_forbidden": "there is no such field"}

type Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$")]


@dataclass(frozen=True, slots=True)
class PolicyProblem:
    """One thing that is wrong with a policy, and where: line and column count from 1, None where it has none."""

    line: int | None
    column: int | None
    pointer: str
    message: str

    def __str__(self) -> str:
        """Say where, and what."""
        place = f"line {self.line}, column {self.column}: " if self.line else ""
        return f"{place}{self.pointer or 'the policy'}: {self.message}"


class PolicyInvalidError(StandfastError):
    """The file is no policy. `problems` says where and why, one for each."""

    def __init__(self, problems: tuple[PolicyProblem, ...]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


class _RuleModel(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    name: Name
    allow: str
    risk: Annotated[Risk, Field(strict=False)] = Risk.LOW
    lanes: list[Annotated[Lane, Field(strict=False)]] = []
    codes: list[str] = []
    tolerates: list[str] = []

    @field_validator("allow")
    @classmethod
    def _is_a_kind(cls, allow: str) -> str:
        if allow not in KINDS:
            raise _wrong(f"there is no kind of rule {allow!r}; the kinds are {', '.join(KINDS)}")
        return allow

    @field_validator("codes")
    @classmethod
    def _are_changes(cls, codes: list[str]) -> list[str]:
        return _known(codes, CHANGES, "change")

    @field_validator("tolerates")
    @classmethod
    def _are_findings(cls, codes: list[str]) -> list[str]:
        return _known(codes, (*FINDINGS, *FIXES), "finding")

    @model_validator(mode="after")
    def _takes_what_its_kind_takes(self) -> Self:
        takes = KINDS[self.allow].takes
        if foreign := sorted((_OPTIONS & self.model_fields_set) - takes):
            raise _wrong(f"a rule of the kind {self.allow} takes no {' and no '.join(foreign)}")
        if "codes" in takes and not self.codes and not self.lanes:
            raise _wrong("a rule of the kind changes names codes or lanes")
        return self

    def rule(self) -> Rule:
        return Rule(
            self.name,
            self.allow,
            self.risk,
            frozenset(self.lanes),
            frozenset(self.codes),
            frozenset(self.tolerates),
        )


class _PolicyModel(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    policy: Name
    rules: Annotated[list[_RuleModel], Field(min_length=1, max_length=_MOST_RULES)]

    @field_validator("rules")
    @classmethod
    def _have_names_of_their_own(cls, rules: list[_RuleModel]) -> list[_RuleModel]:
        names = [rule.name for rule in rules]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise _wrong(f"two rules have the name {', '.join(twice)}")
        return rules


def read_policy(body: bytes) -> Policy:
    """Read a policy from its file. Raises PolicyInvalidError."""
    try:
        parsed = parse(body)
    except ParseError as error:
        raise PolicyInvalidError((PolicyProblem(error.line, error.column, "", error.message),)) from error
    try:
        model = _PolicyModel.model_validate(parsed.value)
    except ValidationError as error:
        raise PolicyInvalidError(tuple(_problem(each, parsed) for each in error.errors())) from error
    return Policy(model.policy, tuple(rule.rule() for rule in model.rules), digest_of_bytes(body))


def _wrong(message: str) -> PydanticCustomError:
    """Make the error of a value. Its text has no braces that pydantic would fill in."""
    return PydanticCustomError("policy", "{message}", {"message": message})


def _known(codes: list[str], known: Iterable[str], what: str) -> list[str]:
    if strange := sorted(set(codes) - set(known)):
        raise _wrong(f"there is no {what} {', '.join(map(repr, strange))}")
    return codes


def _problem(error: ErrorDetails, parsed: Parsed) -> PolicyProblem:
    """Place an error of pydantic in the text. What is missing stands where its holder begins."""
    pointer = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in error["loc"])
    line, column = parsed.position(pointer)
    message = _LEADERS.get(error["type"], error["msg"])
    return PolicyProblem(line, column, pointer, message)
