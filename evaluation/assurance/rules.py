"""What is allowed at an assurance event, and where it stands. Pure."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from evaluation.assurance.models import Answered, Ask, AssuranceEvent, InvitedAgency, Judgement
from lms.dates import day, from_london, london
from lms.errors import RuleBroken
from lms.words import plural

#: Days before the last day for evidence on which whoever has not sent everything is reminded.
REMINDED = (7, 2)
#: At this hour, London's time, reminders go.
AT_HOUR = 9
#: Of the form of an action's reference in the log.
LOG_REFERENCE = re.compile(r"LDA-(\d+)")
#: An address of evidence: nothing but a secure page.
LINK = re.compile(r"https://[^\s/.]+\.[^\s]+")


@dataclass(frozen=True)
class Stage:
    """Where an event stands: a word, and the colour it stands on."""

    word: str
    tone: str


def deadline(event: AssuranceEvent) -> datetime:
    """The moment after which evidence is late: midnight after the last day, London's time."""
    return from_london(event.evidence_until + timedelta(days=1))


def live(agencies: Iterable[InvitedAgency]) -> list[InvitedAgency]:
    """Those that are still invited."""
    return [one for one in agencies if one.withdrawn_at is None]


def asked(agency: InvitedAgency) -> list[Ask]:
    """The actions an agency is still asked about, in the order of their references."""
    return sorted((one for one in agency.asks if one.dropped_at is None), key=lambda one: one.action.reference)


def sent(ask: Ask) -> Answered | None:
    """The last version that was sent; drafts are nobody's but the agency's."""
    return next((one for one in reversed(ask.answers) if one.sent_at is not None), None)


def draft(ask: Ask) -> Answered | None:
    """What is saved and not sent."""
    return next((one for one in ask.answers if one.sent_at is None), None)


def judgement(ask: Ask) -> Judgement | None:
    """The judgement that counts: the last."""
    return ask.judgements[-1] if ask.judgements else None


def stage_of(event: AssuranceEvent, now: datetime) -> Stage:
    """Where an event stands at a moment. Its agencies with their asks, answers and judgements must be loaded."""
    if event.called_off_at is not None:
        return Stage("Called off", "none")
    agencies = live(event.agencies)
    if not any(one.invited_at for one in agencies):
        return Stage("Being prepared", "none")
    asks = [ask for agency in agencies for ask in asked(agency)]
    if asks and all(judgement(ask) for ask in asks):
        if all(one.outcome_at for one in agencies):
            return Stage("Outcome sent", "good")
        return Stage("Judged, outcome to be sent", "warn")
    if now < deadline(event):
        return Stage("Evidence is being sent", "calm")
    if london(now).date() <= event.last_day:
        return Stage("Evidence is closed", "calm")
    return Stage("To be judged", "warn")


def check_days(*, first_day: date, last_day: date, evidence_until: date, today: date) -> None:
    """Whether the days of an event fit. RuleBroken."""
    if last_day < first_day:
        raise RuleBroken("The last day must be the first day or later", "last_day")
    if (last_day - first_day).days > 13:
        raise RuleBroken("The last day must be within two weeks of the first day", "last_day")
    if evidence_until > first_day:
        raise RuleBroken("The last day for evidence must be the first day of the event or earlier", "evidence_until")
    if evidence_until < today:
        raise RuleBroken("The last day for evidence must be today or later", "evidence_until")


def check_open(event: AssuranceEvent) -> None:
    """RuleBroken where an event was called off."""
    if event.called_off_at is not None:
        raise RuleBroken(
            f"{event.reference} was called off on {day(event.called_off_at)}, so nothing of it can change."
        )


def check_can_answer(ask: Ask) -> None:
    """Whether an agency can still say something about an action. RuleBroken."""
    check_open(ask.agency.event)
    if ask.agency.withdrawn_at is not None or ask.dropped_at is not None:
        raise RuleBroken("You are no longer asked about this action, so nothing more can be sent.")
    if ask.agency.invited_at is None:
        raise RuleBroken("The invitations have not gone out yet.")
    if ask.judgements:
        raise RuleBroken("The panel has judged this action. Write to the team if something is missing.")


