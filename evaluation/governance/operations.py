"""Members of groups, their meetings and decisions, and asking for a board pack."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import has_request_context
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from evaluation.governance import emails, queries, rules
from evaluation.governance.models import (
    AgendaItem,
    BoardPack,
    Decision,
    DecisionAbout,
    GroupMeeting,
    GroupMember,
    MeetingPresence,
    MeetingState,
    MeetingStep,
    Presence,
)
from evaluation.governance.references import resolve
from lms import dates, jobs
from lms.accounts.models import Person
from lms.activity.operations import record
from lms.db import db, then
from lms.errors import RuleBroken
from lms.organisations.models import PartnershipGroup


def add_member(
    *, group: PartnershipGroup, person: Person, part: str, since: date, actor: Person | None, now: datetime
) -> GroupMember:
    """Let somebody sit in a group from a day on. They are invited to what it has planned. RuleBroken where they sit in it
    then."""
    rules.check_new_member(queries.memberships(group, person), since, dates.london(now).date())
    member = GroupMember(group=group, person=person, part=part, since=since)
    try:
        with db.session.begin_nested():
            db.session.add(member)
    except IntegrityError:
        raise RuleBroken(f"{person.name} was added at the same moment by somebody else") from None
    record("group:member_added", actor=actor, subject_kind="group", subject=group.key, now=now, person_id=person.id)
    for meeting in queries.meetings_to_come(group, now):
        if dates.london(meeting.starts_at).date() >= since:
            emails.invited(meeting, person, now=now)
    return member


def end_member(*, member: GroupMember, until: date, actor: Person, now: datetime) -> None:
    """Somebody leaves a group on a day; the membership stays in its history."""
    rules.check_end(member, until)
    member.until = until
    db.session.flush()
    record(
        "group:member_ended",
        actor=actor,
        subject_kind="group",
        subject=member.group.key,
        now=now,
        person_id=member.person_id,
        until=until.isoformat(),
    )


def change_part(*, member: GroupMember, part: str, actor: Person, now: datetime) -> None:
    """Say what part somebody has from today on: the membership so far ends, and one with the other part begins, so that who was
    the chair when can still be read."""
    today = dates.london(now).date()
    if member.until is not None:
        raise RuleBroken("This membership has ended")
    if member.part == part:
        return
    record(
        "group:part_changed", actor=actor, subject_kind="group", subject=member.group.key, now=now,
        person_id=member.person_id, before=member.part, after=part,
    )  # fmt: skip
    if member.since >= today:
        member.part = part
        db.session.flush()
        return
    member.until = date.fromordinal(today.toordinal() - 1)
    db.session.add(GroupMember(group_id=member.group_id, person_id=member.person_id, part=part, since=today))
    db.session.flush()


# Meetings.


@dataclass(frozen=True)
class When:
    """When and where a meeting is."""

    starts_at: datetime
    ends_at: datetime
    place: str = ""
    link: str = ""

    def check(self) -> None:
        """RuleBroken where times or link cannot be."""
        rules.check_times(self.starts_at, self.ends_at)
        rules.check_link(self.link)


def _step(meeting: GroupMeeting, what: str, *, actor: Person | None, now: datetime, why: str = "") -> None:
    db.session.add(MeetingStep(meeting_id=meeting.id, at=now, actor_id=actor.id if actor else None, what=what, why=why))
    db.session.flush()
    record("meeting:changed", actor=actor, subject_kind="meeting", subject=meeting.reference, now=now, what=what)


def members_on_the_day(meeting: GroupMeeting) -> list[Person]:
    """Who sits in the group on the day of the meeting, each once, closed accounts left out."""
    found = queries.members_of(meeting.group, dates.london(meeting.starts_at).date())
    return [one for one in dict.fromkeys(member.person for member in found) if one.is_active]


def plan(
    *,
    group: PartnershipGroup,
    reference: str,
    when: When,
    actor: Person | None,
    now: datetime,
    made_up: bool = False,
    letters: bool = True,
) -> GroupMeeting:
    """Plan a meeting, and invite its members unless it is over already. RuleBroken where the reference is taken or the times
    cannot be."""
    rules.check_reference(reference, queries.meeting_references())
    when.check()
    meeting = GroupMeeting(
        reference=reference, group=group, starts_at=when.starts_at, ends_at=when.ends_at, place=when.place,
        link=when.link, made_up=made_up, state=MeetingState.PLANNED, sequence=0, minutes="", cancelled_why="",
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(meeting)
    except IntegrityError:
        raise RuleBroken(f"{reference} is there already. Enter another reference", "reference") from None
    _step(meeting, f"Planned for {dates.day_time(when.starts_at)}", actor=actor, now=now)
    if letters and when.ends_at > now:
        for person in members_on_the_day(meeting):
            emails.invited(meeting, person, now=now)
    return meeting


def move(*, meeting: GroupMeeting, when: When, why: str, actor: Person, now: datetime) -> bool:
    """Give a meeting another time or place, and tell its members. False where nothing is different. RuleBroken once it was held
    or cancelled."""
    rules.check_planned(meeting.state, "moved")
    when.check()
    changed = []
    if (meeting.starts_at, meeting.ends_at) != (when.starts_at, when.ends_at):
        changed.append(f"It was to be on {dates.when(meeting.starts_at, meeting.ends_at)}.")
    if (meeting.place, meeting.link) != (when.place, when.link):
        changed.append(f"It was to be at: {emails.place_of(meeting)}")
    if not changed:
        return False
    before = set(members_on_the_day(meeting))
    meeting.starts_at, meeting.ends_at = when.starts_at, when.ends_at
    meeting.place, meeting.link, meeting.sequence = when.place, when.link, meeting.sequence + 1
    _step(
        meeting, f"Moved to {dates.day_time(when.starts_at)}. {' '.join(changed)}"[:400], actor=actor, now=now, why=why
    )
    for person in dict.fromkeys([*members_on_the_day(meeting), *before]):
        emails.moved(meeting, person, what_changed="\n".join([*changed, *([why] if why else [])]), now=now)
    return True


def cancel(*, meeting: GroupMeeting, why: str, actor: Person, now: datetime) -> None:
    """Call a meeting off and tell its members. RuleBroken once it was held or cancelled."""
    rules.check_planned(meeting.state, "cancelled")
    meeting.state, meeting.cancelled_why, meeting.sequence = MeetingState.CANCELLED, why, meeting.sequence + 1
    _step(meeting, "Cancelled", actor=actor, now=now, why=why)
    for person in members_on_the_day(meeting):
        emails.cancelled(meeting, person, now=now)


def hold(
    *,
    meeting: GroupMeeting,
    present: Collection[int],
    apologies: Collection[int],
    actor: Person | None,
    now: datetime,
) -> None:
    """Say that a meeting was held, who was there and who sent apologies; again, to mend that. Members by the ids of people."""
    rules.check_hold(meeting.state, meeting.starts_at, now)
    sitting = {one.id for one in members_on_the_day(meeting)} | {one.person_id for one in meeting.presences}
    db.session.execute(delete(MeetingPresence).where(MeetingPresence.meeting_id == meeting.id))
    for number in sorted(sitting & {*present, *apologies}):
        presence = Presence.PRESENT if number in present else Presence.APOLOGIES
        db.session.add(MeetingPresence(meeting_id=meeting.id, person_id=number, presence=presence))
    what = "Held" if meeting.state is MeetingState.PLANNED else "Who was there was changed"
    if meeting.state is MeetingState.PLANNED:
        meeting.state = MeetingState.HELD
    there, away = len(sitting & {*present}), len((sitting & {*apologies}) - {*present})
    _step(meeting, f"{what}: {there} present, {away} sent apologies", actor=actor, now=now)
    db.session.expire(meeting, ["presences"])


def agree_minutes(*, meeting: GroupMeeting, minutes: str, actor: Person | None, now: datetime) -> None:
    """The minutes of a meeting are agreed, and where they are kept. RuleBroken where it was not held."""
    rules.check_agree(meeting.state)
    if minutes.lower().startswith("http"):
        rules.check_link(minutes)
    meeting.state, meeting.minutes = MeetingState.MINUTES_AGREED, minutes
    _step(meeting, f"Minutes agreed: {minutes}"[:400], actor=actor, now=now)


def add_item(*, meeting: GroupMeeting, title: str, about: str, actor: Person | None, now: datetime) -> AgendaItem:
    """Put something on the agenda. `about` names a recommendation, action, proposal or priority. RuleBroken where it names
    none."""
    rules.check_planned(meeting.state, "given another agenda")
    named = resolve([about])
    rules.check_known([about] if about else [], named)
    last = max((one.position for one in meeting.agenda), default=0)
    item = AgendaItem(position=last + 1, title=title, about=named[about].reference if about else "")
    meeting.agenda.append(item)
    _step(meeting, f"On the agenda: {title}", actor=actor, now=now)
    return item


def take_off(*, meeting: GroupMeeting, item: AgendaItem, actor: Person, now: datetime) -> None:
    """Take something off the agenda."""
    rules.check_planned(meeting.state, "given another agenda")
    meeting.agenda.remove(item)
    _step(meeting, f"Taken off the agenda: {item.title}", actor=actor, now=now)


def raise_item(*, meeting: GroupMeeting, item: AgendaItem, actor: Person, now: datetime) -> None:
    """Move something on the agenda up by one."""
    rules.check_planned(meeting.state, "given another agenda")
    place = meeting.agenda.index(item)
    if place:
        above = meeting.agenda[place - 1]
        item.position, above.position = above.position, item.position
        db.session.flush()
        db.session.expire(meeting, ["agenda"])
        record("meeting:agenda_ordered", actor=actor, subject_kind="meeting", subject=meeting.reference, now=now)


# Decisions.


def decide(
    *,
    meeting: GroupMeeting,
    reference: str,
    wording: str,
    decided_on: date,
    about: Sequence[str],
    carried_out_by: str,
    until: date | None,
    replaces: Decision | None,
    actor: Person | None,
    now: datetime,
    made_up: bool = False,
) -> Decision:
    """Write down a decision under its minute reference. It is never changed: `replaces` is the one it corrects. RuleBroken where
    the reference is taken, something it is about is not there, or the days cannot be."""
    rules.check_reference(reference, queries.decision_references())
    rules.check_decision(
        meeting.state,
        held_on=dates.london(meeting.starts_at).date(),
        decided_on=decided_on,
        until=until,
        today=dates.london(now).date(),
    )
    named = resolve(about)
    rules.check_known(about, named)
    if replaces is not None:
        taken = db.session.scalar(select(Decision.reference).where(Decision.replaces_id == replaces.id))
        if taken is not None:
            raise RuleBroken(f"{replaces.reference} was replaced by {taken} already", "replaces")
    decision = Decision(
        reference=reference, meeting_id=meeting.id, wording=wording, decided_on=decided_on, carried_out_by=carried_out_by,
        until=until, replaces_id=replaces.id if replaces else None, added_at=now, made_up=made_up,
        added_by_id=actor.id if actor else None,
        about=[DecisionAbout(reference=one) for one in dict.fromkeys(named[each].reference for each in about)],
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(decision)
    except IntegrityError:
        raise RuleBroken(f"{reference} was written down at the same moment by somebody else", "reference") from None
    what = f"Decided: {reference}" + (f", in place of {replaces.reference}" if replaces else "")
    _step(meeting, what, actor=actor, now=now)
    return decision


def ask_for_pack(*, meeting: GroupMeeting, actor: Person | None, now: datetime) -> BoardPack:
    """Have the board pack of a meeting drawn. What was drawn before stays. The one that waits already, where one does."""
    if meeting.state is MeetingState.CANCELLED:
        raise RuleBroken("This meeting was cancelled, so there is no pack for it.")
    waiting = db.session.scalar(
        select(BoardPack).where(BoardPack.meeting_id == meeting.id, BoardPack.file_id.is_(None)).with_for_update()
    )
    if waiting is not None:
        return waiting
    pack = BoardPack(meeting_id=meeting.id, asked_at=now, asked_by_id=actor.id if actor else None, draw_at=now)
    db.session.add(pack)
    db.session.flush()
    record("meeting:pack_asked", actor=actor, subject_kind="meeting", subject=meeting.reference, now=now)
    if has_request_context():
        then(jobs.ring)
    return pack
