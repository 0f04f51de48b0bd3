"""Whoever a record names is renamed when a store moves: the list of members is whole."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import fields, is_dataclass
from inspect import getmembers
from typing import TYPE_CHECKING, get_type_hints

import pytest

import shared.domain
from exchange.people import MEMBERS, Renaming
from shared.domain.identity import Subject
from shared.storage.table import Item, Key

if TYPE_CHECKING:
    from shared.storage.table import Value

NOT_STORED = {"Command.caller", "Reconciliation.asked_by", "RunView.asked_by"}
"""Who calls, and runs that stay behind with their place."""


def members_that_hold_a_subject() -> set[str]:
    found = set()
    for module in pkgutil.iter_modules(shared.domain.__path__, "shared.domain."):
        for name, kind in getmembers(importlib.import_module(module.name), is_dataclass):
            if isinstance(kind, type) and kind.__module__ == module.name:
                hints = _hints(kind)
                found |= {f"{name}.{part.name}" for part in fields(kind) if hints.get(part.name) is Subject}
    return found


def _hints(kind: type) -> dict[str, object]:
    try:
        return get_type_hints(kind)
    except NameError:
        # Types that are imported for type checkers alone: the annotation's own text will do.
        return {part.name: Subject if part.type in {"Subject", Subject} else None for part in fields(kind)}


def test_every_member_that_holds_a_subject_is_renamed() -> None:
    found = members_that_hold_a_subject()
    assert "Plugin.owner" in found
    assert "Event.actor" in found
    assert {name.partition(".")[2] for name in found - NOT_STORED} <= MEMBERS


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Key("IDEMPOTENCY#ann", "KEY#ann"), Key("IDEMPOTENCY#new", "KEY#ann")),
        (Key("LIMIT#ann", "SUBMISSIONS#2026-11-22"), Key("LIMIT#new", "SUBMISSIONS#2026-11-22")),
        (Key("WEBHOOKS#ann", "WEBHOOK#ann"), Key("WEBHOOKS#new", "WEBHOOK#ann")),
        (Key("INSTALLS#ann", "INSTALL#ann"), Key("INSTALLS#ann", "INSTALL#new")),
        (Key("SEEN#ann#ann", "VERSION#00000001"), Key("SEEN#ann#new", "VERSION#00000001")),
        (Key("PLUGIN#ann", "META"), Key("PLUGIN#ann", "META")),
        (Key("LIVE#ann", "LIVE"), Key("LIVE#ann", "LIVE")),
        (Key("DRIFT#ann", "ORIGIN"), Key("DRIFT#ann", "ORIGIN")),
    ],
)
def test_a_key_names_the_person_and_not_the_plugin_of_the_same_name(before: Key, after: Key) -> None:
    assert Renaming({"ann": "new"})(Item(before, {})).key == after


def test_a_member_is_renamed_at_any_depth_and_a_text_that_reads_alike_is_not() -> None:
    attributes: dict[str, Value] = {
        "owner": "ann",
        "owner_pk": "OWNER#ann",
        "plugin_id": "ann",
        "decision": {"by": "ann", "note": "ann"},
        "claims": [{"by": "ann"}, {"by": "bob"}],
        "detail": {"proposed_by": "ann"},
    }
    assert Renaming({"ann": "new"})(Item(Key("PLUGIN#x", "META"), attributes)).attributes == {
        "owner": "new",
        "owner_pk": "OWNER#new",
        "plugin_id": "ann",
        "decision": {"by": "new", "note": "ann"},
        "claims": [{"by": "new"}, {"by": "bob"}],
        "detail": {"proposed_by": "new"},
    }
