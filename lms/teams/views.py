"""An agency's own pages: its people, places for them, places still without a name."""

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask import session as visit
from flask.typing import ResponseReturnValue

from lms import dates, hooks
from lms.accounts.models import Person
from lms.attendance.queries import marks_of
from lms.bookings import rules as booking_rules
from lms.bookings.emails import place_of
from lms.bookings.models import Approval, Booking, BookingStatus, CancelReason, Reservation
from lms.bookings.queries import in_the_way, places_of, positions, who
from lms.catalogue.models import CourseSession
from lms.errors import RuleBroken
from lms.exports import CSV, csv_bytes, download
from lms.forms import Form
from lms.learning.queries import waiting_sentences
from lms.people.queries import waiting_sentences as who_joins
from lms.permissions import Permission, can, me, requires
from lms.teams import blueprint, operations, plans, queries, rules, sheets
from lms.teams.forms import AnswerFor, BookTeam, CancelFor, ChooseColleagues, FindSession, GiveBack, Manager, NamePlaces
from lms.teams.operations import SayFirst, TeamBooked
from lms.teams.overview import overview
from lms.working_days import until

#: Sessions with places that the overview names; the others are a click away.
NEXT_SESSIONS = 3


# The overview.


@blueprint.get("/agency")
@requires(Permission.AGENCY_VIEW)
def index() -> ResponseReturnValue:
    """The people of my own organisation: what they have to come, what is open, what is done."""
    now = dates.now()
    return render_template(
        "lms/teams/index.html",
        organisation=me().organisation,
        agency=overview(me(), now, page=request.args.get("page", 1, type=int)),
        to_answer=[*who_joins(me()), *waiting_sentences(me())],
        reservations=queries.reservations_of(me()),
        until=until,
        sessions=[one for one in queries.sessions_to_book(me(), now) if one.ready][:NEXT_SESSIONS],
        pages=[one for one in hooks.agency_pages if can(me(), Permission(one.permission))],
    )


@blueprint.get("/agency/people.csv")
@requires(Permission.TEAM_BOOK)
def people_csv() -> ResponseReturnValue:
    """The same as a table for a spreadsheet."""
    now = dates.now()
    rows = sheets.rows_of(queries.agency_of(me(), now))
    name = f"{me().organisation.name} {dates.london(now):%Y-%m-%d}.csv"
    return download(csv_bytes(sheets.COLUMNS, rows), name, CSV)


@blueprint.route("/agency/people/<int:person_id>", methods=["GET", "POST"])
@requires(Permission.TEAM_BOOK)
def person(person_id: int) -> ResponseReturnValue:
    """One colleague: their bookings, what they have learned, who their line manager is."""
    found = queries.colleague(me(), person_id) or abort(404)
    form = Manager(obj=found)
    if form.validate_on_submit():
        try:
            operations.set_manager(
                person=found,
                name=form.manager_name.data or "",
                email=form.manager_email.data or "",
                by=me(),
                now=dates.now(),
            )
        except RuleBroken as rule:
            form.refuse(str(rule), "manager_email")
        else:
            flash(f"The line manager of {found.name} is kept.", "success")
            return redirect(url_for(".person", person_id=person_id), 303)
    learning, record = queries.own_learning(found, dates.now())
    page = render_template("lms/teams/person.html", form=form, person=found, learning=learning, record=record)
    return page, 422 if form.is_submitted() else 200


# Booking for several people.


@blueprint.get("/agency/book")
@requires(Permission.TEAM_BOOK)
def choose_session() -> ResponseReturnValue:
    """The sessions to book for colleagues, those with places first said."""
    form = FindSession()
    found = queries.sessions_to_book(me(), dates.now(), (form.q.data or "").split()[:10])
    ids = _numbers(request.args.getlist("people"))
    return render_template(
        "lms/teams/choose_session.html",
        filters=form,
        found=found,
        chosen=queries.colleagues_by_id(me(), ids),
        organisation=me().organisation,
    )


@blueprint.route("/sessions/<reference>/book-team", methods=["GET", "POST"])
@requires(Permission.TEAM_BOOK)
def book_team(reference: str) -> ResponseReturnValue:
    """Book places for colleagues on one screen."""
    session = queries.session_to_book(me(), reference) or abort(404)
    form = BookTeam(people=_numbers(request.args.getlist("people")), q=request.args.get("q", ""))
    if not form.is_submitted() or "find" in request.form:
        return _team_page(session, form)
    people = _chosen(form)
    unnamed = form.unnamed.data or 0
    if not form.errors and not (people or form.typed or unnamed):
        form.refuse(rules.NOBODY, "people")
    if form.problems:
        return _team_page(session, form, status=422)
    try:
        done = operations.book_team(
            session=session,
            people=people,
            new_people=form.typed,
            unnamed=unnamed,
            by=me(),
            now=dates.now(),
            learned_elsewhere=bool(form.learned_elsewhere.data),
            said=form.said.data or "",
        )
    except SayFirst as first:
        form.said.data = first.plan.key
        return _team_page(session, form, plan=first.plan)
    except RuleBroken as rule:
        form.refuse(str(rule))
        return _team_page(session, form, status=422)
    return _show_what_happened(session, done)


