"""On paper: what resolves cost on AWS, what one hot plugin asks of the table, which quotas 10,000 a second need.

Every number of AWS's is an assumption, written down as it was believed on a day and checked against no bill. Change
them here, and the tables follow.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.seeding import pointer_of
from bench.tables import Table, number
from shared.storage.dynamo import to_wire
from shared.storage.items import pointer_item

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shared.storage.table import Value

ASSUMED_ON = "2026-11-22"
_MILLION = 1_000_000
_READ_UNIT_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Prices:
    """Dollars, without free tiers and discounts; of the order of a region in Europe."""

    cdn_per_million_requests: float = 1.20
    cdn_per_gigabyte: float = 0.085
    region_per_gigabyte: float = 0.09
    api_per_million_requests: float = 1.11
    lambda_per_million_requests: float = 0.20
    lambda_per_gigabyte_second: float = 0.0000167
    read_unit_per_million: float = 0.14


@dataclass(frozen=True, slots=True)
class Limits:
    """What AWS allows. Per second, but for `lambda_concurrency`, which is at one moment."""

    partition_read_units: int = 3_000
    table_read_units: int = 40_000
    api_requests: int = 10_000
    lambda_concurrency: int = 1_000
    lambda_more_environments_per_10_seconds: int = 1_000
    cdn_requests: int = 250_000


@dataclass(frozen=True, slots=True)
class Workload:
    """What is asked for. The duration is a warm invocation's, billed; the answer's size is on the wire.

    `shields` is how many caches ask the origin on their own: one for each path with origin shield, otherwise one for
    each regional cache that has readers.
    """

    answer_bytes: int = 1_700
    billed_seconds: float = 0.010
    memory_gigabytes: float = 0.5
    fresh_seconds: int = 30
    shields: int = 1


def measure(*, quick: bool) -> Iterator[Table]:  # noqa: ARG001 - paper is patient
    """Reckon."""
    prices, limits, work = Prices(), Limits(), Workload()
    yield cost_table(prices, work)
    yield hot_table(limits, work)
    yield quota_table(limits, work)


def read_units(versions: int) -> int:
    """Return the read units of a consistent read of a pointer: one for each 4 KB that have begun."""
    return math.ceil(pointer_bytes(versions) / _READ_UNIT_BYTES)


def pointer_bytes(versions: int) -> int:
    """Return the size of a pointer as DynamoDB counts it: names and values in UTF-8, and a few bytes for structure."""
    attributes = pointer_item(pointer_of(0, versions)).attributes
    return sum(len(name) + _size(value) for name, value in attributes.items())


def _size(value: Value) -> int:
    match to_wire(value):
        case {"S": str(text)}:
            return len(text.encode())
        case {"N": str(digits)}:
            return math.ceil(len(digits) / 2) + 1
        case {"M": _} if isinstance(value, dict):
            return 3 + sum(len(name) + _size(each) + 1 for name, each in value.items())
        case {"L": _} if isinstance(value, list):
            return 3 + sum(_size(each) + 1 for each in value)
    return 1


def hit_ratio(readers_per_second: float, work: Workload) -> float:
    """Return the share of one plugin's requests that the CDN answers: each shield asks once in `fresh_seconds`."""
    return max(0.0, 1 - work.shields / (work.fresh_seconds * readers_per_second))


def origin_cost(prices: Prices, work: Workload, *, versions: int = 1) -> float:
    """Return the dollars of a million requests that reach the origin, their bodies kept by `resolve`."""
    compute = work.billed_seconds * work.memory_gigabytes * prices.lambda_per_gigabyte_second * _MILLION
    reads = read_units(versions) * prices.read_unit_per_million
    return prices.api_per_million_requests + prices.lambda_per_million_requests + compute + reads


def edge_cost(prices: Prices, work: Workload) -> float:
    """Return the dollars of a million requests that the CDN answers."""
    gigabytes = work.answer_bytes * _MILLION / 1e9
    return prices.cdn_per_million_requests + gigabytes * prices.cdn_per_gigabyte


