"""What `lms verify` checks of groups, their meetings and decisions."""

from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import aliased, joinedload

from evaluation.governance.models import Decision, DecisionAbout, GroupMeeting, GroupMember, MeetingPresence
from evaluation.governance.references import resolve
from evaluation.governance.rules import overlapping, sits
from lms import dates
from lms.db import db


def members_sit_once() -> list[str]:
    """Nobody sits in a group twice at the same time."""
    rows = db.session.scalars(
        select(GroupMember)
        .options(joinedload(GroupMember.group))
        .order_by(GroupMember.group_id, GroupMember.person_id, GroupMember.since)
    )
    return [
        f"person {one.person_id} sits in {one.group.name} twice from {one.since.isoformat()} on"
        for _, those in groupby(rows, key=lambda row: (row.group_id, row.person_id))
        for one in overlapping(list(those))
    ]


def decisions_lead_somewhere() -> list[str]:
    """A decision is about what there is, and replaces an earlier one of its own group."""
    rows = db.session.execute(
        select(DecisionAbout.reference, Decision.reference)
        .join(Decision, Decision.id == DecisionAbout.decision_id)
        .order_by(DecisionAbout.id)
    ).all()
    known = resolve({about for about, _ in rows})
    found = [
        f"decision {decision} is about {about}, which is not there" for about, decision in rows if about not in known
    ]
    old, old_meeting = aliased(Decision), aliased(GroupMeeting)
    for new, before, same in db.session.execute(
        select(Decision.reference, old.reference, GroupMeeting.group_id == old_meeting.group_id)
        .join(GroupMeeting, GroupMeeting.id == Decision.meeting_id)
        .join(old, old.id == Decision.replaces_id)
        .join(old_meeting, old_meeting.id == old.meeting_id)
        .order_by(Decision.id)
    ):
        if not same:
            found.append(f"decision {new} replaces {before}, which another group took")
    return found


def members_were_present() -> list[str]:
    """Who is written down for a meeting sat in its group on that day."""
    rows = db.session.execute(
        select(MeetingPresence.person_id, GroupMeeting)
        .join(GroupMeeting, GroupMeeting.id == MeetingPresence.meeting_id)
        .order_by(MeetingPresence.id)
    ).all()
    sat: dict[tuple[int, int], list[GroupMember]] = {}
    for one in db.session.scalars(select(GroupMember).order_by(GroupMember.id)):
        sat.setdefault((one.group_id, one.person_id), []).append(one)
    return [
        f"person {person_id} is written down for {meeting.reference} and did not sit in the group"
        for person_id, meeting in rows
        if not any(
            sits(one, dates.london(meeting.starts_at).date()) for one in sat.get((meeting.group_id, person_id), [])
        )
    ]


CHECKS = [
    ("members of groups", members_sit_once),
    ("decisions of groups", decisions_lead_somewhere),
    ("who was at meetings", members_were_present),
]
