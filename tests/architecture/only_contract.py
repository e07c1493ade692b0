"""A kind of contract for import-linter: what some modules may import beside the standard library."""

import sys
from typing import TYPE_CHECKING, cast

from importlinter import Contract, ContractCheck, fields, output
from importlinter.application import contract_utils
from importlinter.application.contract_utils import AlertLevel
from importlinter.domain.helpers import module_expressions_to_modules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grimp import ImportGraph
    from importlinter.domain.imports import ImportExpression, ModuleExpression

__all__ = ["OnlyContract"]


class OnlyContract(Contract):
    """Source modules may import the standard library, themselves and the allowed modules; nothing else."""

    type_name = "only"

    source_modules = fields.SetField(subfield=fields.ModuleExpressionField())
    allowed_modules = fields.SetField(subfield=fields.ModuleExpressionField())
    ignore_imports = fields.ListField(subfield=fields.ImportExpressionField(), required=False)

    def check(self, graph: "ImportGraph", verbose: bool) -> ContractCheck:  # noqa: ARG002, FBT001 - import-linter's signature
        """Collect every direct import that leaves the allowed set."""
        removal = contract_utils.remove_ignored_imports_and_report(
            graph=graph,
            ignore_imports=cast("list[ImportExpression]", self.ignore_imports),
            unmatched_alerting=AlertLevel.ERROR,
        )
        allowed = _packages(graph, self.allowed_modules)
        breaches = [
            (importer, imported)
            for source in sorted(_roots(graph, self.source_modules))
            for importer in sorted({source, *graph.find_descendants(source)})
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if not _is_allowed(imported, allowed=allowed, own=source)
        ]
        return ContractCheck(
            kept=not breaches,
            warnings=list(removal.warnings),
            ignored_import_count=removal.ignored_import_count,
            metadata={"breaches": breaches},
        )

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print one line for each import that is not allowed."""
        for importer, imported in cast("list[tuple[str, str]]", check.metadata["breaches"]):
            output.print_error(f"{importer} imports {imported}")


def _roots(graph: "ImportGraph", expressions: object) -> set[str]:
    found = module_expressions_to_modules(graph, cast("Iterable[ModuleExpression]", expressions))
    return {module.name for module in found}


def _packages(graph: "ImportGraph", expressions: object) -> set[str]:
    found = module_expressions_to_modules(
        graph, cast("Iterable[ModuleExpression]", expressions), as_packages=True
    )
    return {module.name for module in found}


def _is_allowed(imported: str, *, allowed: set[str], own: str) -> bool:
    root = imported.partition(".")[0]
    inside = imported == own or imported.startswith(f"{own}.")
    return inside or root in sys.stdlib_module_names or imported in allowed
