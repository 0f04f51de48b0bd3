"""A kind of contract that import-linter does not bring; `.importlinter` names it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from importlinter import Contract, ContractCheck, fields, output

if TYPE_CHECKING:
    import grimp


class StandardLibraryContract(Contract):
    """The modules below `package` import the standard library and one another, and nothing else.

    A list of forbidden packages, as import-linter's own contract has it, would let through the one that is added next.
    """

    type_name = "standard_library"
    package = fields.ModuleField()

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002, FBT001 - its signature
        package = str(self.package)
        own = {package, *graph.find_descendants(package)}
        foreign = [
            f"{importer} imports {imported}"
            for importer in sorted(own)
            for imported in sorted(graph.find_modules_directly_imported_by(importer) - own)
            if imported.partition(".")[0] not in sys.stdlib_module_names
        ]
        return ContractCheck(kept=not foreign, metadata={"foreign": foreign})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for line in check.metadata["foreign"]:
            output.print_error(f"- {line}")
