"""What runs by itself. Each job says when it next has something to do, and does what is due at a given moment.

So `run_due(until)` does exactly what the clock would have done by then, step by step, and a second run finds nothing to do.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from lms.db import db, writing


@dataclass(frozen=True)
class Job:
    """`next_at` reads the database for the next moment with work (None: none). `run` does the work due at `now`, and returns
    how many things it did. With `own_transactions` it commits by itself in short steps (sending letters)."""

    name: str
    next_at: Callable[[], datetime | None]
    run: Callable[[datetime], int]
    own_transactions: bool = False


#: Filled by the features in their init_app. The order decides between jobs due at the same moment.
jobs: list[Job] = []

#: Rings the worker's bell after a commit that wrote letters; set by the worker's module when a queue is there.
bell: list[Callable[[], None]] = []


def ring() -> None:
    """Tell the worker to look at the rows now. Never in the way of the request: the worker also looks every minute."""
    for strike in bell:
        strike()


def next_due(until: datetime) -> tuple[datetime, Job] | None:
    """The first work due by `until`: when, and which job. Ties go to the job listed first."""
    waiting = [(moment, job) for job in jobs if (moment := job.next_at()) and moment <= until]
    return min(waiting, key=lambda pair: pair[0]) if waiting else None


def run_due(until: datetime) -> dict[str, int]:
    """Do everything due by `until`, in the order the clock would have met it. Returns how much each job did.

    RuntimeError when a job leaves its own work undone: otherwise one bad row would keep this going for ever.
    """
    done: dict[str, int] = {}
    moment = None
    while found := next_due(until):
        due, job = found
        moment = max(due, moment) if moment else due
        if job.own_transactions:
            count = job.run(moment)
        else:
            with writing():
                count = job.run(moment)
        db.session.rollback()
        done[job.name] = done.get(job.name, 0) + count
        again = job.next_at()
        if again is not None and again <= due and count == 0:
            raise RuntimeError(f"the job “{job.name}” was due at {due.isoformat()} and did nothing")
    return done
