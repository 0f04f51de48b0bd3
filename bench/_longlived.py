"""One process of `resolve` that serves ever more plugins; prints its memory on the way. Run by `bench.growth`."""

from __future__ import annotations

import resource
import sys
from typing import TYPE_CHECKING

from bench.seeding import documents_of, name_of, pointer_of
from functions.resolve.bodies import Bodies
from functions.resolve.use_case import Resolve

if TYPE_CHECKING:
    from shared.domain.plugin import CurrentDocument, Pointer

_PREFIX = "seeded-"


class _Everything:
    """Pointers and objects that are made when they are asked for: nothing but `resolve` keeps anything."""

    def pointer(self, plugin_id: str) -> Pointer:
        """Return a pointer."""
        return pointer_of(_number(plugin_id), 1)

    def current_document(self, plugin_id: str, number: int) -> CurrentDocument | None:
        """Return nothing: no schema varies here."""

    def get(self, key: str) -> bytes:
        """Return an object."""
        number = _number(key.split("/")[1])
        return dict(documents_of(number, pointer_of(number, 1)))[key]

    def put(self, key: str, body: bytes, media_type: str) -> None:
        """Nothing is ever put."""


def _number(plugin_id: str) -> int:
    return int(plugin_id.removeprefix(_PREFIX))


def main(steps: str) -> None:
    """Serve up to each step, tell, and serve the latest of them again."""
    everything, bodies = _Everything(), Bodies()
    resolve = Resolve(everything, everything, bodies)
    served = 0
    for step in map(int, steps.split(",")):
        for number in range(served, step):
            _serve(resolve, number)
        served, after = step, _resident()
        for number in range(max(0, step - 5000), step):
            _serve(resolve, number)
        kept = bodies._bytes / 2**20  # noqa: SLF001 - a figure for whoever measures, of no use to the store
        sys.stdout.write(f"{step:,} {after:.0f} {kept:.1f} {_resident():.0f}\n")


def _serve(resolve: Resolve, number: int) -> None:
    resolve.manifest(name_of(number), base_url="https://store.example", known=lambda _: False)


def _resident() -> float:
    """Return the resident memory in MiB. Not the largest so far: what was given back counts as given back."""
    with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 - a file of the kernel's
        return int(statm.read().split()[1]) * resource.getpagesize() / 2**20


if __name__ == "__main__":
    main(sys.argv[1])
