"""Every change that a comparison can report: what it means, how much it weighs, and what it does to callers.

`docs/changes.md` is generated from this table. A code is stable: policies and publishers' tools match on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shared.diff.changes import Direction, Lane, Risk, Side

_LOW, _MEDIUM, _HIGH = Risk.LOW, Risk.MEDIUM, Risk.HIGH


class Effect(StrEnum):
    """What a change does to the set of values that fit; what that means for callers depends on who writes them."""

    NONE = "none"
    WIDENS = "widens"
    NARROWS = "narrows"
    BREAKS = "breaks"


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of change.

    `request` weighs it where callers write the value and everywhere else; `response` where only the API does. `says` is
    the sentence after the place: {name} is the last name of the place, {before} and {after} are the values, shortened.
    """

    code: str
    request: Risk
    response: Risk
    says: str
    means: str
    effect: Effect = Effect.NONE

    @property
    def lane(self) -> Lane:
        """The lane, which is the first part of the code."""
        return Lane(self.code.partition(".")[0])

    def severity(self, side: Side) -> Risk:
        """Return how much it weighs. What nothing uses weighs little."""
        if self.lane is not Lane.CONTRACT:
            return self.request
        if side is Side.NEITHER:
            return _LOW
        return self.response if side is Side.RESPONSE else self.request

    def direction(self, side: Side) -> Direction | None:
        """Return what it means for callers, None where that is nothing or cannot be told."""
        if self.effect is Effect.NONE or side is Side.NEITHER:
            return None
        if self.effect is Effect.WIDENS:
            return Direction.WIDENING
        if self.effect is Effect.NARROWS and side is Side.RESPONSE:
            return Direction.NARROWING
        return Direction.BREAKING


def _same(  # noqa: PLR0917 - read down the table, the columns name themselves
    code: str, risk: Risk, says: str, means: str, effect: Effect = Effect.NONE
) -> Rule:
    """Make a rule that weighs the same on both sides."""
    return Rule(code, risk, risk, says, means, effect)


def _three(stem: str, risk: Risk, what: str, means: str) -> tuple[Rule, Rule, Rule]:
    """Make the rules for something that is added, removed or changed, and weighs the same each time."""
    return (
        _same(f"{stem}-added", risk, f"{what} {{after}} was added", means),
        _same(f"{stem}-removed", risk, f"{what} {{before}} was removed", means),
        _same(f"{stem}-changed", risk, f"{what} is {{after}}, was {{before}}", means),
    )


def _named(stem: str, risk: Risk, what: str, means: str) -> tuple[Rule, Rule, Rule]:
    """Make the rules for something that is told by its name alone."""
    return (
        _same(f"{stem}-added", risk, f"{what} {{name}} was added", means),
        _same(f"{stem}-removed", risk, f"{what} {{name}} was removed", means),
        _same(f"{stem}-changed", risk, f"{what} {{name}} has changed", means),
    )


def _itself(stem: str, risk: Risk, means: str) -> tuple[Rule, Rule, Rule]:
    """Make the rules for something whose place names it."""
    return (
        _same(f"{stem}-added", risk, "it was added", means),
        _same(f"{stem}-removed", risk, "it was removed", means),
        _same(f"{stem}-changed", risk, "it was replaced as a whole", means),
    )


def _text(stem: str, risk: Risk, what: str, means: str) -> tuple[Rule, Rule, Rule]:
    """Make the rules for a text that a model reads. Its words are shown by the word, not in the sentence."""
    return (
        _same(f"{stem}-added", risk, f"{what} is new: {{after}}", means),
        _same(f"{stem}-removed", risk, f"{what} was removed", means),
        _same(f"{stem}-changed", risk, f"{what} has changed ({{words}})", means),
    )


