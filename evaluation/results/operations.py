"""What is done about results: they are worked out by the worker when enough closed waves have come together, and kept."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import delete, select

from evaluation.impact.queries import sectors_reached
from evaluation.question_sets.queries import title_of
from evaluation.results import items, queries
from evaluation.results.course import Course as Measured
from evaluation.results.course import Plan
from evaluation.results.documents import write
from evaluation.results.frame import cut
from evaluation.results.measure import measure
from evaluation.results.models import CountedRound, Release, ReleasedSlice
from evaluation.results.queries import ClosedRound
from evaluation.results.report import Results
from evaluation.surveys import questions
from evaluation.surveys.models import EvaluationPlan
from lms.catalogue.models import Course
from lms.dates import from_london, london
from lms.db import db, writing
from lms.organisations.queries import partnership

#: So many new answers a release adds to each wave it adds to: whoever kept the last one cannot tell them apart.
LEAST_NEW = 10
#: So long a course rests between two releases: fewer steps from which little could be told apart.
REST = timedelta(days=28)
#: How many releases of a course keep their figures: the one people see, and the one before.
KEPT = 2


def ready(waiting: Sequence[ClosedRound], course_id: int) -> list[ClosedRound]:
    """Those of the waiting rounds of a course that may be counted now: together ten new answers of their wave, or its first."""
    counted = queries.counted_waves(course_id)
    by_wave: dict[str, list[ClosedRound]] = defaultdict(list)
    for one in waiting:
        if one.course_id == course_id:
            by_wave[one.wave].append(one)
    return [
        one
        for wave, rounds in by_wave.items()
        if (answered := sum(round_.answered for round_ in rounds)) >= LEAST_NEW or (wave not in counted and answered)
        for one in rounds
    ]


def _due(until: datetime | None = None) -> dict[int, datetime]:
    """The courses with enough new answers, and when each is due: at the end of the last new wave, and not twice a month."""
    waiting = queries.uncounted()
    last = queries.last_releases() if waiting else {}
    found = {}
    for course_id in dict.fromkeys(one.course_id for one in waiting):
        new = ready(waiting, course_id)
        if new:
            closed_at = max(one.closed_at for one in new)
            rested = from_london(last[course_id] + REST) if course_id in last else closed_at
            if until is None or max(closed_at, rested) <= until:
                found[course_id] = max(closed_at, rested)
    return found


def next_release() -> datetime | None:
    """When the next release is due."""
    return min(_due().values(), default=None)


def make_releases(now: datetime) -> int:
    """Work out the results of every course that has enough new answers; how many courses that were.

    In its own transactions: measuring a large course takes seconds, and nobody waits for it. Only what was found is written
    under the lock.
    """
    due = list(_due(now))
    for course_id in due:
        db.session.rollback()
        course = db.session.get_one(Course, course_id)
        new = ready(queries.uncounted(), course_id)
        found = measure(measured(course, new, now))
        with writing():
            # What is over stays over; should another worker have been quicker, nothing is left to count.
            if not queries.counted([one.id for one in new]):
                _keep(course_id, new, found, now)
    return len(due)


def release(*, course: Course, now: datetime) -> Release | None:
    """Count what may be counted of a course and keep what may be told. None where nothing new may be counted."""
    new = ready(queries.uncounted(), course.id)
    return _keep(course.id, new, measure(measured(course, new, now)), now) if new else None


def _keep(course_id: int, new: Sequence[ClosedRound], found: Sequence[Results], now: datetime) -> Release:
    """Write a release: what it counts for the first time, and what each slice may say. The figures of old releases go."""
    made = Release(course_id=course_id, made_on=london(now).date(), threshold=current_app.config["SMALL_NUMBER"])
    db.session.add(made)
    db.session.flush()
    db.session.add_all(CountedRound(round_id=one.id, release_id=made.id) for one in new)
    db.session.add_all(ReleasedSlice(release_id=made.id, key=one.slice.key, document=write(one)) for one in found)
    db.session.flush()
    kept = select(Release.id).where(Release.course_id == course_id).order_by(Release.id.desc()).limit(KEPT)
    old = select(Release.id).where(Release.course_id == course_id, Release.id.not_in(kept))
    db.session.execute(
        delete(ReleasedSlice).where(ReleasedSlice.release_id.in_(old)).execution_options(synchronize_session=False)
    )
    return made


def measured(course: Course, new: Sequence[ClosedRound], now: datetime) -> Measured:
    """A course with everything that is counted so far, and with what is counted for the first time now."""
    plan = db.session.get_one(EvaluationPlan, course.id)
    document = plan.question_set.document
    rounds = queries.counted_rounds(course.id, {one.id for one in new})
    last = max(one.closes_at for one in rounds)
    here = partnership()
    planned = Plan(
        code=course.code,
        title=course.title,
        document=document,
        question_set=f"{title_of(document, plan.question_set.key)}, version {plan.question_set.version}",
        waves=tuple(plan.waves),
        primary=plan.primary_scale,
        deciding=plan.deciding_wave,
        as_at=london(now).date(),
        missing_sectors=tuple(
            sector.words for sector in sectors_reached([course.id], last) if sector.workforce and not sector.people
        ),
        made_up=bool(here and here.made_up),
    )
    wanted = {key: question for key, (question, _) in items.asked_by(planned).items()}
    # Looking back is asked for by name, and measured apart.
    wanted |= {key: questions.question(document, key) for key in items.looking_back_keys(planned)}
    frame = queries.answers_of(course.id, rounds, wanted)
    waiting = queries.open_rounds(course.id, {one.id for one in new})
    return Measured(
        plan=planned,
        frame=frame,
        cut=cut(frame),
        threshold=current_app.config["SMALL_NUMBER"],
        open_rounds=[waiting.get(one.id, 0) for one in frame.sessions],
    )
