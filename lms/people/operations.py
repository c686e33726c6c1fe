"""Moving somebody to where they work now, and making one account of two that are one person."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.accounts import operations as accounts
from lms.accounts import rules as account_rules
from lms.accounts.models import Employment, Person, PersonRole
from lms.accounts.queries import person_by_email, role_mailboxes
from lms.activity.operations import record
from lms.attendance.models import Attendance, AttendanceMark
from lms.bookings import operations as bookings
from lms.bookings.models import Booking, BookingStatus, Ending
from lms.certificates import operations as certificates
from lms.certificates.models import Certificate
from lms.db import db
from lms.errors import RuleBroken
from lms.learning.models import PastLearning, PastOrigin, PastState
from lms.organisations.models import Organisation
from lms.people import emails, merging, rules
from lms.people.models import MoveRequest, MoveState
from lms.roles import Role

ONE_PERSON = "There were two accounts of one person, and the certificate of the other one counts."

# Moving.


def move(*, person: Person, organisation: Organisation, email: str, job: str, by: Person, now: datetime) -> list[Role]:
    """An officer says where somebody works now. Returns the roles that ended with the old place.

    RuleBroken where they may not.
    """
    person = _lock(person)
    account_rules.check_move(
        actor_roles=by.roles,
        same_person=by.id == person.id,
        roles=person.roles,
        merged=person.merged_into_id is not None,
    )
    return _move(person, organisation, email, job, by=by, now=now)


def _move(person: Person, organisation: Organisation, email: str, job: str, *, by: Person, now: datetime) -> list[Role]:
    before = person.email
    lost = accounts.move(person=person, organisation=organisation, email=email, by=by, now=now, job=job)
    emails.moved(person, email_before=before, now=now)
    return lost


def ask_to_move(*, person: Person, organisation: Organisation, email: str, job: str, now: datetime) -> MoveRequest:
    """“I have changed jobs.” Nothing changes until the new organisation says yes. RuleBroken where it cannot be asked."""
    email = email.strip().lower()
    rules.check_can_ask(
        roles=person.roles, same_place=organisation.id == person.organisation_id, same_email=email == person.email
    )
    if email != person.email:
        account_rules.check_personal(email, role_mailboxes())
        there = person_by_email(email)
        if there and there.id != person.id:
            raise RuleBroken(
                "Another account has this email address already. Tell the training team: both may be yours"
            )
    request = MoveRequest(person=person, organisation=organisation, email=email, job=job.strip(), asked_at=now)
    try:
        with db.session.begin_nested():
            db.session.add(request)
    except IntegrityError:
        raise RuleBroken("You have asked already. Take that back first, or wait for the answer.") from None
    _note("move:asked", request, actor=person, now=now)
    return request


def take_back(*, request: MoveRequest, now: datetime) -> None:
    """It was a slip."""
    _end(request, MoveState.TAKEN_BACK, by=request.person, now=now)


def accept(*, request: MoveRequest, by: Person, now: datetime) -> list[Role]:
    """Yes, they work here now. Returns the roles that ended with the old place."""
    request = _end(request, MoveState.ACCEPTED, by=by, now=now)
    person = _lock(request.person)
    if person.merged_into_id is not None or not person.is_active:
        raise RuleBroken("This account is closed by now. Ask the training team.")
    rules.check_can_ask(roles=person.roles, same_place=False, same_email=False)
    return _move(person, request.organisation, request.email, request.job or person.job, by=by, now=now)


def refuse(*, request: MoveRequest, by: Person, now: datetime) -> None:
    """No, they do not."""
    emails.refused(_end(request, MoveState.REFUSED, by=by, now=now), now=now)


def _end(request: MoveRequest, state: MoveState, *, by: Person, now: datetime) -> MoveRequest:
    request = db.session.scalars(
        select(MoveRequest)
        .where(MoveRequest.id == request.id)
        .with_for_update(of=MoveRequest)
        .execution_options(populate_existing=True)
    ).one()
    if request.state is not MoveState.ASKED:
        raise RuleBroken("This has been answered or taken back already.")
    request.state, request.ended_at, request.ended_by_id = state, now, by.id
    db.session.flush()
    _note(f"move:{state.value}", request, actor=by, now=now)
    return request


def _note(verb: str, request: MoveRequest, *, actor: Person, now: datetime) -> None:
    record(
        verb,
        actor=actor,
        subject_kind="person",
        subject=str(request.person_id),
        now=now,
        organisation=request.organisation.name,
    )


def _lock(person: Person) -> Person:
    """The person as they are now; whoever else moves or merges them waits."""
    return db.session.scalars(
        select(Person)
        .where(Person.id == person.id)
        .with_for_update(of=Person)
        .execution_options(populate_existing=True)
    ).one()


# One of two.


def merge(*, emptied: Person, survivor: Person, by: Person, now: datetime) -> int:
    """Make these one person: everything that names `emptied` names `survivor` from now on, and that account is closed and leads
    to this one. Who did what, and how answers are joined, stays. Returns how many rows moved. RuleBroken where it may not be."""
    first, second = sorted((emptied, survivor), key=lambda person: person.id)
    _lock(first)
    _lock(second)
    rules.check_merge(
        actor_roles=by.roles,
        own=by.id in (emptied.id, survivor.id),
        merged=emptied.merged_into_id is not None or survivor.merged_into_id is not None,
        same=emptied.id == survivor.id,
        emptied=emptied.roles,
    )
    moved = _move_bookings(emptied, survivor, by=by, now=now)
    _take_back_requests(emptied, by=by, now=now)
    _hand_over(emptied, survivor, by=by, now=now)
    db.session.flush()
    moved += merging.move_rows(emptied, survivor)
    _ask_again(survivor)
    emptied.merged_into_id = survivor.id
    accounts.end_visits(person=emptied)
    db.session.flush()
    for subject, other in ((survivor, emptied), (emptied, survivor)):
        verb = "person:took_over" if subject is survivor else "person:merged_into"
        record(verb, actor=by, subject_kind="person", subject=str(subject.id), now=now, other=other.id, rows=moved)
    return moved


def _hand_over(emptied: Person, survivor: Person, *, by: Person, now: datetime) -> None:
    """What the account itself says: the roles, and whatever the other one lacks."""
    more = [role for role in emptied.roles if role not in survivor.roles]
    survivor.held = [*survivor.held, *(PersonRole(role=role) for role in more)]
    emptied.held = []
    survivor.job = survivor.job or emptied.job
    if not survivor.manager_email:
        survivor.manager_name, survivor.manager_email = emptied.manager_name, emptied.manager_email
    if emptied.organisation_id != survivor.organisation_id:
        db.session.add(
            Employment(
                person=survivor,
                organisation_id=emptied.organisation_id,
                job=emptied.job,
                email=emptied.email,
                until_at=now,
                moved_by_id=by.id,
            )
        )
    emptied.disabled_at = emptied.disabled_at or now
    emptied.password_hash = ""
    if not survivor.email and emptied.email:
        email, emptied.email = emptied.email, None
        db.session.flush()
        survivor.email = email


def _take_back_requests(emptied: Person, *, by: Person, now: datetime) -> None:
    """Nobody answers for a closed account; earlier requests stay as they were."""
    requests = db.session.scalars(
        select(MoveRequest).where(MoveRequest.person_id == emptied.id).order_by(MoveRequest.id)
    )
    for request in requests.all():
        if request.state is MoveState.ASKED:
            _end(request, MoveState.TAKEN_BACK, by=by, now=now)


def _ask_again(survivor: Person) -> None:
    """What one of the two accounts approved for the other, nobody else has looked at."""
    own = db.session.scalars(
        select(PastLearning).where(
            PastLearning.person_id == survivor.id,
            PastLearning.decided_by_id == survivor.id,
            PastLearning.origin == PastOrigin.ENTERED,
        )
    )
    for past in own:
        past.state, past.decided_at, past.decided_by_id, past.reason = PastState.WAITING, None, None, ""
    db.session.flush()


def _move_bookings(emptied: Person, survivor: Person, *, by: Person, now: datetime) -> int:
    """Each booking is the survivor's; of two of one session the one with the place stays, with the marks of both."""
    theirs = list(
        db.session.scalars(
            select(Booking).where(Booking.person_id == emptied.id).order_by(Booking.session_id, Booking.id)
        )
    )
    sessions = bookings.lock_sessions(one.session_id for one in theirs)
    freed = set()
    for booking in theirs:
        db.session.refresh(booking)
        other = db.session.scalar(
            select(Booking).where(
                Booking.session_id == booking.session_id,
                Booking.person_id == survivor.id,
                Booking.status != BookingStatus.CANCELLED,
            )
        )
        if other and booking.status is not BookingStatus.CANCELLED:
            kept, double = sorted((booking, other), key=_first)
            _move_marks(double, kept, now=now)
            _move_certificates(double, kept, by=by, now=now)
            bookings.end(double, Ending.DOUBLE, now=now)
            bookings.note("booking:was_double", double, actor=by, now=now)
            freed.add(booking.session_id)
        booking.asked_as_id = booking.asked_as
        booking.person = survivor
        db.session.flush()
    for session_id in sorted(freed):
        bookings.settle(session=sessions[session_id], now=now)
    return len(theirs)