def _fits(stem: str, what: str, means: str) -> tuple[Rule, Rule, Rule]:
    """Make the rules for something that decides which values fit: fewer, more, or others."""
    was = f"{what} is {{after}}, was {{before}}"
    return (
        Rule(f"{stem}-narrowed", _MEDIUM, _LOW, was, f"{means} Fewer values fit.", Effect.NARROWS),
        Rule(f"{stem}-widened", _LOW, _LOW, was, f"{means} More values fit.", Effect.WIDENS),
        _same(f"{stem}-changed", _MEDIUM, was, f"{means} Other values fit.", Effect.BREAKS),
    )


_DESTINATION = (
    _same(
        "destination.origin-host",
        _HIGH,
        "it now comes from {after}, another host than before ({before})",
        "A document of the plugin is served by another host: the plugin has moved, or somebody else runs it.",
    ),
    _same(
        "destination.origin", _LOW, "it now comes from {after}, was {before}", "A document has another URL on its host."
    ),
    _same(
        "destination.api-url-host",
        _HIGH,
        "the API description is at {after}, on another host than before ({before})",
        "api.url names another host.",
    ),
    _same(
        "destination.api-url",
        _LOW,
        "the API description is at {after}, was at {before}",
        "api.url names another place on the same host.",
    ),
    _same(
        "destination.server-host",
        _HIGH,
        "calls go to {after}, another host than before ({before})",
        "A server's URL names another host: what users say goes there.",
    ),
    _same(
        "destination.server-host-added",
        _HIGH,
        "calls may go to {after}, a host that was not called before",
        "A server was added on a host that the old version does not name.",
    ),
    _same(
        "destination.server-unencrypted",
        _HIGH,
        "calls go to {after} without encryption",
        "A server's URL is not https any more, or was added so.",
    ),
    _same(
        "destination.server-url",
        _MEDIUM,
        "calls go to {after}, was {before}",
        "A server's URL has another path, scheme or port on the same host.",
    ),
    _same(
        "destination.server-added",
        _MEDIUM,
        "calls may go to {after} as well",
        "A server was added on a host that the old version names.",
    ),
    _same("destination.server-removed", _MEDIUM, "calls do not go to {before} any more", "A server was removed."),
    _same(
        "destination.server-order",
        _MEDIUM,
        "the servers stand in another order, so that the first that fits may be another",
        "The order of the servers decides which of them is called.",
    ),
    _same(
        "destination.server-variable",
        _HIGH,
        "the server variable {name} has changed, and with it where calls go",
        "A variable of a server's URL was added or removed, or has other values.",
    ),
    _same(
        "destination.servers-changed",
        _HIGH,
        "the list of servers has changed as a whole",
        "The servers cannot be told apart one by one.",
    ),
    _same(
        "destination.auth-type",
        _HIGH,
        "users are authenticated by {after}, was {before}",
        "auth.type, or all of auth, is another.",
    ),
    _same(
        "destination.auth-detail",
        _MEDIUM,
        "{name} is {after}, was {before}",
        "How credentials are sent, or whether users sign in, is another.",
    ),
    _same(
        "destination.oauth-url-host",
        _HIGH,
        "{name} is {after}, on another host than before ({before})",
        "Users sign in, or codes and tokens are exchanged, at another host.",
    ),
    _same(
        "destination.oauth-url",
        _MEDIUM,
        "{name} is {after}, was {before}",
        "A URL of the sign-in is another one on the same host.",
    ),
    _same("destination.oauth-url-added", _HIGH, "{name} is {after}", "Users are sent to sign in where they were not."),
    _same("destination.oauth-url-removed", _MEDIUM, "{name} is gone, was {before}", "A URL of the sign-in is gone."),
    _same(
        "destination.verification-token",
        _LOW,
        "the verification token {name} has changed",
        "A token that proves to one host that the publisher runs the service.",
    ),
    *_three("destination.security", _MEDIUM, "the demanded authentication", "Which authentication calls need."),
    _same("destination.security-scheme-added", _MEDIUM, "it was added", "A way to authenticate is offered."),
    _same("destination.security-scheme-removed", _MEDIUM, "it was removed", "A way to authenticate is gone."),
    _same(
        "destination.security-scheme-changed",
        _MEDIUM,
        "{name} is {after}, was {before}",
        "Where a credential goes, or of which type it is, is another.",
    ),
)

