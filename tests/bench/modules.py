"""The list of what is measured: one entry a module, in the order in which they run."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from tests.bench import backbone, cases, imports, ledger, one_box, rebuild, routes
from tests.bench.figures import Figure

Measure = Callable[[], Awaitable[Sequence[Figure]]]


@dataclass(frozen=True, kw_only=True)
class Module:
    """What measures some figures. A long one needs `make bench-long`: its sets take their time."""

    name: str
    figures: tuple[str, ...]
    measure: Measure
    long: bool = False

    @property
    def command(self) -> str:
        return f"make {'bench-long' if self.long else 'bench'} ONLY={self.name}"

    async def run(self) -> list[Figure]:
        return [replace(figure, command=self.command) for figure in await self.measure()]


MODULES = (
    Module(name="routes", figures=routes.FIGURES, measure=routes.measure),
    Module(name="ledger", figures=ledger.FIGURES, measure=ledger.measure),
    Module(name="cases", figures=cases.FIGURES, measure=cases.measure),
    Module(name="cases-10m", figures=cases.LONG_FIGURES, measure=cases.measure_long, long=True),
    Module(name="imports", figures=imports.FIGURES, measure=imports.measure),
    Module(name="rebuild", figures=rebuild.FIGURES, measure=rebuild.measure),
    Module(name="backbone", figures=backbone.FIGURES, measure=backbone.measure),
    Module(name="one-box", figures=one_box.FIGURES, measure=one_box.measure),
)


def chosen(only: Iterable[str], *, long: bool) -> list[Module]:
    """Return the modules that bear one of the names, or measure a figure that does; raise LookupError."""
    wanted = set(only)
    known = {name for module in MODULES for name in (module.name, *module.figures)}
    if wanted - known:
        message = f"Nobody measures {sorted(wanted - known)}; there are: {sorted(known)}"
        raise LookupError(message)
    allowed = [module for module in MODULES if long or not module.long]
    return [module for module in allowed if not wanted or wanted & {module.name, *module.figures}]
