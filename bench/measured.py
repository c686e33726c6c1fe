"""What is measured, how it is said, and the file it is written to."""

import json
import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

#: Load of the machine (processes waiting to run) under which figures can be believed.
IDLE = 0.5


@dataclass(frozen=True)
class Case:
    """One figure of ours beside its floor, in the same unit.

    `ratio` is value ÷ floor: for requests a second the share of the floor's speed that is left (1 is best), for times and
    counts how many times the floor's (1 is best too). `spread` and `floor_spread` are the lowest and the highest round.
    """

    name: str
    database: str
    value: float
    floor: float
    ratio: float
    unit: str
    spread: tuple[float, float]
    floor_spread: tuple[float, float]

    @property
    def words(self) -> str:
        """The case as one printed line."""
        return (
            f"{self.name + ', ' + self.database:<46}{_figure(self.value):>9} {_range(self.spread):<19}"
            f"floor {_figure(self.floor):>9} {_range(self.floor_spread):<19}ratio {self.ratio:.3g}  {self.unit}"
        )


def case(name: str, database: str, unit: str, values: Sequence[float], floors: Sequence[float]) -> Case:
    """The case of these rounds: medians, and their ratio."""
    value, floor = statistics.median(values), statistics.median(floors)
    return Case(
        name=name,
        database=database,
        value=_rounded(value),
        floor=_rounded(floor),
        ratio=_rounded(value / floor),
        unit=unit,
        spread=(_rounded(min(values)), _rounded(max(values))),
        floor_spread=(_rounded(min(floors)), _rounded(max(floors))),
    )


def _rounded(number: float) -> float:
    """Four significant digits: more would be noise."""
    return float(f"{number:.4g}")


def _figure(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def _range(spread: tuple[float, float]) -> str:
    return f"({_figure(spread[0])} to {_figure(spread[1])})"


def machine() -> dict[str, str | int]:
    """The size of this machine in words that name no machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cores": os.cpu_count() or 1,
        "memory": f"{memory:.0f} GB",
        "python": platform.python_version(),
        "system": platform.system(),
    }


#: Between these lines of docs/performance.md stands the table of the newest figures.
BEGINNING, ENDING = "<!-- figures: written by make bench -->\n", "<!-- end of figures -->\n"


def table(document: dict[str, Any]) -> str:
    """The figures of a results file as the table of docs/performance.md."""
    size, busy = document["machine"], document["load_before"]
    lines = [
        f"Taken on {document['taken']} on {size['cores']} cores with {size['memory']} of memory, Python {size['python']}. "
        f"Before it began {busy:.1f} processes were at work"
        f"{'.' if busy < IDLE else ', so ratios say more than the figures, and spreads are wide.'}",
        "",
        "| case | database | ours | floor | ratio | unit |",
        "| --- | --- | ---: | ---: | ---: | --- |",
    ]
    for one in document["cases"]:
        ours, floor = (
            f"{_figure(one[name])} {_range(one[spread])}"
            for name, spread in (("value", "spread"), ("floor", "floor_spread"))
        )
        lines.append(f"| {one['name']} | {one['database']} | {ours} | {floor} | {one['ratio']:.3g} | {one['unit']} |")
    return "\n".join(lines) + "\n"


def publish(results: Path, page: Path) -> None:
    """Put the figures of a results file into the page that explains them."""
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGINNING)
    after = rest.partition(ENDING)[2]
    figures = table(json.loads(results.read_text()))
    page.write_text(f"{before}{BEGINNING}\n{figures}\n{ENDING}{after}", encoding="utf-8")


def write(path: Path, cases: Sequence[Case], *, quick: bool, load_before: float) -> None:
    """Write what was measured; docs/performance.md says how to read it."""
    document = {
        "taken": datetime.now(UTC).date().isoformat(),
        "quick": quick,
        "load_before": round(load_before, 2),
        "machine": machine(),
        "cases": [asdict(one) for one in cases],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=1) + "\n")