_CAPABILITY = (
    _same(
        "capability.operation-added",
        _MEDIUM,
        "the plugin can do something new, which only reads",
        "An operation with a safe method (GET, HEAD, OPTIONS, TRACE) was added.",
    ),
    _same(
        "capability.write-operation-added",
        _HIGH,
        "the plugin can do something new, and the method may change data",
        "An operation with any other method was added.",
    ),
    _same(
        "capability.operation-removed",
        _MEDIUM,
        "the operation was removed",
        "An operation was removed.",
        Effect.BREAKS,
    ),
    _same(
        "capability.operation-changed",
        _MEDIUM,
        "the operation was replaced as a whole",
        "An operation that is no object, before or now.",
        Effect.BREAKS,
    ),
    _same(
        "capability.operation-moved",
        _LOW,
        "the operation was at {before}",
        "An operation, recognised by its operationId, is at another path.",
        Effect.BREAKS,
    ),
    _same(
        "capability.method-changed",
        _MEDIUM,
        "the operation is {after}, was {before}",
        "An operation, recognised by its operationId, has another method.",
        Effect.BREAKS,
    ),
    _same(
        "capability.method-made-writing",
        _HIGH,
        "the operation is {after}, was {before}, and may change data now",
        "An operation, recognised by its operationId, had a safe method and has another one.",
        Effect.BREAKS,
    ),
    _same(
        "capability.consequential-flag-dropped",
        _HIGH,
        "the operation is not marked as consequential any more: {after}, was {before}",
        "x-openai-isConsequential was true: a host asked the user each time before it called.",
    ),
    _same(
        "capability.consequential-flag-set",
        _LOW,
        "the operation is marked as consequential",
        "x-openai-isConsequential is true now: a host asks the user each time.",
    ),
    _same(
        "capability.consequential-flag-changed",
        _MEDIUM,
        "the consequential mark is {after}, was {before}",
        "x-openai-isConsequential was added as false, or was and is not true.",
    ),
    *_three("capability.paths", _HIGH, "the list of operations", "The paths cannot be compared one by one."),
    _same(
        "capability.scope-added",
        _HIGH,
        "the scope {name} may be asked for now",
        "The plugin may ask users for a further permission.",
    ),
    _same("capability.scope-removed", _LOW, "the scope {name} is not asked for any more", "A permission less."),
    _same(
        "capability.scope-changed",
        _LOW,
        "the scopes are {after}, was {before}",
        "The scopes are written in another way.",
    ),
    _same(
        "capability.scopes-widened",
        _HIGH,
        "the plugin asks users for {after}, was {before}",
        "auth.scope holds a scope that it did not hold.",
    ),
    _same(
        "capability.scopes-narrowed",
        _LOW,
        "the plugin asks users for {after}, was {before}",
        "auth.scope holds fewer scopes, and no other ones.",
    ),
    *_named("capability.callback", _HIGH, "the callback or webhook", "A call that the API makes by itself."),
)

