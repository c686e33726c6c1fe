"""What the tests of certificates are made of: a session with its register, and who looks after it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from lms import verify
from lms.accounts.models import Person
from lms.attendance import operations as registers
from lms.attendance.models import Mark
from lms.attendance.rules import MarkGiven
from lms.bookings.models import Booking, BookingOrigin, BookingStatus
from lms.catalogue.models import Course, CourseSession
from lms.certificates import operations
from lms.certificates.models import Certificate
from lms.certificates.rules import Conditions
from lms.db import db
from lms.letters.models import Letter
from lms.organisations.models import Organisation
from lms.roles import Role
from tests.browsing import token
from tests.factories import NOW, booking, course, course_session, organisation, person

NAMES = (
    ("Amina", "Yusuf", Mark.ATTENDED),
    ("Dev", "Patel", Mark.ATTENDED),
    ("Ellie", "Marsden", Mark.LEFT_EARLY),
    ("Tomasz", "Wójcik", Mark.NO_SHOW),
)


@dataclass
class Held:
    """A session that is over: its people in the order of NAMES, who teaches it, and an officer."""

    session: CourseSession
    people: list[Booking]
    trainer: Person
    officer: Person

    @property
    def course(self) -> Course:
        return self.session.course

    @property
    def finished_at(self) -> datetime:
        return self.session.ends_at + timedelta(minutes=30)

    def mark(self, who: Booking, mark: Mark, *, date: int = 0, at: datetime | None = None) -> None:
        """The trainer marks somebody on the register of a date; an officer's change says why."""
        on = self.session.dates[date]
        left = on.starts_at + timedelta(hours=2) if mark is Mark.LEFT_EARLY else None
        registers.record_marks(
            on, given=[MarkGiven(who.id, mark, left)], by=self.officer, now=at or on.ends_at, reason="Put right"
        )

    def finish(self, *, at: datetime | None = None) -> None:
        """The registers of all dates are complete."""
        for date in self.session.dates:
            assert registers.finish(date, by=self.officer, now=at or self.finished_at, reason="Late") == 0


def hold(
    *, names: Any = NAMES, rule: bool = True, finish: bool = True, of: Course | None = None, **details: Any
) -> Held:
    """A session with a register; the course gives certificates since before it, unless told otherwise."""
    trainer, officer = person("Tom", "Ashworth", Role.TRAINER), person("Priya", "Nair", Role.LD_OFFICER)
    session = course_session(of or course("NEG", refresh_months=36), trainers=[trainer], **details)
    agency = organisation()
    people = [booking(session, person(first, last, organisation=agency)) for first, last, _ in names]
    found = Held(session, people, trainer, officer)
    if rule:
        give(found.course)
    for who, (_, _, mark) in zip(people, names, strict=True):
        if mark is not None:
            for number in range(len(session.dates)):
                found.mark(who, mark, date=number)
    if finish:
        found.finish()
    db.session.flush()
    return found


def give(of: Course, *, at: datetime = NOW, after_questions: bool = False, **conditions: Any) -> None:
    """The course gives certificates from a moment on."""
    operations.set_rule(
        course=of,
        gives=True,
        conditions=Conditions(**conditions),
        after_questions=after_questions,
        by=None,
        now=at,
    )


def certificates(*, live: bool = True) -> list[Certificate]:
    """Every certificate there is that counts, in order; or also those that do not."""
    found = select(Certificate).order_by(Certificate.id).execution_options(populate_existing=True)
    return list(db.session.scalars(found.where(Certificate.revoked_at.is_(None)) if live else found))


def names() -> list[str]:
    """Who holds one."""
    return [one.name for one in certificates()]


def letters() -> list[tuple[str, str]]:
    """The letters about certificates: which, to whom."""
    found = select(Letter).where(Letter.key.startswith("certificate-")).order_by(Letter.id)
    return [(one.key, one.to_name) for one in db.session.scalars(found)]


def letter(key: str) -> Letter:
    """The newest letter of this kind."""
    return db.session.scalars(select(Letter).where(Letter.key == key).order_by(Letter.id.desc())).first()  # type: ignore[return-value]


def wrong() -> list[str]:
    """What `lms verify` finds wrong with certificates and files."""
    return [sentence for sentence in verify.problems() if sentence.startswith(("certificates", "files"))]


def post(browser: FlaskClient, path: str, **fields: Any) -> TestResponse:
    """Send a form; somebody who is signed in has a token on every page."""
    return browser.post(path, data={"csrf_token": token(browser.get("/help")), **fields})


def crowd(session: CourseSession, agency: Organisation, people: int) -> list[Booking]:
    """So many people of one agency with a place on a session, added in one go."""
    made = [
        Booking(
            session=session,
            person=Person(
                first_name="P", last_name=f"Zed {n:03}", email=f"p{n}@{agency.id}.example", organisation=agency
            ),
            status=BookingStatus.BOOKED,
            origin=BookingOrigin.IMPORTED,
            asked_at=NOW,
            held_at=NOW,
            booked_at=NOW,
        )
        for n in range(people)
    ]
    db.session.add_all(made)
    db.session.flush()
    return made
