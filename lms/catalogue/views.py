"""The catalogue: what there is to learn, when, where, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from lms import dates
from lms.accounts.models import Person
from lms.bookings import queries as bookings
from lms.bookings.models import BookingStatus
from lms.bookings.places import Places, Who
from lms.bookings.queries import Stand
from lms.bookings.rules import Standing
from lms.catalogue import blueprint, months, queries, rules
from lms.catalogue.forms import CatalogueForm
from lms.catalogue.models import Course, CourseSession
from lms.catalogue.months import Day, Span
from lms.catalogue.rules import Wanted
from lms.catalogue.search import Found
from lms.elearning import queries as elearning
from lms.hooks import CoursePanel, panels_for
from lms.permissions import Permission, can, me, public
from lms.working_days import ENGLAND


@dataclass(frozen=True)
class Offer:
    """One session as the list shows it."""

    session: CourseSession
    places: Places
    #: Who looks, to places that are held for some; None: nobody signed in.
    who: Who | None
    mine: BookingStatus | None
    panel: CoursePanel | None
    #: The next session of the course with room, where this one has none.
    next_with_room: datetime | None

    @property
    def room(self) -> bool:
        """Would somebody who asks now get a place?"""
        return self.places.open_to(self.who)

    @property
    def left(self) -> int:
        """How many places there are for them."""
        return self.places.left_for(self.who)


@dataclass(frozen=True)
class Matching:
    """The sessions to come that match what was asked for, the earliest first."""

    upcoming: Sequence[CourseSession]
    places: Mapping[int, Places]
    #: What the words typed came to; None: there were none.
    found: Found | None = None


def _offers(
    shown: Sequence[CourseSession],
    upcoming: Sequence[CourseSession],
    panels: Mapping[int, CoursePanel],
    places: Mapping[int, Places] | None = None,
) -> list[Offer]:
    """The sessions to show, with what is known of them; `upcoming` is where the next dates are looked for."""
    places = bookings.places_of(upcoming) if places is None else places
    person = me()
    mine = bookings.live_statuses(person, shown) if person.is_authenticated else {}
    whose = _whose()

    def next_date(session: CourseSession) -> datetime | None:
        """Only looked for where it is said: beside a full session."""
        full = not places[session.id].open_to(whose)
        found = _next_with_room(session, upcoming, places, whose) if full else None
        return found.starts_at if found else None

    return [
        Offer(one, places[one.id], whose, mine.get(one.id), panels.get(one.course_id), next_date(one)) for one in shown
    ]


def _whose() -> Who | None:
    """Who looks, to places that are held for some."""
    return bookings.who(me()) if me().is_authenticated else None


def _next_with_room(
    session: CourseSession, upcoming: Sequence[CourseSession], places: Mapping[int, Places], who: Who | None
) -> CourseSession | None:
    """The next session of the same course, after this one, in which somebody who asks now gets a place."""
    later = (one for one in upcoming if one.course_id == session.course_id and one.starts_at > session.starts_at)
    return next((one for one in later if places[one.id].open_to(who)), None)


def _matching(wanted: Wanted, now: datetime, *, with_dates: bool) -> Matching:
    """The sessions to come that match, and what the words typed came to."""
    found = queries.searched(wanted)
    upcoming = queries.upcoming(now, wanted, found, with_dates=with_dates)
    places = bookings.places_of(upcoming)
    if wanted.room:
        whose = _whose()
        upcoming = [one for one in upcoming if places[one.id].open_to(whose)]
    return Matching(upcoming, places, found)


def _courses(wanted: Wanted, match: Matching) -> list[Course]:
    """The courses that match; where dates were asked about, those that have such a date."""
    courses = queries.courses(wanted, match.found)
    dated = {one.course_id for one in match.upcoming}
    return [course for course in courses if course.id in dated or not wanted.dated]


@blueprint.get("/courses")
@public
def index() -> ResponseReturnValue:
    """Sessions to come, a month at a time, as a list or as a calendar; or every course, with dates or without."""
    now = dates.now()
    today = dates.london(now).date()
    form = CatalogueForm(queries.priorities_served(), queries.levels_given(today))
    status, wanted = 200 if form.understood() else 422, form.wanted()
    match = _matching(wanted, now, with_dates=months.asks_for_grid(request.args))
    span = months.span_of(match.upcoming, request.args, today=today, after=wanted.after)
    shown = span.shown(match.upcoming)
    courses = _courses(wanted, match) if span.every or match.found is not None else []
    explained = courses if span.every else [] if span.as_grid else [one.course for one in shown]
    panels = panels_for(list({course.id: course for course in explained}.values()))
    offers = _offers(shown, match.upcoming, panels, match.places)
    page = render_template(
        "lms/catalogue/index.html",
        form=form,
        found=match.found,
        span=span,
        offers=offers,
        weeks=_weeks(span, offers, today),
        courses=courses,
        next_starts=_next_starts(courses, wanted, match, now) if span.every else {},
        panels=panels,
        modes_words=rules.modes_words,
        provider_words=rules.provider_words,
    )
    return page, status


def _weeks(span: Span, offers: Sequence[Offer], today: date) -> list[list[Day[Offer] | None]]:
    """The month as a calendar, where it is asked for."""
    if span.month is None or not span.as_grid:
        return []
    dated = [(starts_at, offer) for offer in offers for starts_at in months.starts_of(offer.session)]
    return months.month_grid(span.month, dated, today=today, holidays=ENGLAND)


def _next_starts(courses: Sequence[Course], wanted: Wanted, match: Matching, now: datetime) -> dict[int, datetime]:
    """When each course is next held; where dates were asked about, the next that matches: {course id: start}."""
    if wanted.dated:
        return {one.course_id: one.starts_at for one in reversed(match.upcoming)}
    return queries.next_starts(now, [course.id for course in courses])


def _why(course: Course) -> dict[str, Any]:
    """Why the course exists, and the way to the thread for those who may follow it."""
    panel = panels_for([course]).get(course.id)
    may_follow = can(me(), Permission.IMPROVEMENT_VIEW)
    follow = panel if may_follow else None
    return {
        "panel": panel,
        "thread_url": follow.thread_url if follow else None,
        "changed_url": follow.changed_url if follow else None,
    }


@blueprint.get("/courses/<code>")
@public
def course(code: str) -> ResponseReturnValue:
    """One course: why, for whom, what people can do afterwards, and its sessions to come."""
    found, now = queries.course_by_code(code) or abort(404), dates.now()
    upcoming = list(queries.upcoming(now, course=found))
    return render_template(
        "lms/catalogue/course.html",
        course=found,
        **_why(found),
        offers=_offers(upcoming, upcoming, {}),
        online=_online(found),
        about=rules.about(
            found, today=dates.london(now).date(), next_start=upcoming[0].starts_at if upcoming else None
        ),
    )


def _online(course: Course) -> dict[str, Any] | None:
    """What there is to do at any time, online, and one's own booking of it; None for a course that is only held on dates."""
    holds = bool(elearning.offered_units(course))
    if not holds and not {"e_learning", "self_study"} & set(course.modes):
        return None
    mine = elearning.last_enrolment(me(), course) if me().is_authenticated else None
    return {"holds": holds, "mine": mine}


