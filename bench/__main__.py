"""`python -m bench`: measure each case beside its floor, print the ratios, write bench/results/latest.json and the table of
docs/performance.md."""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench import bookings, catalogue, certificates, impact, pdf, report, start, thread
from bench.measured import IDLE, Case, machine, publish, write
from bench.place import FULL, KINDS, QUICK, Place, places, say

RESULTS = Path(__file__).parent / "results"
LATEST = RESULTS / "latest.json"
PAGE = Path(__file__).parent.parent / "docs" / "performance.md"

#: What is measured, and on which databases.
CASES: dict[str, tuple[Callable[[Place], Iterator[Case]], tuple[str, ...]]] = {
    "catalogue": (catalogue.measure, KINDS),
    "bookings": (bookings.measure, KINDS),
    "thread": (thread.measure, KINDS),
    "report": (report.measure, KINDS),
    "start": (start.measure, ("sqlite",)),
    "pdf": (pdf.measure, ("sqlite",)),
    "certificates": (certificates.measure, KINDS),
    "impact": (impact.measure, KINDS),
}


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Our pages beside their floor.")
    parser.add_argument("--quick", action="store_true", help="only see that everything runs: figures mean nothing")
    parser.add_argument("--database", choices=[*KINDS, "both"], default="both")
    parser.add_argument("--only", choices=CASES, action="append", help="one case (may be given again)")
    parser.add_argument(
        "--out",
        type=Path,
        help="where to write; else bench/results/latest.json, or part.json there for a quick run or a part",
    )
    given = parser.parse_args()
    effort = QUICK if given.quick else FULL
    kinds = tuple(kind for kind in KINDS if given.database in (kind, "both"))
    load_before, began = os.getloadavg()[0], time.perf_counter()
    size = machine()
    say(f"{size['cores']} cores, {size['memory']}, Python {size['python']}. Load before: {load_before:.1f}.")
    if load_before > IDLE and not effort.quick:
        say("Something else is at work on this machine: ratios may hold, the figures themselves do not.")
    say("Loading what is measured with.")
    found: list[Case] = []
    with (
        tempfile.TemporaryDirectory(prefix="golden-thread-bench-") as folder,
        places(kinds, Path(folder), effort) as ready,
    ):
        for key in given.only or CASES:
            measure, suited = CASES[key]
            for place in ready:
                if place.kind in suited:
                    for one in measure(place):
                        found.append(one)
                        print(one.words, flush=True)
    whole = not effort.quick and not given.only and given.database == "both"
    out = given.out or (LATEST if whole else RESULTS / "part.json")
    write(out, found, quick=effort.quick, load_before=load_before)
    say(f"Written to {out.name}.")
    if out == LATEST:
        publish(LATEST, PAGE)
        say(f"The table of {PAGE.name} holds these figures now: commit both.")
    say(f"Done in {time.perf_counter() - began:.0f} s.")


if __name__ == "__main__":
    try:
        main()
    except (RuntimeError, ValueError) as problem:
        sys.exit(f"Nothing was written: {problem}")