_MODEL_TEXT = (
    _same(
        "model_text.hidden-characters",
        _HIGH,
        "the text of {name} now holds characters that a person does not see: {hidden}",
        "A text that the model reads has gained invisible or direction-changing characters.",
    ),
    _same(
        "model_text.new-host",
        _HIGH,
        "the text of {name} now names {links}, where the plugin did not lead before ({words})",
        "A text that the model reads names a host that the old version does not.",
    ),
    _same(
        "model_text.spacing",
        _LOW,
        "the text of {name} differs in white space, case or punctuation alone",
        "The words of a text that the model reads are the same.",
    ),
    *_text(
        "model_text.plugin-description", _MEDIUM, "the description of the plugin", "The model reads it at each use."
    ),
    *_three(
        "model_text.plugin-name", _MEDIUM, "the name of the plugin for the model", "The model knows the plugin by it."
    ),
    *_text(
        "model_text.description", _MEDIUM, "the description", "A description of an operation, a parameter or a value."
    ),
    *_text("model_text.summary", _MEDIUM, "the summary", "A summary of an operation or a path."),
    *_text("model_text.title", _LOW, "the title", "A title of the API or of a value."),
    *_three("model_text.operation-name", _MEDIUM, "the operationId", "The name by which the model calls an operation."),
    *_text("model_text.example", _LOW, "the example", "A model follows examples as it follows words."),
    *_three("model_text.tag", _LOW, "the tag", "A name under which operations are grouped."),
    *_text("model_text.enum-text", _MEDIUM, "the allowed text", "An enumerated value that reads like a sentence."),
    *_three("model_text.link", _MEDIUM, "the link", "A link to further documentation."),
    *_text("model_text.comment", _LOW, "the comment", "A $comment, which no person is shown."),
    *_text("model_text.extension", _LOW, "the text of {name}", "A field that the format does not know in this place."),
)

