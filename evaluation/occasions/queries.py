"""Reads of occasions: whom the choices mean, and where each survey stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select

from evaluation.occasions.models import Occasion
from evaluation.occasions.rules import Choices
from evaluation.surveys.models import RoundStage, SurveyRound
from lms.accounts.models import Person, PersonRole
from lms.attendance.models import CAME, Attendance
from lms.bookings.models import Booking
from lms.bulletin.models import Subscriber
from lms.catalogue.models import CourseSession, SessionGroup
from lms.db import db
from lms.organisations.models import Organisation, Sector


@dataclass(frozen=True)
class Asked:
    """Whom choices mean today. Each stands here once, however many lines they were chosen by."""

    people: Sequence[Person]
    subscribers: Sequence[Subscriber]
    #: People who were chosen and have no address.
    without_address: int

    @property
    def count(self) -> int:
        """How many letters would go out."""
        return len(self.people) + len(self.subscribers)


def whom(chosen: Choices) -> Asked:
    """Everybody the choices mean who can be written to: accounts in use, and subscriptions that have not ended.

    Somebody who has an account and a subscription under one address is asked once, as the person they are.
    """
    found: Sequence[Person] = []
    lines = _lines(chosen)
    if lines:
        found = db.session.scalars(
            select(Person)
            .join(Organisation, Organisation.id == Person.organisation_id)
            .join(Sector, Sector.id == Organisation.sector_id)
            .where(Person.disabled_at.is_(None), Person.merged_into_id.is_(None), or_(*lines))
            .order_by(Person.id)
        ).all()
    people = [one for one in found if one.email]
    return Asked(
        people, _subscribers({one.email for one in people}) if chosen.subscribers else [], len(found) - len(people)
    )


def _lines(chosen: Choices) -> list[ColumnElement[bool]]:
    """Each line of the choices as a condition on a person, their organisation and its sector."""
    lines: list[ColumnElement[bool]] = []
    if chosen.works:
        held = select(PersonRole.person_id).where(PersonRole.role.in_(chosen.roles))
        where = or_(Sector.key.in_(chosen.sectors), Organisation.id.in_(chosen.organisations))
        narrowed = [where] if chosen.sectors or chosen.organisations else []
        lines.append(and_(*narrowed, *([Person.id.in_(held)] if chosen.roles else [])))
    if chosen.sessions or chosen.series:
        came = (
            select(Booking.person_id)
            .join(Attendance, Attendance.booking_id == Booking.id)
            .join(CourseSession, CourseSession.id == Booking.session_id)
            .outerjoin(SessionGroup, SessionGroup.id == CourseSession.group_id)
            .where(
                Attendance.mark.in_(CAME),
                or_(CourseSession.reference.in_(chosen.sessions), SessionGroup.key.in_(chosen.series)),
            )
        )
        lines.append(Person.id.in_(came))
    return lines


def _subscribers(known: set[str | None]) -> list[Subscriber]:
    """Subscriptions that have not ended, one for each address, without the addresses of people who are asked already."""
    found: dict[str, Subscriber] = {}
    for one in db.session.scalars(
        select(Subscriber).where(Subscriber.unsubscribed_on.is_(None)).order_by(Subscriber.subscribed_on, Subscriber.id)
    ):
        if one.email.lower() not in known:
            found.setdefault(one.email.lower(), one)
    return list(found.values())


def next_to_ask() -> datetime | None:
    """When the next occasion asks everybody: as soon as it has opened."""
    return db.session.scalar(select(func.min(SurveyRound.opens_at)).where(*_opened))


def to_ask(now: datetime) -> Sequence[SurveyRound]:
    """The rounds of occasions that have opened and asked nobody yet."""
    return db.session.scalars(
        select(SurveyRound).join(Occasion).where(*_opened, SurveyRound.opens_at <= now).order_by(SurveyRound.id)
    ).all()


_opened = (
    SurveyRound.stage.in_((RoundStage.OPEN, RoundStage.REMINDED, RoundStage.LAST_CALLED)),
    SurveyRound.occasion_id.in_(
        select(Occasion.id).where(Occasion.asked_at.is_(None), Occasion.cancelled_at.is_(None))
    ),
)


def occasion(reference: str) -> Occasion | None:
    """An occasion by what people call it."""
    return db.session.scalar(select(Occasion).where(Occasion.reference == reference))


def round_of(occasion: Occasion) -> SurveyRound | None:
    """The round of an occasion; none once it was undone."""
    return db.session.scalar(select(SurveyRound).where(SurveyRound.occasion_id == occasion.id))
