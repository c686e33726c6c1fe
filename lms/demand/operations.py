"""What is done about demand: names kept for a new date, and sessions asked for and answered."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from lms.accounts.models import Person
from lms.activity.operations import record
from lms.catalogue.models import Course, CourseSession
from lms.db import db
from lms.demand import emails, queries, rules
from lms.demand.models import DeliveryRequest, DeliveryState, Interest
from lms.errors import RuleBroken
from lms.organisations.models import Organisation


def show_interest(*, course: Course, person: Person, now: datetime, wish: str = "") -> Interest:
    """This person would come if there were a date that suits. Asking again only changes what would suit, or begins anew after
    they booked."""
    rules.check_offered(course.retired_at is not None)
    # Whoever shows interest twice at once waits here for the first.
    db.session.scalars(select(Course.id).where(Course.id == course.id).with_for_update()).one()
    there = queries.interest_of(person, course)
    if there and queries.open_interest_of(person, course):
        there.wish = wish.strip()
        db.session.flush()
        return there
    if there:
        there.ended_at = now
        db.session.flush()
    interest = Interest(course=course, person=person, asked_at=now, wish=wish.strip())
    db.session.add(interest)
    db.session.flush()
    record("interest:shown", actor=person, subject_kind="course", subject=course.code, now=now)
    return interest


def end_interest(*, course: Course, person: Person, now: datetime) -> None:
    """Take one's name off the list."""
    if there := queries.interest_of(person, course):
        there.ended_at = now
        db.session.flush()
        record("interest:ended", actor=person, subject_kind="course", subject=course.code, now=now)


def keep_names(*, course: Course, people: Iterable[Person], now: datetime) -> int:
    """A session of the course will not be held: its people hear first of the next date. How many were not on the list yet."""
    # Whoever shows interest at this moment waits here, or is seen.
    db.session.scalars(select(Course.id).where(Course.id == course.id).with_for_update()).one()
    there = {one.person_id for one in queries.interested_in(course.id)}
    new = [person for person in people if person.id not in there and person.email]
    for person in new:
        if (old := queries.interest_of(person, course)) is not None:
            old.ended_at = now
    db.session.flush()
    db.session.add_all(Interest(course=course, person=person, asked_at=now) for person in new)
    db.session.flush()
    return len(new)


def tell_interested(*, session: CourseSession, now: datetime) -> int:
    """A new date of a course can be booked by everybody: write to who asked for one, once for each date."""
    if session.host_organisation_id is not None or session.published_at is None or session.starts_at <= now:
        return 0
    told = queries.interested_in(session.course_id)
    for interest in told:
        emails.new_date(interest, session, now=now)
    return len(told)


def ask_for_session(
    *,
    course: Course,
    by: Person,
    people: int,
    wish: str,
    now: datetime,
    organisation: Organisation | None = None,
    outside_name: str = "",
) -> DeliveryRequest:
    """A school or agency asks for a session at its own place; `outside_name` where it lies outside the area."""
    rules.check_offered(course.retired_at is not None)
    if (organisation is None) == (not outside_name.strip()):
        raise RuleBroken("Say for which organisation the session is.")
    request = DeliveryRequest(
        course=course,
        kind=rules.kind_of(outside=organisation is None, organisation=organisation.kind if organisation else None),
        organisation=organisation,
        outside_name=outside_name.strip(),
        people=people,
        wish=wish.strip(),
        asked_by=by,
        asked_at=now,
    )
    db.session.add(request)
    db.session.flush()
    _note("delivery:asked", request, by, now)
    emails.request_received(request, now=now)
    return request


def agree(
    *, request: DeliveryRequest, session: CourseSession | None, by: Person, now: datetime, answer: str = ""
) -> None:
    """They get this session."""
    request = _locked(request)
    if session is None:
        raise RuleBroken(rules.NO_SESSION)
    request.session = session
    _answered(request, DeliveryState.AGREED, answer, by, now)
    emails.request_answered(request, agreed=True, now=now)


def decline(*, request: DeliveryRequest, answer: str, by: Person, now: datetime) -> None:
    """It cannot be done, and why."""
    request = _locked(request)
    if not answer.strip():
        raise RuleBroken(rules.NO_REASON)
    _answered(request, DeliveryState.DECLINED, answer, by, now)
    emails.request_answered(request, agreed=False, now=now)


def withdraw(*, request: DeliveryRequest, by: Person, now: datetime) -> None:
    """Whoever asked no longer wants it."""
    _answered(_locked(request), DeliveryState.WITHDRAWN, "", by, now)


def _locked(request: DeliveryRequest) -> DeliveryRequest:
    """The request as it is now, to be answered once."""
    found = db.session.scalars(
        select(DeliveryRequest)
        .where(DeliveryRequest.id == request.id)
        .with_for_update(of=DeliveryRequest)
        .execution_options(populate_existing=True)
    ).one()
    rules.check_asked(found.state)
    return found


def _answered(request: DeliveryRequest, state: DeliveryState, answer: str, by: Person, now: datetime) -> None:
    request.state, request.answer, request.answered_by, request.answered_at = state, answer.strip(), by, now
    db.session.flush()
    _note(f"delivery:{state.value}", request, by, now)


def _note(verb: str, request: DeliveryRequest, by: Person, now: datetime) -> None:
    record(verb, actor=by, subject_kind="delivery", subject=request.reference, now=now, course=request.course.code)
