"""The catalogue of reasons for a rejection: what a reviewer picks, and what its publisher reads.

A code is stable: publishers' tools match on it. `other` is for what nobody foresaw, and demands words of one's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.domain.errors import InvalidValueError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shared.domain.version import Reason

OTHER = "other"


@dataclass(frozen=True, slots=True)
class RejectionReason:
    """One reason: a title for the reviewer's list, and a text that tells the publisher what to change."""

    code: str
    title: str
    text: str


_CATALOGUE = (
    RejectionReason(
        "does_not_work",
        "The plugin does not work",
        "Calls to your API failed, or did not do what the schema says. Try every operation as an assistant would, then"
        " submit again.",
    ),
    RejectionReason(
        "unclear_description",
        "The description does not say what the plugin does",
        "Describe in plain words what the plugin does and when it is of use, for people and for the model alike.",
    ),
    RejectionReason(
        "misleading_description",
        "The description promises what the plugin does not do",
        "The descriptions or the name promise more than the operations of your schema can do. Say what it does, and no"
        " more.",
    ),
    RejectionReason(
        "steers_the_model",
        "The text steers the model",
        "A text that the model reads tells it to prefer your plugin, to keep something from the user, or to behave in a"
        " way that has nothing to do with your operations. Describe the operations alone.",
    ),
    RejectionReason(
        "hidden_text",
        "The documents hold text that people do not see",
        "The manifest or the schema holds invisible, encoded or commented-out text. Remove it: what a person cannot"
        " read here is not approved.",
    ),
    RejectionReason(
        "impersonation",
        "The plugin looks like somebody else's",
        "The name, the logo or the text lets users take the plugin for somebody else's. Use your own, or show that you"
        " may act for the other.",
    ),
    RejectionReason(
        "excessive_data",
        "The plugin asks for more data than it needs",
        "An operation takes personal or confidential data that its purpose does not need. Take less, and say why you"
        " need what remains.",
    ),
    RejectionReason(
        "unsafe_action",
        "An action with consequences lacks a safeguard",
        "An operation pays, sends, deletes or publishes, and neither its description nor its parameters let the user"
        " confirm that. Make the consequence plain.",
    ),
    RejectionReason(
        "broken_authentication",
        "Signing in does not work, or goes elsewhere",
        "Signing in failed, or leads to a host that is not recognisably yours. Mend the `auth` of your manifest, and"
        " see to it that a reviewer can sign in.",
    ),
    RejectionReason(
        "unexplained_change",
        "The change of host or authentication is not explained",
        "This version moves to another host, or lets users sign in otherwise, and nothing says why. Announce the"
        " change on the host that is approved, then submit again.",
    ),
    RejectionReason(
        "prohibited_content",
        "The content is not allowed here",
        "The plugin offers, or helps with, what the rules of this store do not allow.",
    ),
    RejectionReason(
        "fraud_or_malware",
        "The plugin harms its users",
        "The plugin deceives its users, or delivers software or links that harm them.",
    ),
    RejectionReason(
        "missing_legal_information",
        "Contact or legal information is missing",
        "The contact address or the legal page of the manifest does not lead to who is responsible for the plugin.",
    ),
    RejectionReason(
        "duplicate",
        "The plugin is here already",
        "You have published the same plugin under another id. Submit this as an upgrade of that one.",
    ),
    RejectionReason(OTHER, "Another reason", "The reviewer says in their own words what to change."),
)

REASONS: Mapping[str, RejectionReason] = {reason.code: reason for reason in _CATALOGUE}


def require_known(reasons: Iterable[Reason]) -> None:
    """Raise InvalidValueError for a code outside the catalogue, and for `other` without a word of explanation."""
    for place, reason in enumerate(reasons):
        if reason.code not in REASONS:
            message = f"There is no reason {reason.code!r}. The reasons are {', '.join(REASONS)}."
            raise InvalidValueError(message, field=f"reasons/{place}/code")
        if reason.code == OTHER and not reason.detail.strip():
            message = f"The reason {OTHER!r} needs a `detail`: the publisher reads it and nothing else."
            raise InvalidValueError(message, field=f"reasons/{place}/detail")
