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
from lms.catalogue import blueprint, queries, rules
from lms.catalogue.forms import CatalogueForm
from lms.catalogue.models import Course, CourseSession
from lms.hooks import CoursePanel, panels_for
from lms.permissions import Permission, can, me, public


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


def _offers(shown: list[CourseSession], upcoming: list[CourseSession], panels: dict[int, CoursePanel]) -> list[Offer]:
    """The sessions to show, with what is known of them; `upcoming` is where the next dates are looked for."""
    places = bookings.places_of(upcoming)
    person = me()
    mine = bookings.live_statuses(person, shown) if person.is_authenticated else {}
    whose = bookings.who(person) if person.is_authenticated else None

    def next_date(session: CourseSession) -> datetime | None:
        """Only looked for where it is said: beside a full session."""
        found = None if places[session.id].open_to(whose) else _next_with_room(session, upcoming, places, whose)
        return found.starts_at if found else None

    return [Offer(one, places[one.id], whose, mine.get(one.id), panels.get(one.course_id), next_date(one)) for one in shown]


def _next_with_room(
    session: CourseSession, upcoming: Sequence[CourseSession], places: Mapping[int, Places], who: Who | None
) -> CourseSession | None:
    """The next session of the same course, after this one, in which somebody who asks now gets a place."""
    later = (one for one in upcoming if one.course_id == session.course_id and one.starts_at > session.starts_at)
    return next((one for one in later if places[one.id].open_to(who)), None)


def _month_links(months: list[date], chosen: date | None) -> list[tuple[str, str, bool]]:
    """The months as (word, value in the address, is it this one). The year stands only where it is needed."""
    names = [f"{month:%B}" for month in months]
    return [
        (name if names.count(name) == 1 else dates.month(month), f"{month:%Y-%m}", month == chosen)
        for name, month in zip(names, months, strict=True)
    ]


@blueprint.get("/courses")
@public
def index() -> ResponseReturnValue:
    """Sessions to come, a month at a time; or every course, with dates or without."""
    now, form = dates.now(), CatalogueForm()
    wanted = form.wanted()
    upcoming = list(queries.upcoming(now, wanted))
    months = rules.months_of(session.starts_at for session in upcoming)
    every = request.args.get("list") == "all" or not months
    asked = rules.parse_month(request.args.get("month", ""))
    chosen = None if every else asked if asked in months else months[0]
    shown = [one for one in upcoming if chosen and rules.months_of([one.starts_at]) == [chosen]]
    courses = list(queries.courses(wanted)) if every else list({one.course_id: one.course for one in shown}.values())
    panels = panels_for(courses)
    return render_template(
        "lms/catalogue/index.html",
        form=form,
        narrowed=form.said(wanted),
        every=every,
        chosen=chosen,
        months=_month_links(months, chosen),
        offers=_offers(shown, upcoming, panels),
        courses=courses if every else [],
        next_starts=queries.next_starts(now, [course.id for course in courses]) if every else {},
        panels=panels,
        modes_words=rules.modes_words,
        kept={key: request.args.getlist(key) for key in ("q", "how", "kind")},
    )


def _why(course: Course) -> dict[str, Any]:
    """Why the course exists, and the way to the thread for those who may follow it."""
    panel = panels_for([course]).get(course.id)
    may_follow = can(me(), Permission.IMPROVEMENT_VIEW)
    return {"panel": panel, "thread_url": panel.thread_url if panel and may_follow else None}


@blueprint.get("/courses/<code>")
@public
def course(code: str) -> ResponseReturnValue:
    """One course: why, for whom, what people can do afterwards, and its sessions to come."""
    found = queries.course_by_code(code) or abort(404)
    upcoming = list(queries.upcoming(dates.now(), course=found))
    return render_template(
        "lms/catalogue/course.html",
        course=found,
        **_why(found),
        offers=_offers(upcoming, upcoming, {}),
        levels=rules.levels_on(found.levels, dates.london(dates.now()).date()),
        modes=rules.modes_words(found.modes),
        hours=rules.hours_words(found.hours, found.participatory_hours),
    )


@blueprint.get("/sessions/<reference>")
@public
def session(reference: str) -> ResponseReturnValue:
    """One session: when, where, with whom, and what it is to the person who looks."""
    found = queries.session_by_reference(reference) or abort(404)
    now, person = dates.now(), me()
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
    whose = bookings.who(me()) if me().is_authenticated else None
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
