"""The clock: what is due is done in the order of time, once, and a job that leaves its work undone is found out."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from lms import jobs

START = datetime(2024, 10, 8, 8, tzinfo=UTC)


@pytest.fixture
def schedule(app: Flask) -> Iterator[list[jobs.Job]]:
    """The list of jobs, emptied for this test and put back afterwards."""
    kept = jobs.jobs[:]
    jobs.jobs.clear()
    yield jobs.jobs
    jobs.jobs[:] = kept


def of(name: str, due: list[datetime], seen: list[tuple[str, datetime]]) -> jobs.Job:
    """A job with work at these moments; each run does what is due by then and notes when it was called."""

    def run(now: datetime) -> int:
        seen.append((name, now))
        done = [moment for moment in due if moment <= now]
        due[:] = [moment for moment in due if moment > now]
        return len(done)

    return jobs.Job(name, lambda: min(due, default=None), run)


def test_what_is_due_is_done_in_the_order_the_clock_would_have_met_it(
    schedule: list[jobs.Job], session: object
) -> None:
    seen: list[tuple[str, datetime]] = []
    hour = timedelta(hours=1)
    schedule += [of("letters", [START + hour, START + 3 * hour], seen), of("rounds", [START + 2 * hour], seen)]
    assert jobs.run_due(START + 2 * hour) == {"letters": 1, "rounds": 1}
    assert seen == [("letters", START + hour), ("rounds", START + 2 * hour)]
    assert jobs.run_due(START + 2 * hour) == {}  # a second time there is nothing to do
    assert jobs.run_due(START + 9 * hour) == {"letters": 1}


def test_of_two_jobs_due_together_the_first_of_the_list_goes_first(schedule: list[jobs.Job], session: object) -> None:
    seen: list[tuple[str, datetime]] = []
    schedule += [of("rounds", [START], seen), of("letters", [START], seen)]
    jobs.run_due(START)
    assert [name for name, _moment in seen] == ["rounds", "letters"]


def test_work_that_was_late_is_not_done_in_the_past(schedule: list[jobs.Job], session: object) -> None:
    """What one job brings about for an earlier moment is done at the moment the clock stands at by now."""
    seen: list[tuple[str, datetime]] = []
    letters: list[datetime] = []

    def rounds(now: datetime) -> int:
        letters.append(START - timedelta(days=3))
        planned.clear()
        return 1

    planned = [START]
    schedule += [jobs.Job("rounds", lambda: min(planned, default=None), rounds), of("letters", letters, seen)]
    jobs.run_due(START)
    assert seen == [("letters", START)]


def test_a_job_that_leaves_its_work_undone_is_named_and_does_not_run_for_ever(
    schedule: list[jobs.Job], session: object
) -> None:
    calls: list[datetime] = []

    def idle(now: datetime) -> int:
        calls.append(now)
        if len(calls) > 20:
            raise AssertionError("it ran for ever")
        return 0

    schedule.append(jobs.Job("letters", lambda: START, idle))
    with pytest.raises(RuntimeError, match="“letters” was due at 2024-10-08"):
        jobs.run_due(START)
    assert calls == [START]