_CONTRACT = (
    *_itself("contract.document", _HIGH, "A whole document of the version."),
    *_three("contract.openapi-version", _LOW, "the OpenAPI version", "The version of the format, or its dialect."),
    Rule(
        "contract.parameter-added",
        _MEDIUM,
        _LOW,
        "the optional parameter {name} was added",
        "The model may send something more.",
        Effect.WIDENS,
    ),
    _same(
        "contract.required-parameter-added",
        _MEDIUM,
        "the required parameter {name} was added",
        "The model has to send something more.",
        Effect.BREAKS,
    ),
    _same(
        "contract.parameter-removed", _MEDIUM, "the parameter {name} was removed", "A parameter less.", Effect.BREAKS
    ),
    _same(
        "contract.parameter-renamed",
        _MEDIUM,
        "the parameter {before} is called {after}",
        "A parameter with the same text and schema, in the same place, under another name.",
        Effect.BREAKS,
    ),
    _same(
        "contract.parameter-changed",
        _MEDIUM,
        "the parameters were replaced as a whole",
        "Parameters that cannot be compared one by one.",
        Effect.BREAKS,
    ),
    _same(
        "contract.made-required", _MEDIUM, "it is required now", "What could be left out must be sent.", Effect.BREAKS
    ),
    _same("contract.made-optional", _LOW, "it is optional now", "What had to be sent may be left out.", Effect.WIDENS),
    *_named(
        "contract.serialisation",
        _MEDIUM,
        "the way that the value is written in:",
        "style, explode, encoding, xml, discriminator and the like.",
    ),
    _same(
        "contract.request-body-added",
        _MEDIUM,
        "a request body was added",
        "The model sends something more.",
        Effect.WIDENS,
    ),
    _same("contract.request-body-removed", _MEDIUM, "the request body was removed", "Nothing is sent.", Effect.BREAKS),
    _same(
        "contract.request-body-changed",
        _MEDIUM,
        "the request body was replaced as a whole",
        "A request body that is no object, before or now.",
        Effect.BREAKS,
    ),
    _same("contract.media-type-added", _LOW, "the media type {name} was added", "A further form.", Effect.WIDENS),
    _same("contract.media-type-removed", _MEDIUM, "the media type {name} was removed", "A form less.", Effect.BREAKS),
    _same(
        "contract.media-type-changed",
        _MEDIUM,
        "the media types were replaced as a whole",
        "Media types that are no object, before or now.",
        Effect.BREAKS,
    ),
    _same("contract.response-added", _LOW, "the response {name} was added", "A further answer.", Effect.WIDENS),
    _same("contract.response-removed", _LOW, "the response {name} was removed", "An answer less.", Effect.NARROWS),
    _same(
        "contract.response-changed",
        _MEDIUM,
        "the responses were replaced as a whole",
        "Responses that are no object, before or now.",
        Effect.BREAKS,
    ),
    *_named("contract.header", _LOW, "the header", "A header of an answer or of a part of a body."),
    *_named("contract.link", _LOW, "the link", "How one answer leads to the next call."),
    _same(
        "contract.path-renamed",
        _LOW,
        "the path was {before}",
        "The same operations at another path: recognised by their operationIds, their content or the path's form.",
        Effect.BREAKS,
    ),
    *_named("contract.path-shared", _LOW, "what its operations share:", "What operations of a path have in common."),
    *_fits("contract.type", "the type", "The type of a value, or whether it may be null."),
    *_fits("contract.format", "the format", "The format of a value."),
    *_fits("contract.limit", "{name}", "A limit: length, size, range, pattern, further properties and the like."),
    Rule(
        "contract.enum-value-added",
        _LOW,
        _LOW,
        "the allowed value {after} was added",
        "An enumeration has a further value.",
        Effect.WIDENS,
    ),
    Rule(
        "contract.enum-value-removed",
        _MEDIUM,
        _LOW,
        "the allowed value {before} was removed",
        "An enumeration has a value less.",
        Effect.NARROWS,
    ),
    _same("contract.enum-value-changed", _MEDIUM, "an allowed value has changed", "As the words say.", Effect.BREAKS),
    Rule(
        "contract.enum-added",
        _MEDIUM,
        _LOW,
        "only the values {after} are allowed now",
        "What was free is an enumeration.",
        Effect.NARROWS,
    ),
    _same("contract.enum-removed", _LOW, "any value is allowed now", "What was an enumeration is free.", Effect.WIDENS),
    _same(
        "contract.enum-changed",
        _MEDIUM,
        "the allowed values are {after}, was {before}",
        "An enumeration that cannot be compared value by value.",
        Effect.BREAKS,
    ),
    Rule(
        "contract.property-added",
        _MEDIUM,
        _LOW,
        "the property {name} was added",
        "The model may send, or is told, something more.",
        Effect.WIDENS,
    ),
    _same("contract.property-removed", _MEDIUM, "the property {name} was removed", "A property less.", Effect.BREAKS),
    _same(
        "contract.property-renamed",
        _MEDIUM,
        "the property {before} is called {after}",
        "A property with the same text and schema under another name.",
        Effect.BREAKS,
    ),
    _same(
        "contract.property-changed",
        _MEDIUM,
        "the property {name} was replaced as a whole",
        "A property whose schema is no object, before or now.",
        Effect.BREAKS,
    ),
    Rule(
        "contract.property-required",
        _MEDIUM,
        _LOW,
        "the property {after} is required now",
        "A property that could be left out.",
        Effect.NARROWS,
    ),
    _same(
        "contract.property-optional",
        _LOW,
        "the property {before} is optional now",
        "A property that was always there.",
        Effect.WIDENS,
    ),
    *_three("contract.required-list", _MEDIUM, "the list of required properties", "A list that cannot be compared."),
    *_three("contract.default", _LOW, "the default value", "What holds where nothing is sent."),
    _same("contract.variant-added", _LOW, "a further alternative is allowed", "anyOf or oneOf.", Effect.WIDENS),
    Rule(
        "contract.variant-removed",
        _MEDIUM,
        _LOW,
        "an alternative is not allowed any more",
        "anyOf or oneOf.",
        Effect.NARROWS,
    ),
    _same("contract.variant-changed", _MEDIUM, "the alternatives are others", "anyOf or oneOf.", Effect.BREAKS),
    Rule("contract.part-added", _MEDIUM, _LOW, "the value must fit a further part", "allOf.", Effect.NARROWS),
    _same("contract.part-removed", _LOW, "the value need not fit a part any more", "allOf.", Effect.WIDENS),
    _same("contract.part-changed", _MEDIUM, "the parts of the value are others", "allOf.", Effect.BREAKS),
    Rule(
        "contract.schema-added",
        _MEDIUM,
        _LOW,
        "{name} is described now",
        "A value that nothing was said of has a schema.",
        Effect.NARROWS,
    ),
    _same(
        "contract.schema-removed",
        _LOW,
        "{name} is not described any more",
        "A value that had a schema may be anything.",
        Effect.WIDENS,
    ),
    _same(
        "contract.schema-changed",
        _MEDIUM,
        "{name} was replaced as a whole",
        "A schema that is no object, before or now.",
        Effect.BREAKS,
    ),
    _same(
        "contract.reference-replaced",
        _MEDIUM,
        "{after} stands in place of {before}, which differs: {differences}",
        "A reference leads elsewhere, or stands in place of what was written out, and it is not the same.",
        Effect.BREAKS,
    ),
    *_named("contract.deprecated", _LOW, "the mark", "deprecated: it will go some day."),
    *_named("contract.access", _LOW, "the mark", "readOnly or writeOnly."),
    *_itself("contract.component", _LOW, "A part that references may lead to."),
    _same(
        "contract.component-renamed",
        _LOW,
        "it was called {before}",
        "A shared part has another name, and all references have followed.",
    ),
    *_named("contract.extension", _LOW, "the field", "A field that the format does not know in this place."),
)

