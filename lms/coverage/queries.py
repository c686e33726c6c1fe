"""Reads of who came, by sector and by organisation. No person is named here.

Somebody counts for the organisation they worked for when they booked, once in each sector and once in the total.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, distinct, func, select

from lms import dates
from lms.attendance.models import CAME, Attendance
from lms.bookings.models import Booking
from lms.catalogue.models import CourseSession
from lms.db import db
from lms.organisations.models import Organisation, Sector, WorkforceCount


@dataclass(frozen=True)
class Agency:
    """One organisation: people who came in the period, the number it gave and when, and when anybody of it last came."""

    id: int
    name: str
    sector_id: int
    came: int
    workforce: int | None
    counted_on: date | None
    last_came: date | None


@dataclass(frozen=True)
class SectorCoverage:
    """One sector. `came` are all its people; `came_of_given` only those of organisations that gave a number, the numerator of
    its share; `workforce` is what these gave in all, None where none did."""

    name: str
    came: int
    came_of_given: int
    workforce: int | None
    agencies: Sequence[Agency]

    @property
    def sent(self) -> int:
        """How many of its organisations anybody came from."""
        return sum(one.came > 0 for one in self.agencies)

    @property
    def given(self) -> int:
        """How many of its organisations gave a number."""
        return sum(one.workforce is not None for one in self.agencies)

    @property
    def counted(self) -> tuple[date, date] | None:
        """The oldest and the newest day of its numbers."""
        days = [one.counted_on for one in self.agencies if one.counted_on]
        return (min(days), max(days)) if days else None


@dataclass(frozen=True)
class Coverage:
    """Everything of a period, both days included; sectors in the partnership's order, all of them."""

    first: date
    last: date
    sectors: Sequence[SectorCoverage]
    total: SectorCoverage

    @property
    def nobody_came(self) -> list[Agency]:
        """Organisations nobody came from: never first, then the longest ago."""
        return sorted(
            (one for one in self.total.agencies if not one.came),
            key=lambda one: (one.last_came or date.min, one.name.casefold()),
        )

    @property
    def no_number(self) -> list[Agency]:
        """Organisations that gave no number by the last day, by name."""
        return [one for one in self.total.agencies if one.workforce is None]


def coverage(first: date, last: date) -> Coverage:
    """Who came from the first to the last day, in the same number of queries for any number of people and organisations."""
    starts, ends = dates.from_london(first), dates.from_london(last + timedelta(days=1))
    within = and_(CourseSession.ends_at >= starts, CourseSession.ends_at < ends)
    numbers, agencies = latest_numbers(last), _agencies(within, ends, last)
    given = Organisation.id.in_(numbers)
    by_sector = _people_by_sector(within)
    of_given = _people_by_sector(and_(within, given))
    sectors = [
        _of_sector(sector.name, by_sector.get(sector.id, 0), of_given.get(sector.id, 0), mine)
        for sector in db.session.scalars(select(Sector).order_by(Sector.position))
        for mine in ([one for one in agencies if one.sector_id == sector.id],)
        if mine
    ]
    everybody = _of_sector("All sectors", _people(within), _people(and_(within, given)), agencies)
    return Coverage(first, last, sectors, everybody)


def _of_sector(name: str, came: int, of_given: int, agencies: Sequence[Agency]) -> SectorCoverage:
    numbers = [one.workforce for one in agencies if one.workforce is not None]
    return SectorCoverage(name, came, of_given, sum(numbers) if numbers else None, agencies)


def latest_numbers(on: date) -> dict[int, tuple[int, date]]:
    """The latest number each organisation gave up to this day, and its day: {organisation id: (people, day)}."""
    rows = db.session.execute(
        select(WorkforceCount.organisation_id, WorkforceCount.people, WorkforceCount.counted_on)
        .where(WorkforceCount.counted_on <= on)
        .order_by(WorkforceCount.counted_on, WorkforceCount.id)
    )
    return {organisation_id: (people, counted_on) for organisation_id, people, counted_on in rows}


def _came(what: tuple[Any, ...], *where: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Of the marks that say that somebody came; joins the organisation they worked for then."""
    return (
        select(*what)
        .select_from(Booking)
        .join(Attendance, Attendance.booking_id == Booking.id)
        .join(CourseSession, CourseSession.id == Booking.session_id)
        .join(Organisation, Organisation.id == Booking.organisation_id)
        .where(Attendance.mark.in_(CAME), CourseSession.cancelled_at.is_(None), *where)
    )


_EACH_ONCE = func.count(distinct(Booking.person_id))


def _people(where: ColumnElement[bool]) -> int:
    return db.session.scalar(_came((_EACH_ONCE,), where)) or 0


def _people_by_sector(where: ColumnElement[bool]) -> dict[int, int]:
    rows = _came((Organisation.sector_id, _EACH_ONCE), where).group_by(Organisation.sector_id)
    return dict(tuple(row) for row in db.session.execute(rows))


def _agencies(within: ColumnElement[bool], ends: datetime, last: date) -> list[Agency]:
    """Every organisation by name."""
    numbers = latest_numbers(last)
    came = dict(
        tuple(row) for row in db.session.execute(_came((Organisation.id, _EACH_ONCE), within).group_by(Organisation.id))
    )
    latest = dict(
        tuple(row)
        for row in db.session.execute(
            _came((Organisation.id, func.max(CourseSession.ends_at)), CourseSession.ends_at < ends).group_by(
                Organisation.id
            )
        )
    )
    return [
        Agency(
            id=id_,
            name=name,
            sector_id=sector_id,
            came=came.get(id_, 0),
            workforce=numbers[id_][0] if id_ in numbers else None,
            counted_on=numbers[id_][1] if id_ in numbers else None,
            last_came=dates.london(latest[id_]).date() if id_ in latest else None,
        )
        for id_, name, sector_id in db.session.execute(
            select(Organisation.id, Organisation.name, Organisation.sector_id).order_by(
                func.lower(Organisation.name), Organisation.id
            )
        )
    ]


def numbers_of(organisation: Organisation) -> Sequence[WorkforceCount]:
    """Every number an organisation gave, the latest first."""
    return db.session.scalars(
        select(WorkforceCount)
        .where(WorkforceCount.organisation_id == organisation.id)
        .order_by(WorkforceCount.counted_on.desc())
    ).all()


def number_on(organisation: Organisation, counted_on: date) -> WorkforceCount | None:
    """The number an organisation gave for this very day."""
    return db.session.scalar(
        select(WorkforceCount).where(
            WorkforceCount.organisation_id == organisation.id, WorkforceCount.counted_on == counted_on
        )
    )