def check_statement(statement: str, *, nothing_yet: bool, evidence: int) -> None:
    """Whether an answer can be sent as it is. RuleBroken with the sentence beside the statement."""
    if not statement.strip():
        raise RuleBroken("Say why there is nothing to show yet" if nothing_yet else "Say what you did", "statement")
    if nothing_yet and evidence:
        raise RuleBroken(
            "You have added evidence. Take it off, or take the tick off “nothing to show yet”", "statement"
        )


def check_link(address: str) -> None:
    """RuleBroken where an address of evidence is none."""
    if not LINK.fullmatch(address):
        raise RuleBroken("Enter a whole address that begins with https://", "url")


def check_about(about_on: date, today: date) -> None:
    """RuleBroken where evidence is about a day that is still to come."""
    if about_on > today:
        raise RuleBroken("The date the evidence is about must be today or earlier", "about_on")


def check_anew(ask: Ask, because: str) -> None:
    """A judgement that joins another says why. RuleBroken."""
    if ask.judgements and not because.strip():
        raise RuleBroken("Say why it is judged anew. The judgement before stays in the history", "anew_because")


def outcome_due(agency: InvitedAgency) -> bool:
    """Can its outcome letter be sent: everything is judged, and something since its last letter."""
    asks = asked(agency)
    if agency.withdrawn_at or agency.invited_at is None or not asks or not all(ask.judgements for ask in asks):
        return False
    last = max(ask.judgements[-1].judged_at for ask in asks)
    return agency.outcome_at is None or last > agency.outcome_at


def remind_times(event: AssuranceEvent) -> list[datetime]:
    """The moments of the reminders, in order."""
    return [from_london(event.evidence_until - timedelta(days=days), AT_HOUR) for days in REMINDED]


def next_reminder(event: AssuranceEvent, after: datetime) -> datetime | None:
    """The next reminder after a moment; None: there is none any more."""
    return next((moment for moment in remind_times(event) if moment > after), None)


def next_reference(taken: Iterable[str]) -> str:
    """The next free number of the action log.

    >>> next_reference(["LDA-011", "LDA-018", "X-99"]), next_reference([])
    ('LDA-019', 'LDA-001')
    """
    numbers = [int(found[1]) for one in taken if (found := LOG_REFERENCE.fullmatch(one))]
    return f"LDA-{max(numbers, default=0) + 1:03d}"


def next_event(taken: Collection[str], year: int) -> str:
    """The next free reference of an event of a year.

    >>> next_event({"AE-2024-1", "AE-2024-2"}, 2024)
    'AE-2024-3'
    """
    number = 1
    while f"AE-{year}-{number}" in taken:
        number += 1
    return f"AE-{year}-{number}"


def days_of(event: AssuranceEvent) -> list[date]:
    """Every day of an event."""
    return [event.first_day + timedelta(days=n) for n in range((event.last_day - event.first_day).days + 1)]


def times_of(event: AssuranceEvent) -> list[tuple[datetime, datetime]]:
    """From when until when it goes, for each of its days; none where no times are set."""
    starts, ends = event.starts, event.ends
    if starts is None or ends is None:
        return []
    return [
        (from_london(one, starts.hour, starts.minute), from_london(one, ends.hour, ends.minute))
        for one in days_of(event)
    ]


@dataclass(frozen=True)
class Counted:
    """How many answers are in, of how many that were asked for; and how many agencies have sent everything."""

    sent: int
    late: int
    nothing_yet: int
    asked: int
    agencies_done: int
    agencies: int

    @property
    def all_in(self) -> bool:
        """Is there nothing to wait for?"""
        return self.sent == self.asked

    @property
    def words(self) -> str:
        """How many of the agencies have sent everything, with the base."""
        return f"{self.agencies_done} of {plural(self.agencies, 'agency', 'agencies')}"


def counted(agencies: Sequence[InvitedAgency]) -> Counted:
    """What is in and what is not, over those that are still invited."""
    found = [[sent(ask) for ask in asked(agency)] for agency in live(agencies)]
    answers = [one for each in found for one in each if one is not None]
    return Counted(
        sent=len(answers),
        late=sum(one.late for one in answers),
        nothing_yet=sum(one.nothing_yet for one in answers),
        asked=sum(len(each) for each in found),
        agencies_done=sum(bool(each) and None not in each for each in found),
        agencies=len(found),
    )
