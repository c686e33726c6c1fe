"""Reads of the yearly returns of agencies and schools: who answered, and what they say topic by topic. No total across topics."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import url_for
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from evaluation.training_needs.models import (
    AgencyReturn,
    Asks,
    ReturnFigure,
    ReturnTopic,
    ReturnVersion,
    TrainingReturn,
)
from lms import dates
from lms.accounts.models import Person, PersonRole
from lms.db import db
from lms.organisations.models import Organisation, OrganisationKind
from lms.permissions import GRANTS, Permission, can

#: Roles whose people answer for their organisation.
ANSWERING = tuple(role for role, granted in GRANTS.items() if Permission.AGENCY_ANSWER in granted)

#: For so long after the last day a return that did not come in is asked for on people's own pages.
ASKED_AFTER = timedelta(days=60)


def rounds() -> Sequence[TrainingReturn]:
    """Every round, the newest first."""
    return db.session.scalars(select(TrainingReturn).order_by(TrainingReturn.year.desc())).all()


def newest_round() -> TrainingReturn | None:
    """The newest round somebody has answered; else the newest."""
    answered = (
        select(TrainingReturn)
        .where(TrainingReturn.returns.any(AgencyReturn.versions.any()))
        .order_by(TrainingReturn.year.desc())
        .limit(1)
    )
    return db.session.scalars(answered).first() or next(iter(rounds()), None)


def round_of(year: int) -> TrainingReturn | None:
    """The round of a year."""
    return db.session.scalar(select(TrainingReturn).where(TrainingReturn.year == year))


@dataclass(frozen=True)
class TopicTotal:
    """One topic over all organisations that answered and have staff in scope of it."""

    topic: ReturnTopic
    in_scope: int
    trained: int
    organisations: int


@dataclass(frozen=True)
class SectorCoverage:
    """How many organisations of a sector answered, of those asked."""

    sector: str
    answered: int
    asked: int


@dataclass(frozen=True)
class Summary:
    """A round as it stands."""

    round: TrainingReturn
    returns: Sequence[AgencyReturn]
    topics: Sequence[TopicTotal]
    sectors: Sequence[SectorCoverage]
    said: Sequence[tuple[AgencyReturn, ReturnVersion]]

    @property
    def asked(self) -> int:
        """How many organisations were asked."""
        return len(self.returns)

    @property
    def answered(self) -> int:
        """How many have sent a return."""
        return sum(1 for one in self.returns if one.versions)


def summary(found: TrainingReturn) -> Summary:
    """Who answered a round and what they say, from the newest version of each. A fixed number of queries."""
    returns = db.session.scalars(
        select(AgencyReturn)
        .join(AgencyReturn.organisation)
        .where(AgencyReturn.round_id == found.id)
        .options(
            joinedload(AgencyReturn.organisation).joinedload(Organisation.sector),
            selectinload(AgencyReturn.versions).selectinload(ReturnVersion.figures),
        )
        .order_by(Organisation.name)
    ).all()
    latest = {one: one.versions[-1] for one in returns if one.versions}
    by_topic: dict[int, list[ReturnFigure]] = defaultdict(list)
    for version in latest.values():
        for figure in version.figures:
            if figure.in_scope:
                by_topic[figure.topic_id].append(figure)
    by_sector: dict[tuple[int, str], list[AgencyReturn]] = defaultdict(list)
    for one in returns:
        by_sector[one.organisation.sector.position, one.organisation.sector.name].append(one)
    return Summary(
        round=found,
        returns=returns,
        topics=[
            TopicTotal(
                topic,
                sum(one.in_scope for one in by_topic[topic.id]),
                sum(one.trained for one in by_topic[topic.id]),
                len(by_topic[topic.id]),
            )
            for topic in found.topics
        ],
        sectors=[
            SectorCoverage(name, sum(1 for one in those if one.versions), len(those))
            for (_, name), those in sorted(by_sector.items(), key=lambda pair: pair[0])
        ],
        said=[(one, version) for one, version in latest.items() if version.needs],
    )


def _whole(year: int, organisation_id: int) -> AgencyReturn | None:
    return db.session.scalar(
        select(AgencyReturn)
        .join(AgencyReturn.round)
        .where(TrainingReturn.year == year, AgencyReturn.organisation_id == organisation_id)
        .options(
            joinedload(AgencyReturn.organisation),
            joinedload(AgencyReturn.round).selectinload(TrainingReturn.topics),
            joinedload(AgencyReturn.draft_by),
            selectinload(AgencyReturn.versions).options(
                selectinload(ReturnVersion.figures).joinedload(ReturnFigure.topic), joinedload(ReturnVersion.sent_by)
            ),
        )
    )


def return_of(year: int, organisation_id: int) -> AgencyReturn | None:
    """What one organisation was asked in a year, for officers and readers."""
    return _whole(year, organisation_id)


def own_return(person: Person, year: int) -> AgencyReturn | None:
    """What a person's own organisation was asked in a year."""
    return _whole(year, person.organisation_id)


