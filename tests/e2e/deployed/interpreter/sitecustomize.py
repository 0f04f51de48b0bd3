"""What the emulator's Python does at its start, in the place of a route to publishers' hosts, which are on loopback.

The deployed fetcher connects to public addresses with public certificates alone, and no setting of it says otherwise.
So the interpreter that plays Lambda changes one default of it, after the import: that of `connect_to`, which one
machine uses, too. Nothing of the deployed code is another one.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

FETCHER = "shared.fetching.fetcher"


class _Connected(importlib.abc.Loader):
    def __init__(self, loader: importlib.abc.Loader) -> None:
        self._loader = loader

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        host, _, port = os.environ["PUBLISHERS"].partition(":")
        module.HttpsFetcher.__init__.__kwdefaults__["connect_to"] = (host, int(port))


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != FETCHER:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec and spec.loader:
            spec.loader = _Connected(spec.loader)
        return spec


if "PUBLISHERS" in os.environ:
    sys.meta_path.insert(0, _Finder())