def _move_certificates(double: Booking, kept: Booking, *, by: Person, now: datetime) -> None:
    """One person holds one certificate of a session: the double’s goes over to the booking that is kept, or, where that has one
    of its own, counts no longer."""
    of_kept = select(Certificate.id).where(Certificate.booking_id == kept.id, Certificate.revoked_at.is_(None))
    theirs = select(Certificate).where(Certificate.booking_id == double.id).order_by(Certificate.id)
    for certificate in db.session.scalars(theirs).all():
        if certificate.revoked_at is None and db.session.scalar(of_kept):
            certificates.revoke(certificate=certificate, reason=ONE_PERSON, by=by, now=now)
        certificate.booking = kept
        db.session.flush()


def _first(booking: Booking) -> tuple[tuple[int, bool], datetime, int]:
    return rules.stays_before(booking.status, booking.origin), booking.asked_at, booking.id


def _move_marks(double: Booking, kept: Booking, *, now: datetime) -> None:
    """What the register says of the one it says of the other. On each date “came” goes before “did not come”."""
    marks = db.session.scalars(
        select(AttendanceMark)
        .where(AttendanceMark.booking_id.in_((double.id, kept.id)), AttendanceMark.replaced_at.is_(None))
        .order_by(AttendanceMark.id)
    ).all()
    here = {mark.date_id: mark for mark in marks if mark.booking_id == kept.id}
    for mark in marks:
        there = here.get(mark.date_id)
        if mark.booking_id != double.id:
            continue
        if there and (there.mark.came or not mark.mark.came):
            mark.replaced_at = now
            continue
        if there:
            there.replaced_at = now
            db.session.flush()
        mark.booking = kept
    db.session.flush()
    # Where every mark has gone over, none is left that would take this along by itself.
    said = db.session.get(Attendance, double.id)
    if said is not None:
        db.session.delete(said)
        db.session.flush()