_LISTING = (
    *_three("listing.name", _MEDIUM, "the name for people", "The name in the store."),
    *_three("listing.description", _LOW, "the description for people", "The description in the store."),
    *_three("listing.logo", _LOW, "the logo", "The picture in the store."),
    *_three("listing.contact", _LOW, "the contact", "How the publisher is reached."),
    *_three("listing.legal", _MEDIUM, "the legal page", "The terms that users are shown."),
    *_three("listing.auth-instructions", _MEDIUM, "the instructions for signing in", "What people are told to do."),
    *_three("listing.api-version", _LOW, "the version that the API calls itself", "info.version."),
    *_three("listing.schema-version", _LOW, "the version of the manifest's format", "schema_version."),
    *_named("listing.field", _LOW, "the field", "A field of the manifest that the format does not know."),
)

CATALOGUE: dict[str, Rule] = {
    rule.code: rule for rule in (*_DESTINATION, *_CAPABILITY, *_MODEL_TEXT, *_CONTRACT, *_LISTING)
}
"""All rules by code, lane by lane, in the order of the table."""

_LANES = {
    Lane.DESTINATION: "Where it sends data: hosts, servers, authentication, sign-in.",
    Lane.MODEL_TEXT: "What the model reads: descriptions, summaries, names, examples, enumerated texts.",
    Lane.CAPABILITY: "What it can do: operations, methods, consequential marks, scopes.",
    Lane.CONTRACT: "What is sent and what comes back: parameters, bodies, answers, types, limits.",
    Lane.LISTING: "What people see in the store: names, logo, legal page, contact.",
}
_HEAD = """# Changes

What `standfast diff` and the review report say of two versions of a plugin. This page is generated from the rule table.

The risk of a comparison is the severity of its gravest change, and `none` where there is no change. Where a rule has
two severities, the first is for what callers send and for everything else, the second for what only comes back. A part
that nothing uses weighs `low`.

Order and formatting are no changes: keys, parameters, tags, alternatives and enumerated values may stand in any order,
JSON may become YAML, and a shared part may be written out or taken out. The order of servers is one, since the first
that fits is called.
"""


def page() -> str:
    """Return `docs/changes.md`."""
    return "\n".join([_HEAD, *(_section(lane) for lane in Lane)])


def _section(lane: Lane) -> str:
    rules = [rule for rule in CATALOGUE.values() if rule.lane is lane]
    head = ["| code | severity | for callers | what it means |", "|---|---|---|---|"]
    return "\n".join([f"## `{lane}`", "", _LANES[lane], "", *head, *map(_row, rules), ""])


def _row(rule: Rule) -> str:
    severity = rule.request if rule.request is rule.response else f"{rule.request} / {rule.response}"
    directions = [rule.direction(side) for side in (Side.REQUEST, Side.RESPONSE)]
    told = " / ".join(dict.fromkeys(str(direction or "") for direction in directions))
    return f"| `{rule.code}` | {severity} | {told} | {rule.means} |"
