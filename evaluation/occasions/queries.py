"""Reads of occasions: whom the choices mean, and where each survey stands."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import contains_eager

from evaluation.occasions.models import Occasion, OccasionKind
from evaluation.occasions.results import Counted, Kept, Results, results
from evaluation.occasions.rules import WAVE_OF, Choices
from evaluation.recommendations.models import Recommendation
from evaluation.surveys import answers
from evaluation.surveys import queries as surveys
from evaluation.surveys.models import Answer, Invitation, QuestionSet, Response, RoundStage, SurveyRound
from evaluation.surveys.rules import named_sectors
from lms.accounts.models import Person, PersonRole
from lms.attendance.models import CAME, Attendance
from lms.bookings.models import Booking
from lms.bulletin.models import Subscriber
from lms.catalogue.models import CourseSession, SessionGroup
from lms.db import db
from lms.organisations.models import Organisation, Sector
from lms.resources.models import Resource
from lms.roles import Role
from lms.statistics import Share


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


def references() -> set[str]:
    """What surveys are called already."""
    return set(db.session.scalars(select(Occasion.reference)))


def round_of(occasion: Occasion, *, lock: bool = False) -> SurveyRound | None:
    """The round of an occasion; none once it was undone. `lock`: nobody else opens, ends or undoes it meanwhile."""
    asked = select(SurveyRound).where(SurveyRound.occasion_id == occasion.id)
    return db.session.scalar(
        asked.with_for_update().execution_options(populate_existing=True) if lock else asked,
    )


@dataclass(frozen=True)
class Stands:
    """Where one survey stands: how many were asked, how many answers are here."""

    occasion: Occasion
    round: SurveyRound | None
    share: Share


def overview() -> list[Stands]:
    """Every survey of an occasion, the one made last first; counts only."""
    found = db.session.execute(
        select(Occasion, SurveyRound)
        .outerjoin(SurveyRound, SurveyRound.occasion_id == Occasion.id)
        .order_by(Occasion.made_at.desc(), Occasion.id.desc())
    ).all()
    counted = db.session.execute(
        select(Invitation.round_id, func.count())
        .join(SurveyRound, SurveyRound.id == Invitation.round_id)
        .where(SurveyRound.occasion_id.is_not(None))
        .group_by(Invitation.round_id)
    )
    asked = {row[0]: row[1] for row in counted}
    here = surveys.answers_by_wave() if found else {}

    def share(wave: SurveyRound | None) -> Share:
        if wave is None:
            return Share(0, 0)
        people = asked.get(wave.id, 0)
        return Share(min(here.get(surveys.place_of(wave), 0), people), people)

    return [Stands(one, wave, share(wave)) for one, wave in found]


def stands(occasion: Occasion, wave: SurveyRound | None) -> Share:
    """How many were asked about an occasion, and how many answers are here."""
    if wave is None:
        return Share(0, 0)
    people = db.session.scalar(select(func.count()).where(Invitation.round_id == wave.id)) or 0
    return Share(min(surveys.answers_by_wave().get(surveys.place_of(wave), 0), people), people)


@dataclass(frozen=True)
class WouldAsk:
    """Whom a survey would ask if it opened today, and which sectors could then stand beside answers."""

    people: int
    without_address: int
    #: Are there sessions among the choices, whose people may still be marked on a register?
    later: bool
    by_sector: list[tuple[Sector, int, bool]]


def whom_today(occasion: Occasion) -> WouldAsk:
    """What an officer looks at before a survey goes out."""
    chosen = Choices.of(occasion.audience)
    whom_now = whom(chosen)
    counted = _by_sector(whom_now)
    named = named_sectors(counted)
    return WouldAsk(
        whom_now.count,
        whom_now.without_address,
        bool(chosen.sessions or chosen.series),
        [(sector, counted[sector.id], sector.id in named) for sector in sectors() if sector.id in counted],
    )


def said(occasion: Occasion) -> list[tuple[str, list[str]]]:
    """The choices of an occasion in words: each line and whom it names."""
    chosen = Choices.of(occasion.audience)
    lines = [
        ("People who work in", [one.name for one in sectors() if one.key in chosen.sectors]),
        ("People of", [one.name for one in organisations() if one.id in chosen.organisations]),
        (
            "Of them only" if chosen.sectors or chosen.organisations else "Everybody who is",
            [Role(one).label for one in chosen.roles],
        ),
        ("Everybody who came to any session of", [one.title for one in series() if one.key in chosen.series]),
        ("Everybody who came to", list(chosen.sessions)),
        ("Readers of the bulletin", ["every subscription that has not ended"] if chosen.subscribers else []),
    ]
    return [(line, names) for line, names in lines if names]


def _by_sector(whom: Asked) -> dict[int, int]:
    """How many of each sector would be asked: {sector id: people}."""
    counted: dict[int, int] = defaultdict(int)
    for person in whom.people:
        counted[person.organisation.sector_id] += 1
    for subscriber in whom.subscribers:
        counted[subscriber.sector_id] += 1
    return dict(counted)


def results_of(wave: SurveyRound) -> Results | None:
    """What a closed survey found, as it may be shown; None while it is open, or while answers of it still wait to be mixed."""
    if wave.stage is not RoundStage.CLOSED or wave.moves_on_at is not None or surveys.waiting(wave):
        return None
    people = db.session.execute(
        select(Response.sector_id, func.count()).where(surveys.belongs(Response, wave)).group_by(Response.sector_id)
    )
    asked = db.session.scalar(select(func.count()).where(Invitation.round_id == wave.id)) or 0
    return results(
        answers.asked_pages(wave),
        _counts(wave),
        asked=asked,
        answered={row[0]: row[1] for row in people},
        sectors={sector.id: sector.name for sector in sectors()},
    )


def _counts(wave: SurveyRound) -> dict[str, Counted]:
    """How many people of each sector gave each answer. Words are not read here."""
    columns = (Answer.question_key, Response.sector_id, Answer.number, Answer.choice)
    rows = db.session.execute(
        select(*columns, func.count())
        .join(Response, Response.id == Answer.response_id)
        .where(surveys.belongs(Response, wave), Answer.text.is_(None))
        .group_by(*columns)
    )
    found: dict[str, dict[int | None, dict[Kept, int]]] = defaultdict(lambda: defaultdict(dict))
    for key, sector_id, number, choice, people in rows:
        found[key][sector_id][number, choice] = people
    return dict(found)


# What an officer may choose from.


def sectors() -> Sequence[Sector]:
    """Every sector in its order."""
    return db.session.scalars(select(Sector).order_by(Sector.position)).all()


def organisations() -> Sequence[Organisation]:
    """Every organisation by sector and name."""
    return db.session.scalars(
        select(Organisation)
        .join(Sector)
        .options(contains_eager(Organisation.sector))
        .order_by(Sector.position, Organisation.name, Organisation.id)
    ).all()


def organisations_by_sector() -> list[tuple[str, list[str]]]:
    """The numbers of organisations under the name of their sector, for boxes in groups."""
    found: dict[str, list[str]] = {}
    for one in organisations():
        found.setdefault(one.sector.name, []).append(str(one.id))
    return list(found.items())


def series() -> Sequence[SessionGroup]:
    """Sessions that belong together, the newest first."""
    return db.session.scalars(select(SessionGroup).order_by(SessionGroup.id.desc())).all()


def unknown_sessions(names: Sequence[str]) -> list[str]:
    """Those of these references that are no session’s."""
    there = set(db.session.scalars(select(CourseSession.reference).where(CourseSession.reference.in_(names))))
    return [name for name in names if name not in there]


def recommendations() -> Sequence[Recommendation]:
    """What a practice review may have recommended, by reference."""
    return db.session.scalars(select(Recommendation).order_by(Recommendation.reference)).all()


def resources() -> Sequence[Resource]:
    """Every guide, briefing and template by title."""
    return db.session.scalars(select(Resource).order_by(Resource.title, Resource.code)).all()


def question_sets(kind: OccasionKind) -> list[QuestionSet]:
    """The newest version of each question set that asks about such an occasion."""
    newest: dict[str, QuestionSet] = {}
    for one in db.session.scalars(select(QuestionSet).order_by(QuestionSet.key, QuestionSet.version)):
        newest[one.key] = one
    return [one for one in newest.values() if any(wave["key"] == WAVE_OF[kind] for wave in one.document["waves"])]
