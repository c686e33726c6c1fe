"""Reads of groups, their members, meetings and decisions. Who sits in a group sees it; who may read the log sees all."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from evaluation.governance.models import (
    BoardPack,
    Decision,
    DecisionAbout,
    GroupMeeting,
    GroupMember,
    MeetingState,
    MeetingStep,
)
from evaluation.governance.rules import in_order
from evaluation.training_needs.models import Proposal, ProposalState, ProposalStep
from lms import dates
from lms.accounts.models import Person
from lms.accounts.queries import people
from lms.db import db
from lms.organisations.models import Organisation, OrganisationKind, PartnershipGroup
from lms.permissions import Permission, can


def sits_on(day: date) -> ColumnElement[bool]:
    """Is this membership one of that day?"""
    return and_(GroupMember.since <= day, or_(GroupMember.until.is_(None), GroupMember.until >= day))


def members_of(group: PartnershipGroup, on: date) -> Sequence[GroupMember]:
    """Who sits in a group on a day, by the order in which they joined."""
    return db.session.scalars(
        select(GroupMember)
        .options(joinedload(GroupMember.person))
        .where(GroupMember.group_id == group.id, sits_on(on))
        .order_by(GroupMember.since, GroupMember.id)
    ).all()


def all_members_of(group: PartnershipGroup) -> Sequence[GroupMember]:
    """Everybody who sits or sat in a group: those who do first, then by the day it ended."""
    return db.session.scalars(
        select(GroupMember)
        .options(joinedload(GroupMember.person))
        .where(GroupMember.group_id == group.id)
        .order_by(GroupMember.until.is_not(None), GroupMember.until.desc(), GroupMember.since, GroupMember.id)
    ).all()


def memberships(group: PartnershipGroup, person: Person) -> Sequence[GroupMember]:
    """When somebody sat in a group."""
    return db.session.scalars(
        select(GroupMember)
        .where(GroupMember.group_id == group.id, GroupMember.person_id == person.id)
        .order_by(GroupMember.since)
    ).all()


def membership(group: PartnershipGroup, member_id: int) -> GroupMember | None:
    """One membership of this group."""
    return db.session.scalar(select(GroupMember).where(GroupMember.id == member_id, GroupMember.group_id == group.id))


def _seen_by(person: Person, today: date) -> ColumnElement[bool]:
    """The groups somebody sees: all, for who reads the log; else those they sit in today."""
    if can(person, Permission.IMPROVEMENT_VIEW):
        return PartnershipGroup.id.is_not(None)
    mine = select(GroupMember.group_id).where(GroupMember.person_id == person.id, sits_on(today))
    return PartnershipGroup.id.in_(mine)


def group(person: Person, key: str, today: date) -> PartnershipGroup | None:
    """A group this person sees."""
    return db.session.scalar(select(PartnershipGroup).where(PartnershipGroup.key == key, _seen_by(person, today)))


def group_by_key(key: str) -> PartnershipGroup | None:
    """A group by its key, for those who look after it."""
    return db.session.scalar(select(PartnershipGroup).where(PartnershipGroup.key == key))


def all_groups() -> Sequence[PartnershipGroup]:
    """Every group, in the partnership's order."""
    return db.session.scalars(select(PartnershipGroup).order_by(PartnershipGroup.id)).all()


@dataclass(frozen=True)
class Overview:
    """One group in the list: how many sit in it, whether the reader does, and its next meeting."""

    group: PartnershipGroup
    members: int
    mine: bool
    next: GroupMeeting | None