def own_returns(person: Person) -> Sequence[AgencyReturn]:
    """Everything a person's own organisation was asked, the newest first."""
    return db.session.scalars(
        select(AgencyReturn)
        .join(AgencyReturn.round)
        .where(AgencyReturn.organisation_id == person.organisation_id)
        .options(joinedload(AgencyReturn.round), selectinload(AgencyReturn.versions))
        .order_by(TrainingReturn.year.desc())
    ).all()


def organisations_asked(asks: Asks) -> Sequence[Organisation]:
    """Whom a round asks."""
    found = select(Organisation).order_by(Organisation.id)
    if asks is not Asks.EVERYBODY:
        kind = OrganisationKind.AGENCY if asks is Asks.AGENCIES else OrganisationKind.SCHOOL
        found = found.where(Organisation.kind == kind)
    return db.session.scalars(found).all()


def contacts(found: TrainingReturn, *, only_missing: bool) -> list[tuple[AgencyReturn, Person]]:
    """Who answers for the organisations of a round; `only_missing`: for those that have sent nothing. Closed
    accounts left out."""
    asked = (
        select(AgencyReturn, Person)
        .join(Person, Person.organisation_id == AgencyReturn.organisation_id)
        .where(
            AgencyReturn.round_id == found.id,
            Person.disabled_at.is_(None),
            Person.held.any(PersonRole.role.in_(ANSWERING)),
        )
        .options(joinedload(AgencyReturn.organisation))
        .order_by(AgencyReturn.id, Person.id)
    )
    if only_missing:
        asked = asked.where(~AgencyReturn.versions.any())
    return [(one, person) for one, person in db.session.execute(asked).unique()]


def next_reminder() -> datetime | None:
    """When people are next reminded."""
    return db.session.scalar(select(func.min(TrainingReturn.remind_at)))


def to_remind(now: datetime) -> Sequence[TrainingReturn]:
    """The rounds whose people are reminded now."""
    return db.session.scalars(
        select(TrainingReturn).where(TrainingReturn.remind_at <= now).order_by(TrainingReturn.id)
    ).all()


def sentences_of(person: Person) -> list[tuple[str, str]]:
    """What “My learning” says to somebody who answers for an organisation: a return that has not been sent."""
    if not can(person, Permission.AGENCY_ANSWER):
        return []
    since = dates.london(dates.now()).date() - ASKED_AFTER
    rows = db.session.execute(
        select(TrainingReturn.year, TrainingReturn.deadline, Organisation.name)
        .join(AgencyReturn, AgencyReturn.round_id == TrainingReturn.id)
        .join(Organisation, Organisation.id == AgencyReturn.organisation_id)
        .where(
            AgencyReturn.organisation_id == person.organisation_id,
            ~AgencyReturn.versions.any(),
            TrainingReturn.deadline >= since,
        )
        .order_by(TrainingReturn.year)
    )
    return [
        (
            f"Training return {year} of {name}: the last day is {dates.day(deadline)}",
            url_for("training_needs.own_return", year=year),
        )
        for year, deadline, name in rows
    ]