@blueprint.get("/sessions/<reference>")
@public
def session(reference: str) -> ResponseReturnValue:
    """One session: when, where, with whom, and what it is to the person who looks."""
    now, person = dates.now(), me()
    found = queries.session_by_reference(reference, drafts=can(person, Permission.SESSION_MANAGE)) or abort(404)
    month = dates.london(found.starts_at).date().replace(day=1)
    signed_in = person if person.is_authenticated else None
    stand = bookings.stand_of(signed_in, found, now, may_book=can(person, Permission.BOOKING_CREATE))
    return render_template(
        "lms/catalogue/session.html",
        session=found,
        **_why(found.course),
        stand=stand,
        other_date=_other_date(found, stand, now),
        hours=rules.hours_words(found.course.hours, found.course.participatory_hours),
        weeks=rules.weeks(month),
        booked=_booked_days(signed_in, found, month) if signed_in else {},
    )


def _other_date(session: CourseSession, stand: Stand, now: datetime) -> CourseSession | None:
    """For somebody in front of a full session: the next one of the course that has room."""
    offered = stand.standing in {Standing.SIGNED_OUT, Standing.FULL, Standing.WAITING}
    whose = _whose()
    if not offered or stand.places.open_to(whose):
        return None
    upcoming = queries.upcoming(now, course=session.course)
    return _next_with_room(session, upcoming, bookings.places_of(upcoming), whose)


def _booked_days(person: Person, session: CourseSession, month: date) -> dict[int, str]:
    """The days of this month on which a person has a place elsewhere, and on which course."""
    first, last = dates.from_london(month), dates.from_london(rules.month_after(month))
    return {
        dates.london(one.session.starts_at).day: one.session.course.title
        for one in bookings.booked_between(person, first, last)
        if one.session_id != session.id
    }