def overview(person: Person, now: datetime) -> list[Overview]:
    """The groups somebody sees, in the partnership's order. A fixed number of queries."""
    today = dates.london(now).date()
    groups = db.session.scalars(
        select(PartnershipGroup).where(_seen_by(person, today)).order_by(PartnershipGroup.id)
    ).all()
    ids = [one.id for one in groups]
    members = dict(
        db.session.execute(
            select(GroupMember.group_id, func.count(func.distinct(GroupMember.person_id)))
            .where(GroupMember.group_id.in_(ids), sits_on(today))
            .group_by(GroupMember.group_id)
        ).all()
    )
    mine = set(
        db.session.scalars(select(GroupMember.group_id).where(GroupMember.person_id == person.id, sits_on(today)))
    )
    upcoming: dict[int, GroupMeeting] = {}
    for meeting in db.session.scalars(
        select(GroupMeeting)
        .where(GroupMeeting.group_id.in_(ids), GroupMeeting.state == MeetingState.PLANNED, GroupMeeting.ends_at > now)
        .order_by(GroupMeeting.starts_at, GroupMeeting.id)
    ):
        upcoming.setdefault(meeting.group_id, meeting)
    return [Overview(one, members.get(one.id, 0), one.id in mine, upcoming.get(one.id)) for one in groups]


@dataclass(frozen=True)
class Represented:
    """One sector: its agencies with the members who work there, those with nobody, and its schools as two numbers."""

    sector: str
    present: list[tuple[Organisation, list[GroupMember]]]
    absent: list[Organisation]
    schools: int
    schools_present: int


def represented(members: Sequence[GroupMember]) -> list[Represented]:
    """Who of these members comes from which agency, and which agencies nobody comes from; in the partnership's order."""
    sitting: dict[int, list[GroupMember]] = defaultdict(list)
    for one in members:
        sitting[one.person.organisation_id].append(one)
    by_sector: dict[int, list[Organisation]] = defaultdict(list)
    for organisation in db.session.scalars(
        select(Organisation)
        .join(Organisation.sector)
        .options(joinedload(Organisation.sector))
        .order_by(Organisation.name)
    ):
        by_sector[organisation.sector_id].append(organisation)
    found = []
    for those in sorted(by_sector.values(), key=lambda those: those[0].sector.position):
        agencies = [one for one in those if one.kind is OrganisationKind.AGENCY]
        schools = [one for one in those if one.kind is OrganisationKind.SCHOOL]
        found.append(
            Represented(
                those[0].sector.name,
                [(one, sitting[one.id]) for one in those if one.id in sitting],
                [one for one in agencies if one.id not in sitting],
                len(schools),
                sum(1 for one in schools if one.id in sitting),
            )
        )
    return found


# Meetings.


def meetings_of(group: PartnershipGroup) -> Sequence[GroupMeeting]:
    """Every meeting of a group, the latest first."""
    return db.session.scalars(
        select(GroupMeeting)
        .where(GroupMeeting.group_id == group.id)
        .options(selectinload(GroupMeeting.decisions))
        .order_by(GroupMeeting.starts_at.desc(), GroupMeeting.id.desc())
    ).all()


def _whole_meeting(reference: str) -> Select[GroupMeeting]:
    return (
        select(GroupMeeting)
        .join(GroupMeeting.group)
        .where(GroupMeeting.reference == reference)
        .options(
            joinedload(GroupMeeting.group),
            selectinload(GroupMeeting.agenda),
            selectinload(GroupMeeting.presences),
            selectinload(GroupMeeting.history).joinedload(MeetingStep.actor),
            selectinload(GroupMeeting.decisions),
            selectinload(GroupMeeting.packs).joinedload(BoardPack.file),
        )
    )


def meeting(person: Person, reference: str, today: date) -> GroupMeeting | None:
    """A meeting of a group this person sees."""
    return db.session.scalar(_whole_meeting(reference).where(_seen_by(person, today)))


def meeting_by_reference(reference: str) -> GroupMeeting | None:
    """A meeting, for those who look after it."""
    return db.session.scalar(_whole_meeting(reference))


def meeting_references() -> set[str]:
    """Every reference of a meeting."""
    return set(db.session.scalars(select(GroupMeeting.reference)))


def meetings_to_come(group: PartnershipGroup, now: datetime) -> Sequence[GroupMeeting]:
    """The planned meetings of a group that are not over."""
    return db.session.scalars(
        select(GroupMeeting)
        .where(
            GroupMeeting.group_id == group.id, GroupMeeting.state == MeetingState.PLANNED, GroupMeeting.ends_at > now
        )
        .order_by(GroupMeeting.starts_at)
    ).all()