def _team_page(
    session: CourseSession, form: BookTeam, *, plan: plans.Plan | None = None, status: int = 200
) -> ResponseReturnValue:
    now = dates.now()
    places = places_of([session])[session.id]
    name_by = booking_rules.cancel_window(session)
    page = render_template(
        "lms/teams/book_team.html",
        form=form,
        session=session,
        organisation=me().organisation,
        plan=plan,
        closed=_closed(session),
        places=places,
        ready=places.ready_for(who(me())),
        unnamed_before=plans.unnamed_of(me(), session),
        name_by=until(name_by) if name_by >= now + rules.LEAST_TIME_TO_NAME else None,
        **_choice(session, form),
    )
    return page, status


def _closed(session: CourseSession) -> str:
    """Why places of a session cannot be asked for now; empty where they can."""
    try:
        booking_rules.check_open(session, now=dates.now())
    except RuleBroken as rule:
        return str(rule)
    return ""


def _choice(session: CourseSession, form: ChooseColleagues, *, naming: bool = False) -> dict[str, Any]:
    """The colleagues to choose from, those who cannot be chosen with the reason, and what should come before."""
    found = plans.find_colleagues(me(), session, form.q.data or "", form.people.data or [])
    stands = [
        (one, one.why_not(session.course, by=me(), learned_elsewhere=True, naming=naming)) for one in found.colleagues
    ]
    return {
        "can": [one for one, why in stands if not why],
        "cannot": [(one, why) for one, why in stands if why],
        "total": found.total,
        "most_shown": plans.MOST_SHOWN,
        "before": plans.comes_before(session.course),
    }


def _numbers(values: Sequence[str]) -> list[int]:
    """The numbers of people in an address; what is none is left out."""
    return [int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 10]


def _chosen(form: ChooseColleagues) -> Sequence[Person]:
    """The colleagues who were ticked. What is wrong with the form, and with them, is said beside the fields."""
    form.validate_on_submit()
    ids = set(form.people.data or [])
    people = queries.colleagues_by_id(me(), ids)
    if len(people) != len(ids):
        form.refuse(rules.NOT_OURS, "people")
    return people


def _show_what_happened(session: CourseSession, done: TeamBooked) -> ResponseReturnValue:
    """Lead to the page that lists what became of each; the visit remembers what there is no row for."""
    visit["team"] = {
        "session": session.reference,
        "bookings": [one.booking.reference for one in done.people if one.booking],
        "refused": [[one.name, one.why] for one in done.people if not one.booking],
        "reservation": done.reservation.reference if done.reservation else "",
        "unnamed_why": done.unnamed_why,
    }
    return redirect(url_for(".booked", reference=session.reference), 303)


@blueprint.get("/sessions/<reference>/book-team/done")
@requires(Permission.TEAM_BOOK)
def booked(reference: str) -> ResponseReturnValue:
    """What became of each person I have just booked for."""
    session = queries.session_to_book(me(), reference) or abort(404)
    kept = visit.get("team", {})
    if kept.get("session") != reference:
        return redirect(url_for(".index"), 303)
    found = queries.bookings_of_colleagues(me(), kept["bookings"])
    bookings = [found[one] for one in kept["bookings"] if one in found]
    return render_template(
        "lms/teams/booked.html",
        session=session,
        bookings=bookings,
        positions=positions(bookings),
        refused=kept["refused"],
        reservation=queries.reservation_of(me(), kept["reservation"]),
        unnamed_why=kept["unnamed_why"],
        until=until,
    )


# Places without a name.


def _reservation(reference: str) -> Reservation:
    return queries.reservation_of(me(), reference) or abort(404)


@blueprint.route("/agency/places/<reference>", methods=["GET", "POST"])
@requires(Permission.TEAM_BOOK)
def places(reference: str) -> ResponseReturnValue:
    """Say who gets the places that are kept for us."""
    reservation = _reservation(reference)
    form = NamePlaces(people=_numbers(request.args.getlist("people")), q=request.args.get("q", ""))
    if not form.is_submitted() or "find" in request.form:
        return _places_page(reservation, form)
    people = _chosen(form)
    if not form.errors and not (people or form.typed):
        form.refuse("Choose at least one colleague", "people")
    if form.problems:
        return _places_page(reservation, form, status=422)
    try:
        done = operations.name_places(
            reservation=reservation,
            people=people,
            new_people=form.typed,
            by=me(),
            now=dates.now(),
            learned_elsewhere=bool(form.learned_elsewhere.data),
        )
    except RuleBroken as rule:
        form.refuse(str(rule))
        return _places_page(reservation, form, status=422)
    return _show_what_happened(reservation.session, done)