def cost_table(prices: Prices, work: Workload) -> Table:
    """Tell what a million resolves cost, by how many of them the CDN answers."""
    # Traffic from a region to CloudFront is free, and to everybody else it is not.
    alone = origin_cost(prices, work) + work.answer_bytes * _MILLION / 1e9 * prices.region_per_gigabyte
    rows = [("no CDN at all", "0 %", "0", number(alone), number(alone))]
    for ratio in (0.0, 0.9, 0.99, 0.999):
        edge, origin = edge_cost(prices, work), (1 - ratio) * origin_cost(prices, work)
        rows.append(("through the CDN", f"{ratio * 100:g} %", number(edge), number(origin), number(edge + origin)))
    many = origin_cost(prices, work, versions=100) - origin_cost(prices, work)
    dearer = f"100 versions make a pointer of {pointer_bytes(100):,} bytes, {read_units(100)} read units instead of 1"
    notes = (
        f"Assumed on {ASSUMED_ON}, not verified: {prices}.",
        f"{work}.",
        "cost = CDN requests + bytes x traffic + (1 - hits) x (API + Lambda request + s x GB x Lambda + RU x read).",
        f"{dearer}: ${number(many)} more for a million at the origin.",
    )
    columns = ("a million resolves", "hits", "CDN, $", "origin, $", "together, $")
    return Table("Cost of a million resolves", columns, tuple(rows), notes)


def hot_table(limits: Limits, work: Workload) -> Table:
    """Tell how many readers one plugin may have."""
    rows: list[tuple[str, ...]] = []
    for versions in (1, 10, 100, 1000):
        most = limits.partition_read_units // read_units(versions)
        rate = work.shields / work.fresh_seconds
        rows.append(
            (str(versions), f"{pointer_bytes(versions):,}", str(read_units(versions)), f"{most:,}", number(rate))
        )
    notes = (
        f"Assumed on {ASSUMED_ON}: {limits.partition_read_units:,} read units a second for one partition.",
        "most = units // ceil(bytes / 4,096). A pointer is one item, and one item is in one partition.",
        f"With the CDN the readers do not matter: {work.shields} shield / {work.fresh_seconds} s for each path.",
        "Without origin shield it is as many times that as there are regional caches with readers.",
        f"1,000 readers a second of one plugin: {hit_ratio(1000, work):.4%} hits.",
    )
    columns = ("versions", "pointer, bytes", "read units", "most reads/s without CDN", "reads/s with CDN")
    return Table("One hot plugin, and the partition that its pointer is in", columns, tuple(rows), notes)


def quota_table(limits: Limits, work: Workload) -> Table:
    """Tell what 10,000 resolves a second need, with and without the CDN."""
    rate = 10_000
    missed = rate * 0.01
    needs: Sequence[tuple[str, float, float, float]] = (
        ("CloudFront, requests/s of a distribution", 0, rate, limits.cdn_requests),
        ("API Gateway, requests/s of an account", rate, missed, limits.api_requests),
        ("the template's own throttle, requests/s", rate, missed, 100),
        (
            "Lambda, environments at once",
            rate * work.billed_seconds,
            missed * work.billed_seconds,
            limits.lambda_concurrency,
        ),
        ("DynamoDB, read units/s of a table", rate * read_units(1), missed * read_units(1), limits.table_read_units),
        ("DynamoDB, read units/s of the hottest plugin", rate * 0.2, work.shields / 30, limits.partition_read_units),
    )
    rows = tuple(
        (name, number(without), number(with_cdn), f"{limit:,.0f}", _verdict(without, with_cdn, limit))
        for name, without, with_cdn, limit in needs
    )
    notes = (
        f"Limits as assumed on {ASSUMED_ON}; a new account's may be lower. 99 % hits with the CDN.",
        "The hottest plugin has a fifth of all reads.",
        "environments = requests/s x seconds of one. Beyond two thirds of a limit it is to be raised beforehand.",
    )
    columns = ("what", "without CDN", "with CDN", "limit", "to be raised")
    return Table("Quotas at 10,000 resolves a second", columns, rows, notes)


def _verdict(without: float, with_cdn: float, limit: float) -> str:
    if with_cdn > limit * 2 / 3:
        return "yes"
    return "without CDN" if without > limit * 2 / 3 else "no"
