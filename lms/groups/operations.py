"""Copies of sessions, alone and in groups. A copy is a draft: nobody is told of it until it is published."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lms.accounts.models import Person
from lms.activity.operations import record
from lms.catalogue.models import CourseSession, GroupKind, SessionGroup
from lms.dates import london
from lms.db import db
from lms.errors import RuleBroken
from lms.groups import queries, rules
from lms.groups.rules import LeftOut
from lms.programme import operations as programme
from lms.programme.rules import Details, Held, dates_of


@dataclass(frozen=True)
class Copies:
    """The drafts that were made, and the days that were left out."""

    made: Sequence[CourseSession]
    left_out: Sequence[LeftOut]

    @property
    def words(self) -> str:
        """Both in a sentence."""
        return rules.copied_words(len(self.made), self.left_out)


def copy_session(
    *, session: CourseSession, days: Sequence[date], by: Person, now: datetime, group: SessionGroup | None = None
) -> Copies:
    """Copies of a session that begin on these days, with everything but its people and its link to join. Days on which one of its
    dates would be a bank holiday, or the course is held at that time already, are left out. RuleBroken for days that are over."""
    rules.check_days(days, london(now).date())
    first = london(session.starts_at).date()
    made: list[CourseSession] = []
    left_out: list[LeftOut] = []
    there = queries.held_at(session.course_id, [rules.shifted(session.starts_at, (day - first).days) for day in days])
    for day in days:
        said = _shifted(session, (day - first).days, group)
        holiday = rules.holiday(london(starts).date() for starts, _ in said.dates)
        if holiday:
            left_out.append(LeftOut(day, holiday))
        elif said.starts_at in there:
            left_out.append(LeftOut(day, "it is held then already"))
        else:
            copy = programme.add_session(course=session.course, said=said, by=by, now=now)
            record(
                "session:copied",
                actor=by,
                subject_kind="session",
                subject=copy.reference,
                now=now,
                copy_of=session.reference,
            )
            made.append(copy)
    return Copies(made, left_out)


def _shifted(session: CourseSession, days: int, group: SessionGroup | None) -> Details:
    """What a session is, so many days later by the clocks of London."""
    holds = {(one.sector_id, one.organisation_id): one for one in session.holds}
    return Details(
        dates=tuple((rules.shifted(starts, days), rules.shifted(ends, days)) for starts, ends in dates_of(session)),
        mode=session.mode,
        venue_id=session.venue_id,
        joining_link="",
        capacity=session.capacity,
        minimum=session.minimum,
        trainer_ids=frozenset(one.id for one in session.trainers if one.is_active),
        opens_at=rules.shifted(session.booking_opens_at, days) if session.booking_opens_at else None,
        closes_at=rules.shifted(session.booking_closes_at, days) if session.booking_closes_at else None,
        holds=tuple(
            Held(one.places, rules.shifted(one.release_at, days), one.sector_id, one.organisation_id)
            for one in holds.values()
        ),
        audience=session.audience,
        host_organisation_id=session.host_organisation_id,
        bring=session.bring,
        asks_access=session.asks_access,
        asks_diet=session.asks_diet,
        group_id=group.id if group else None,
    )


def add_group(*, title: str, about: str, kind: GroupKind, by: Person, now: datetime) -> SessionGroup:
    """A series or a bundle without sessions yet."""
    if not title.strip():
        raise RuleBroken(rules.NO_TITLE)
    group = SessionGroup(key=rules.key_of(title, queries.keys()), title=title.strip(), about=about.strip(), kind=kind)
    db.session.add(group)
    db.session.flush()
    _note("group:added", group, by, now, title=group.title)
    return group


def change_group(*, group: SessionGroup, title: str, about: str, by: Person, now: datetime) -> None:
    """Put its name right, or what is said of it. Its address stays."""
    if not title.strip():
        raise RuleBroken(rules.NO_TITLE)
    if (title.strip(), about.strip()) != (group.title, group.about):
        group.title, group.about = title.strip(), about.strip()
        db.session.flush()
        _note("group:changed", group, by, now, title=group.title)


def remove_group(*, group: SessionGroup, by: Person, now: datetime) -> None:
    """Delete a group without sessions."""
    if queries.sessions_of(group):
        raise RuleBroken(rules.NOT_EMPTY)
    _note("group:removed", group, by, now, title=group.title)
    db.session.delete(group)
    db.session.flush()


def copy_group(
    *, group: SessionGroup, title: str, about: str, week_of: date, by: Person, now: datetime
) -> tuple[SessionGroup, Copies]:
    """A new group with a draft of each session that was not called off, whole weeks later, so that weekdays stay as they are."""
    sessions = [one for one in queries.sessions_of(group) if one.cancelled_at is None]
    if not sessions:
        raise RuleBroken("There is no session in it to copy.")
    days = 7 * rules.weeks_between(london(sessions[0].starts_at).date(), week_of)
    new = add_group(title=title, about=about, kind=group.kind, by=by, now=now)
    made: list[CourseSession] = []
    left_out: list[LeftOut] = []
    for session in sessions:
        day = london(rules.shifted(session.starts_at, days)).date()
        copies = copy_session(session=session, days=[day], by=by, now=now, group=new)
        made += copies.made
        left_out += [LeftOut(one.day, f"{session.course.title}, {one.why}") for one in copies.left_out]
    return new, Copies(made, left_out)


def publish_group(*, group: SessionGroup, by: Person, now: datetime) -> int:
    """Publish every draft of a group; how many people are told of a new date."""
    drafts = [one for one in queries.sessions_of(group) if one.published_at is None and one.cancelled_at is None]
    if not drafts:
        raise RuleBroken(rules.NO_DRAFTS)
    # In the order of their ids, like everybody who locks several.
    told = [programme.publish(session=one, by=by, now=now) for one in sorted(drafts, key=lambda one: one.id)]
    return sum(told)


def _note(verb: str, group: SessionGroup, by: Person, now: datetime, **more: str) -> None:
    record(verb, actor=by, subject_kind="session_group", subject=group.key, now=now, **more)