def meeting_before(found: GroupMeeting) -> GroupMeeting | None:
    """The last meeting of the group before this one that was not cancelled."""
    return db.session.scalars(
        select(GroupMeeting)
        .where(
            GroupMeeting.group_id == found.group_id,
            GroupMeeting.starts_at < found.starts_at,
            GroupMeeting.state != MeetingState.CANCELLED,
        )
        .order_by(GroupMeeting.starts_at.desc())
        .limit(1)
    ).first()


# Decisions.


def decision(person: Person, reference: str, today: date) -> Decision | None:
    """A decision of a group this person sees."""
    return db.session.scalar(
        select(Decision)
        .join(Decision.meeting)
        .join(GroupMeeting.group)
        .where(Decision.reference == reference, _seen_by(person, today))
        .options(joinedload(Decision.meeting).joinedload(GroupMeeting.group), selectinload(Decision.about))
    )


def decisions_of(group: PartnershipGroup, since: date | None = None, until: date | None = None) -> Sequence[Decision]:
    """The decisions of a group, the latest first."""
    found = (
        select(Decision)
        .join(Decision.meeting)
        .where(GroupMeeting.group_id == group.id)
        .options(
            joinedload(Decision.meeting),
            selectinload(Decision.about),
            selectinload(Decision.replaces),
            selectinload(Decision.replaced_by),
        )
        .order_by(Decision.decided_on.desc(), Decision.id.desc())
    )
    if since is not None:
        found = found.where(Decision.decided_on >= since)
    if until is not None:
        found = found.where(Decision.decided_on <= until)
    return sorted(db.session.scalars(found), key=lambda one: (one.decided_on, in_order(one.reference)), reverse=True)


def decision_references() -> set[str]:
    """Every minute reference of a decision."""
    return set(db.session.scalars(select(Decision.reference)))


def decisions_about(references: Collection[str]) -> Sequence[Decision]:
    """The decisions that name any of these references, the earliest first: for the pages of what they are about."""
    return db.session.scalars(
        select(Decision)
        .where(Decision.about.any(DecisionAbout.reference.in_(references)))
        .order_by(Decision.decided_on, Decision.id)
    ).all()


def board_pack(person: Person, reference: str, today: date) -> BoardPack | None:
    """A pack of a meeting of a group this person sees."""
    return db.session.scalar(
        select(BoardPack)
        .join(BoardPack.meeting)
        .join(GroupMeeting.group)
        .where(BoardPack.reference == reference, _seen_by(person, today))
        .options(joinedload(BoardPack.meeting).joinedload(GroupMeeting.group), joinedload(BoardPack.file))
    )


def sentences_of(person: Person) -> list[tuple[str, str]]:
    """What “My learning” says of the groups somebody sits in: the next meeting of each."""
    now = dates.now()
    today = dates.london(now).date()
    rows = db.session.execute(
        select(GroupMeeting, PartnershipGroup.name)
        .join(GroupMeeting.group)
        .join(GroupMember, GroupMember.group_id == PartnershipGroup.id)
        .where(
            GroupMember.person_id == person.id,
            sits_on(today),
            GroupMeeting.state == MeetingState.PLANNED,
            GroupMeeting.ends_at > now,
        )
        .order_by(GroupMeeting.starts_at, GroupMeeting.id)
    )
    return [
        (f"{name} meets on {dates.day_time(one.starts_at)}", url_for("governance.meeting", reference=one.reference))
        for one, name in rows
    ]


def people_found(text: str) -> list[Person]:
    """People whose name, address or organisation holds every word, at most 20; closed accounts left out."""
    return [one for one in people(text=text).people if one.is_active][:20] if text.split() else []


def proposals_decided(group: PartnershipGroup, since: date) -> Sequence[Proposal]:
    """The proposals to a group that were decided on or after a day, by reference."""
    decided = (ProposalState.ACCEPTED, ProposalState.DECLINED, ProposalState.PUT_OFF)
    return db.session.scalars(
        select(Proposal)
        .where(
            Proposal.group_id == group.id,
            Proposal.state.in_(decided),
            Proposal.history.any(and_(ProposalStep.after.in_(decided), ProposalStep.at >= dates.from_london(since))),
        )
        .order_by(Proposal.reference)
    ).all()
