"""The product’s own functions, under the names an outside check calls them by. No logic of its own.

Run from the repository: `.venv/bin/python ../shared/tools/run_vectors.py --adapter tests/outside/adapter.py`
"""

import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from evaluation import scales, statistics
from lms.errors import RuleBroken
from lms.meetings import reports
from lms.schools import gias as national_file
from lms.schools.models import SchoolStatus
from lms.statistics import Interval, Share

Answers = Sequence[float | None] | float


def paired(pre: Answers, post: Answers) -> dict[str, float | int | None]:
    # The vectors were written by a program that writes a list of one as the number alone.
    before, after = ([answers] if isinstance(answers, int | float) else answers for answers in (pre, post))
    return statistics.paired(before, after).to_json()


def wilson(x: int, n: int, level: float) -> Interval | None:
    return Share(x, n).interval(level)


def alpha(rows: Sequence[Sequence[float | None]]) -> float | None:
    return scales.cronbach_alpha(rows).alpha


def attendance(data: bytes, filename: str) -> list[dict[str, str | int | None]]:
    try:
        report = reports.read(data, filename)
    except RuleBroken as why:
        raise ValueError(str(why)) from None
    return [{"name": one.name, "email": one.email, "seconds": one.seconds} for one in report.people]


def gias(data: bytes, la_code: str) -> list[str]:
    try:
        found = national_file.read(data, [la_code])
    except RuleBroken as why:
        raise ValueError(str(why)) from None
    return [one.urn for one in found.entries if one.facts["status"] in (SchoolStatus.OPEN, SchoolStatus.CLOSING)]
