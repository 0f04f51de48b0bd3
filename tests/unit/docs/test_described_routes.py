"""The published description of the API: every route is in it, and everything that it names."""

from __future__ import annotations

import json
import re

from docs.openapi import document
from functions.console.app import ROUTES as PAGES
from local.template import read_template


def test_every_route_of_the_template_is_described_but_for_the_pages() -> None:
    deployed = {(route.method, route.path) for route in read_template().routes} - set(PAGES)
    described = {(method.upper(), path) for path, methods in document()["paths"].items() for method in methods}
    assert described == deployed


def test_everything_that_is_referred_to_is_there_under_a_name_of_its_own() -> None:
    schemas = document()["components"]["schemas"]
    assert set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document()))) <= schemas.keys()
    assert not [name for name in schemas if "__" in name]  # two models of one name


def test_no_two_operations_have_one_id() -> None:
    ids = [operation["operationId"] for methods in document()["paths"].values() for operation in methods.values()]
    assert len(ids) == len(set(ids))