@blueprint.post("/agency/places/<reference>/give-back")
@requires(Permission.TEAM_BOOK)
def give_back(reference: str) -> ResponseReturnValue:
    """Give places back that we do not need."""
    reservation, form = _reservation(reference), GiveBack()
    if form.validate_on_submit():
        number = form.places.data or 0
        try:
            operations.give_back(reservation=reservation, places=number, by=me(), now=dates.now())
        except RuleBroken as rule:
            form.refuse(str(rule), "places")
        else:
            flash("Given back. Other people can have them now.", "success")
            return redirect(url_for(".places", reference=reference), 303)
    return _places_page(reservation, NamePlaces(formdata=None), back=form, status=422)


def _places_page(
    reservation: Reservation, form: NamePlaces, *, back: GiveBack | None = None, status: int = 200
) -> ResponseReturnValue:
    session, now = reservation.session, dates.now()
    live = reservation.ended_at is None and now < reservation.name_by and session.cancelled_at is None
    page = render_template(
        "lms/teams/places.html",
        form=back if back and back.problems else form,
        choose=form,
        back=back or GiveBack(formdata=None),
        reservation=reservation,
        session=session,
        live=live,
        name_by=until(reservation.name_by),
        **_choice(session, form, naming=True),
    )
    return page, status


# A colleague's booking.


def _booking(reference: str) -> Booking:
    return queries.booking_of_colleague(me(), reference) or abort(404)


@blueprint.get("/agency/bookings/<reference>")
@requires(Permission.TEAM_BOOK)
def booking(reference: str) -> ResponseReturnValue:
    """A colleague's booking, and what I can do with it for them."""
    found = _booking(reference)
    if found.person_id == me().id:
        return redirect(url_for("bookings.booking", reference=reference), 303)
    return _booking_page(found, CancelFor(formdata=None), AnswerFor(formdata=None))


def _booking_page(
    booking: Booking, cancelling: CancelFor, answering: AnswerFor, form: Form | None = None
) -> ResponseReturnValue:
    session, now = booking.session, dates.now()
    to_come = session.cancelled_at is None and now < session.starts_at and booking.status is not BookingStatus.CANCELLED
    can_cancel = to_come and rules.can_cancel_for(session, booking, now=now)
    mark = marks_of([booking.id]).get(booking.id)
    page = render_template(
        "lms/teams/booking.html",
        form=form,
        cancelling=cancelling,
        answering=answering,
        booking=booking,
        session=session,
        place=place_of(session, link_is=""),
        waiting_place=positions([booking]).get(booking.id),
        clashes=in_the_way(booking.person, session) if to_come else [],
        mark=mark.mark if mark else None,
        over=session.ends_at <= now,
        to_come=to_come,
        asked=to_come
        and booking.approval is Approval.ASKED
        and booking.approve_until is not None
        and now < booking.approve_until,
        can_cancel=can_cancel,
        too_late=rules.too_late_for(session, booking)
        if to_come and booking.status is BookingStatus.BOOKED and not can_cancel
        else None,
        free_until=until(booking_rules.free_until(session, booking)),
    )
    return page, 200 if form is None else 422


@blueprint.post("/agency/bookings/<reference>/cancel")
@requires(Permission.TEAM_BOOK)
def cancel(reference: str) -> ResponseReturnValue:
    """Cancel a colleague's place, or take them off the list."""
    booking, form = _booking(reference), CancelFor()
    reason = form.reason.data if form.reason.data in set(CancelReason) else None
    try:
        operations.cancel_for(
            booking=booking, by=me(), now=dates.now(), reason=CancelReason(reason) if reason else None
        )
    except RuleBroken as rule:
        form.refuse(str(rule))
        return _booking_page(booking, form, AnswerFor(formdata=None), form)
    flash(f"{booking.person.name} no longer has this booking. We have written to them.", "success")
    return redirect(url_for(".booking", reference=reference), 303)


@blueprint.post("/agency/bookings/<reference>/approve")
@requires(Permission.TEAM_BOOK)
def approve(reference: str) -> ResponseReturnValue:
    """Say yes for the agency, in place of the manager."""
    return _answer(_booking(reference), yes=True)


@blueprint.post("/agency/bookings/<reference>/refuse")
@requires(Permission.TEAM_BOOK)
def refuse(reference: str) -> ResponseReturnValue:
    """Say no for the agency, with a reason."""
    return _answer(_booking(reference), yes=False)


def _answer(booking: Booking, *, yes: bool) -> ResponseReturnValue:
    form = AnswerFor()
    if form.validate_on_submit():
        try:
            operations.answer_for(booking=booking, yes=yes, reason=form.reason.data or "", by=me(), now=dates.now())
        except RuleBroken as rule:
            form.refuse(str(rule), None if yes or form.reason.data else "reason")
        else:
            flash(f"Your answer is kept. We have written to {booking.person.name}.", "success")
            return redirect(url_for(".booking", reference=booking.reference), 303)
    return _booking_page(booking, CancelFor(formdata=None), form, form)
