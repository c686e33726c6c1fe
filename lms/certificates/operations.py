"""Issuing certificates, one or many, and taking them back. No PDF is drawn here: rows wait for the worker (drawing.py)."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import selectinload

from lms import dates
from lms.accounts.models import Person
from lms.activity.operations import record
from lms.bookings.models import Booking
from lms.bookings.operations import lock_session, lock_sessions
from lms.catalogue.models import Course, CourseSession, Mode
from lms.certificates import codes, eligible, emails, queries, rules
from lms.certificates.eligible import Candidate
from lms.certificates.models import Certificate, CertificateRule, IssueRun
from lms.certificates.rules import Conditions
from lms.db import db, random_reference
from lms.errors import RuleBroken
from lms.hooks import panels_for
from lms.letters.operations import withdraw
from lms.organisations.queries import partnership


def set_rule(
    *, course: Course, gives: bool, conditions: Conditions, after_questions: bool, by: Person | None, now: datetime
) -> bool:
    """Say what a course asks for before it gives a certificate, and whether it gives any; was anything new?

    What was issued stays as it was. Nobody is given one by itself whose register was finished before the course gave any.
    """
    db.session.execute(select(Course.id).where(Course.id == course.id).with_for_update())
    rule = queries.rule_of(course.id)
    before = (bool(rule.since), queries.conditions_of(rule), rule.after_questions) if rule else None
    after = (gives, conditions, after_questions)
    if after == before or (rule is None and not gives):
        return False
    if rule is None:
        rule = CertificateRule(course_id=course.id)
        db.session.add(rule)
    rule.since = (rule.since or now) if gives else None
    rule.least_share, rule.part_counts = conditions.least_share, conditions.part_counts
    rule.after_questions = after_questions
    db.session.flush()
    record(
        "certificate:rule_set",
        actor=by,
        subject_kind="course",
        subject=course.code,
        now=now,
        gives=int(gives),
        least_share=conditions.least_share,
        part_counts=int(conditions.part_counts),
        after_questions=int(after_questions),
    )
    return True


# Issuing.


def issue_due(now: datetime) -> int:
    """What happens by itself: certificates for everybody whose register is finished and who meets what the course asks for; and
    back from whom the register has been put right. How many of both."""
    done = 0
    for one in eligible.to_take_back(now):
        _revoke(one, by=None, why="The register was put right: it says that the person was not there.", now=now)
        done += 1
    for session_id in eligible.sessions_due(now):
        session = lock_session(session_id)
        # With the session locked: whoever issued at the same moment has ended by now, and theirs are seen.
        chosen = [one for one in _everybody([session]) if one.gets_one and not one.had_one]
        done += _add(chosen, rule=queries.rule_of(session.course_id), now=now)
        if chosen:
            record(
                "certificate:issued",
                actor=None,
                subject_kind="session",
                subject=session.reference,
                now=now,
                people=len(chosen),
            )
    return done


def _everybody(sessions: Sequence[CourseSession]) -> list[Candidate]:
    return eligible.candidates(sessions, queries.rule_of(sessions[0].course_id)) if sessions else []


def left_of(sessions: Sequence[CourseSession]) -> list[Candidate]:
    """Who would be given one by a mass issue of these sessions."""
    return [one for one in _everybody(sessions) if one.gets_one]


def issue_many(
    *, sessions: Sequence[CourseSession], course: Course | None = None, seen: int, by: Person, now: datetime
) -> IssueRun:
    """A mass issue: everybody of these sessions of one course who is left and meets what it asks for; of one session, or of the
    course. One statement adds them all, so that the request is over at once.

    RuleBroken when nobody is left, or it would be other than the `seen` people of the preview.
    """
    locked = lock_sessions([one.id for one in sessions])
    chosen = left_of(list(locked.values()))
    rules.check_as_previewed(len(chosen), seen)
    session = sessions[0]
    run = IssueRun(
        session_id=None if course else session.id,
        course_id=course.id if course else None,
        made_by_id=by.id,
        made_at=now,
        people=len(chosen),
        undo_until=now + rules.UNDO_FOR,
    )
    db.session.add(run)
    db.session.flush()
    _add(chosen, rule=queries.rule_of(session.course_id), now=now, by=by, run=run)
    record(
        "certificate:issued",
        actor=by,
        subject_kind="course" if course else "session",
        subject=course.code if course else session.reference,
        now=now,
        people=len(chosen),
        run=run.reference,
    )
    return run


def issue_by_hand(*, booking: Booking, reason: str, by: Person, now: datetime) -> Certificate:
    """One certificate for somebody who came and does not meet what the course asks for, or whose was withdrawn. The reason stays
    with it."""
    session = lock_session(booking.session_id)
    [one] = eligible.candidates([session], queries.rule_of(session.course_id), only=booking)
    name = booking.person.name
    rules.check_by_hand(name, one.attended, has_one=one.certificate is not None, reason=reason)
    _add([one], rule=queries.rule_of(session.course_id), now=now, by=by, by_hand_why=reason.strip())
    _note("certificate:issued_by_hand", booking, by=by, now=now, reason=reason.strip())
    return _live(booking)


def _live(booking: Booking) -> Certificate:
    return db.session.scalars(select(Certificate).where(Certificate.booking_id == booking.id, queries.LIVE)).one()


def _add(
    chosen: Sequence[Candidate],
    *,
    rule: CertificateRule | None,
    now: datetime,
    by: Person | None = None,
    run: IssueRun | None = None,
    by_hand_why: str = "",
) -> int:
    """Add these certificates with everything they say, in one statement. The worker draws them."""
    if not chosen:
        return 0
    says = _says({one.booking.session_id for one in chosen})
    rows = []
    for one in chosen:
        reference, session = random_reference(), one.booking.session
        rows.append(
            says[session.id]
            | {
                "reference": reference,
                "code_hash": codes.hash_of(codes.long_code(reference)),
                "printed_code": codes.new_printed_code(),
                "booking_id": one.booking.id,
                "run_id": run.id if run else None,
                "name": one.booking.person.name,
                "hours": rules.earned(session.course.hours, one.attended.share),
                "participatory_hours": rules.earned(session.course.participatory_hours, one.attended.share),
                "dates_attended": one.attended.dates,
                "dates_of": one.attended.of,
                "least_share": queries.conditions_of(rule).least_share,
                "by_hand_why": by_hand_why,
                "issued_at": now,
                "issued_by_id": by.id if by else None,
                "draw_at": now,
            }
        )
    db.session.execute(insert(Certificate), rows)
    return len(rows)


def _says(session_ids: Collection[int]) -> dict[int, dict[str, object]]:
    """What the certificates of a session have in common, as it is today: {session id: values}. The sessions are of one course."""
    here = partnership()
    if here is None:
        raise RuntimeError("Certificates are issued only once a partnership is loaded.")
    sessions = db.session.scalars(
        select(CourseSession).where(CourseSession.id.in_(session_ids)).options(selectinload(CourseSession.dates))
    ).all()
    course = sessions[0].course
    panel = panels_for([course]).get(course.id)
    of_all = {
        "title": course.title,
        "course_code": course.code,
        "why": panel.sentence if panel else "",
        "outcomes": list(course.outcomes),
        "awarded_by": here.name,
        "made_up": here.made_up,
    }
    return {one.id: of_all | _says_of(one) for one in sessions}


def _says_of(session: CourseSession) -> dict[str, object]:
    days = sorted({dates.london(one.starts_at).date() for one in session.dates})
    online = "online, live" if session.mode is Mode.VIRTUAL else ""
    levels = [one for one in session.course.levels if _held(one.valid_from, one.valid_until, days[-1])]
    return {
        "levels": [f"{one.scheme.name}: {one.name}" for one in levels],
        "days": [day.isoformat() for day in days],
        "last_day": days[-1],
        "place": online or (session.venue.name if session.venue else ""),
        "valid_until": rules.valid_until(days[-1], session.course.refresh_months),
    }


def _held(first: date, last: date | None, day: date) -> bool:
    """Did a level hold on the day of the session?"""
    return first <= day and (last is None or day <= last)


# Taking back.


def undo(*, run: IssueRun, by: Person, now: datetime) -> int:
    """Take back a whole mass issue while nobody has heard of it; its letters are withdrawn. How many certificates that were."""
    run = db.session.scalars(select(IssueRun).where(IssueRun.id == run.id).with_for_update()).one()
    db.session.refresh(run)
    rules.check_undo(
        undone=run.undone_at is not None, until=run.undo_until, until_words=dates.day_time(run.undo_until), now=now
    )
    ids = db.session.scalars(
        select(Certificate.id).where(Certificate.run_id == run.id, queries.LIVE).order_by(Certificate.id)
    ).all()
    db.session.execute(
        update(Certificate)
        .where(Certificate.id.in_(ids))
        .values(revoked_at=now, revoked_by_id=by.id, revoked_why="The mass issue was undone."),
        execution_options={"synchronize_session": "fetch"},
    )
    withdraw([emails.dedupe(one) for one in ids])
    run.undone_at, run.undone_by_id = now, by.id
    db.session.flush()
    record(
        "certificate:undone",
        actor=by,
        subject_kind="course" if run.course else "session",
        subject=_subject(run),
        now=now,
        run=run.reference,
        people=len(ids),
    )
    return len(ids)


def _subject(run: IssueRun) -> str:
    return run.course.code if run.course else run.session.reference if run.session else ""


def revoke(*, certificate: Certificate, reason: str, by: Person, now: datetime) -> None:
    """Withdraw a certificate. Whoever checks it sees that at once, and the person gets a letter with the reason."""
    rules.check_reason(reason)
    one = _locked(certificate)
    if one.revoked_at is not None:
        raise RuleBroken(rules.WITHDRAWN)
    _revoke(one, by=by, why=reason.strip(), now=now)


def reissue(*, certificate: Certificate, name: str, reason: str, by: Person, now: datetime) -> Certificate:
    """Withdraw a certificate and issue it again with another name; all else it says stays. The new one has codes of its own."""
    if not name.strip():
        raise RuleBroken(rules.NO_NAME)
    rules.check_reason(reason)
    one = _locked(certificate)
    if one.revoked_at is not None:
        raise RuleBroken(rules.NOT_LIVE)
    withdraw([emails.dedupe(one.id)])
    one.revoked_at, one.revoked_by_id, one.revoked_why = now, by.id, reason.strip()
    db.session.flush()  # one live certificate for a booking, so the old one goes first
    kept = {name: getattr(one, name) for name in _STAYS}
    reference = random_reference()
    new = Certificate(
        **kept,
        reference=reference,
        code_hash=codes.hash_of(codes.long_code(reference)),
        printed_code=codes.new_printed_code(),
        name=name.strip(),
        issued_at=now,
        issued_by_id=by.id,
        replaces_id=one.id,
        draw_at=now,
    )
    db.session.add(new)
    db.session.flush()
    _note("certificate:reissued", new.booking, by=by, now=now, reason=reason.strip())
    return new


#: What a corrected certificate says as the one before did.
_STAYS = (
    "booking_id", "title", "course_code", "why", "outcomes", "levels", "hours", "participatory_hours", "days", "last_day",
    "place", "valid_until", "awarded_by", "made_up", "dates_attended", "dates_of", "least_share", "by_hand_why",
)  # fmt: skip


def _locked(certificate: Certificate) -> Certificate:
    """The certificate as it is now, with its session locked: whoever issues or withdraws at the same moment waits."""
    lock_session(certificate.booking.session_id)
    db.session.refresh(certificate)
    return certificate


def _revoke(one: Certificate, *, by: Person | None, why: str, now: datetime) -> None:
    one.revoked_at, one.revoked_by_id, one.revoked_why = now, by.id if by else None, why
    db.session.flush()
    # Nobody hears of a certificate that is no longer there; who has heard of it hears that.
    if not withdraw([emails.dedupe(one.id)]) and one.file_id is not None:
        emails.withdrawn(one, now=now)
    _note("certificate:withdrawn", one.booking, by=by, now=now, reason=why)


def _note(verb: str, booking: Booking, *, by: Person | None, now: datetime, reason: str) -> None:
    record(verb, actor=by, subject_kind="booking", subject=booking.reference, now=now, reason=reason)
