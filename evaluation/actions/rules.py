"""Where an action stands, read from facts and the day; what waits for somebody; when the clock alone changes it. Pure."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from evaluation.actions.models import Action, ActionEvidence, ActionState, ActionUpdate, EvidenceKind, Outcome, Outlook
from lms.dates import day as day_words
from lms.errors import RuleBroken
from lms.words import plural

#: States in which nothing of an action waits for its date any more.
ENDED = frozenset({ActionState.DONE, ActionState.EVIDENCE_OF_IMPACT, ActionState.CLOSED})
#: An action is brought up this long before its date.
SOON = timedelta(days=60)
#: An action with a date of which nothing was heard for so long is slipping, whatever was said last.
QUIET = timedelta(days=90)


@dataclass(frozen=True)
class Stand:
    """The state of an action on a day, and the facts it follows from, each in a sentence."""

    state: ActionState
    because: tuple[str, ...] = ()

    @property
    def ended(self) -> bool:
        """Does nothing of it wait for its date any more?"""
        return self.state in ENDED


@dataclass(frozen=True)
class Waiting:
    """Why something waits for somebody: a few words, and the colour they stand on."""

    words: str
    tone: str
    #: The facts behind it, each in a sentence.
    because: tuple[str, ...] = ()


def stand(action: Action, today: date) -> Stand:
    """Where an action stands on a day. Its updates, its evidence and what it needs must be loaded.

    >>> stand(Action(decided_on=date(2024, 1, 8), due=date(2024, 3, 1)), date(2024, 3, 4)).state.value
    'overdue'
    """
    if action.closed_on is not None:
        return Stand(ActionState.CLOSED, (f"Closed on {day_words(action.closed_on)}.",))
    if action.done_on is not None and action.outcome is Outcome.NOT_ENOUGH_EVIDENCE:
        again = f" It is looked at again on {day_words(action.review_on)}." if action.review_on else ""
        return Stand(
            ActionState.DONE,
            (f"Done on {day_words(action.done_on)}; there was not enough evidence to judge it.{again}",),
        )
    if action.done_on is not None:
        shown = [one for one in action.evidence if one.kind is EvidenceKind.EFFECT and counts(one, today)]
        if shown:
            return Stand(ActionState.EVIDENCE_OF_IMPACT, tuple(one.shows for one in shown))
        return Stand(
            ActionState.DONE, (f"Done on {day_words(action.done_on)}; no evidence of its effect counts today.",)
        )
    if action.long_term:
        return Stand(ActionState.LONG_TERM_CULTURAL_CHANGE, ("No end date is right for it.",))
    if action.due is not None and action.due < today:
        return Stand(ActionState.OVERDUE, (f"It was due on {day_words(action.due)}.",))
    slipping = tuple(_slipping(action, today))
    if slipping:
        return Stand(ActionState.SLIPPING, slipping)
    if action.updates:
        return Stand(ActionState.ON_TRACK, (f"Last heard on {day_words(_latest(action.updates).dated)}.",))
    return Stand(ActionState.OPEN, ("Nothing has been reported yet.",))


def counts(evidence: ActionEvidence, today: date) -> bool:
    """Does a piece of evidence count on this day: not taken back, and not expired?"""
    return evidence.taken_back_at is None and (evidence.expires_on is None or today < evidence.expires_on)


def _latest(updates: Iterable[ActionUpdate]) -> ActionUpdate:
    return max(updates, key=lambda one: (one.dated, one.id or 0))


def _slipping(action: Action, today: date) -> Iterable[str]:
    """What says, before the date has passed, that it will not be kept."""
    if action.due is None:
        return
    said = [update for update in action.updates if update.outlook is not None]
    if said and _latest(said).outlook is Outlook.SLIPPING:
        yield f"The report of {day_words(_latest(said).dated)} says that it is slipping."
    for need in action.needs:
        if need.done_on is not None or need.closed_on is not None or need.due is None:
            continue
        if need.due < today:
            yield f"It needs {need.reference}, which is overdue."
        elif need.due > action.due:
            yield f"It needs {need.reference}, which is due later, on {day_words(need.due)}."
    heard = heard_on(action)
    if today - heard > QUIET:
        yield f"Nothing has been reported for {plural((today - heard).days, 'day')}."


def waits(action: Action, today: date) -> Waiting | None:
    """Whether an action needs somebody now: its evidence is to be looked at again, it is past its date, slipping or due soon, or
    a group has not answered a question about it. Its escalations must be loaded too."""
    found = stand(action, today)
    if found.state is ActionState.CLOSED:
        return None
    asked = tuple(
        f"The {one.group.name} has not answered the question of {day_words(one.asked_on)}."
        for one in action.escalations
        if one.answered_on is None
    )
    if action.review_on is not None and action.review_on <= today:
        return Waiting("Evidence to be looked at again", "warn", (*found.because, *asked))
    if found.state is ActionState.OVERDUE and action.due is not None:
        return Waiting(f"Overdue by {length((today - action.due).days)}", "bad", asked)
    if found.state is ActionState.SLIPPING:
        return Waiting("Slipping", "warn", (*found.because, *asked))
    if not found.ended and not action.long_term and action.due is not None and action.due <= today + SOON:
        days = (action.due - today).days
        return Waiting(f"Due in {plural(days, 'day')}" if days else "Due today", "calm", asked)
    return Waiting("Question not answered", "warn", asked) if asked else None


def length(days: int) -> str:
    """“8 days”, and from two months on “16 months”."""
    return plural(days, "day") if days < 61 else plural(int(days / 30.44), "month")


# What the clock does by itself.

#: An owner is written to so long before the date.
BEFORE = timedelta(days=28)
#: What was missed for longer than this (the machine stood still) is not written any more.
STALE = timedelta(days=14)
#: Nothing is to come.
NEVER = date.max


class Occasion(StrEnum):
    """Why whoever carries an action out is written to."""

    SOON = "soon"
    OVERDUE = "overdue"
    QUIET = "quiet"
    REVIEW = "review"


def heard_on(action: Action) -> date:
    """When something was last heard of it, or it was decided."""
    return max([action.decided_on, *(update.dated for update in action.updates)])


def occasions(action: Action) -> dict[Occasion, date]:
    """The day of each letter that its facts ask for, whether it is past or to come."""
    if action.closed_on is not None:
        return {}
    found = {Occasion.REVIEW: action.review_on} if action.review_on is not None else {}
    if action.done_on is not None:
        return found
    found[Occasion.QUIET] = heard_on(action) + QUIET + timedelta(days=1)
    if action.due is not None and not action.long_term:
        found |= {Occasion.SOON: action.due - BEFORE, Occasion.OVERDUE: action.due + timedelta(days=1)}
    return found


def letters_due(action: Action, today: date) -> dict[Occasion, date]:
    """The letters of today, and those of the last days that were missed. (STALE is shorter than BEFORE, so that none says that a
    date is to come which has passed.)"""
    return {one: day for one, day in occasions(action).items() if day <= today <= day + STALE}


def next_look(action: Action, today: date) -> date:
    """The next day on which the clock alone may change its state, or asks for a letter; NEVER where there is none."""
    days = [*occasions(action).values()]
    days += [one.expires_on for one in action.evidence if one.expires_on is not None and one.taken_back_at is None]
    days += [one.due + timedelta(days=1) for one in action.needs if one.due is not None and one.done_on is None]
    return min((day for day in days if day > today), default=NEVER)


def clock_words(now: Stand) -> str:
    """What the clock did, in a sentence of the history."""
    if now.state is ActionState.OVERDUE:
        return "Its date passed."
    if now.state is ActionState.DONE:
        return "Evidence expired."
    if now.state is ActionState.SLIPPING and any(one.startswith("Nothing has been reported") for one in now.because):
        return f"Nothing was heard for {QUIET.days} days."
    if now.state is ActionState.SLIPPING and any(one.startswith("It needs") for one in now.because):
        return "Something it needs is late."
    return "The days that passed changed how it stands."


# What may be done.

REFERENCE = re.compile(r"[A-Z]{2,8}-\d{1,5}")


def next_reference(taken: Iterable[str], prefix: str = "LDA") -> str:
    """The next reference nobody has used.

    >>> next_reference(["LDA-014", "LDA-2", "XX-9"]), next_reference([])
    ('LDA-015', 'LDA-001')
    """
    numbers = [int(one.rpartition("-")[2]) for one in taken if re.fullmatch(rf"{prefix}-\d{{1,5}}", one)]
    return f"{prefix}-{max(numbers, default=0) + 1:03}"


def check_reference(reference: str, taken: Collection[str]) -> None:
    """Can an action be called so?"""
    if not REFERENCE.fullmatch(reference):
        raise RuleBroken("Enter a reference of capital letters, a hyphen and a number, like LDA-020", "reference")
    if reference in taken:
        raise RuleBroken(f"{reference} is used already. Choose another reference", "reference")


def check_plan(*, long_term: bool, long_term_why: str, due: date | None, decided_on: date, today: date) -> None:
    """Do the dates of an action fit, and is it said why no end date is right?"""
    if long_term and not long_term_why.strip():
        raise RuleBroken("Enter why no end date is right", "long_term_why")
    if decided_on > today:
        raise RuleBroken("Enter a day that is not in the future", "decided_on")
    if due is not None and due < decided_on:
        raise RuleBroken("Enter a day after it was agreed", "due")


def check_new_date(*, was: date | None, now: date | None, long_term_changed: bool, why: str) -> None:
    """A date that is changed or taken away has its reason."""
    if (was != now or long_term_changed) and not why.strip():
        raise RuleBroken("Enter why the date changes: the reason is kept beside the old and the new date", "why")


def check_not_closed(action: Action) -> None:
    """Nothing is added to what is closed."""
    if action.closed_on is not None:
        raise RuleBroken(f"{action.reference} is closed. Open it again first.")


def check_past(day: date, today: date, field: str) -> None:
    """A report is about what has happened."""
    if day > today:
        raise RuleBroken("Enter a day that is not in the future", field)


def check_evidence(*, about_on: date, expires_on: date | None, url: str, has_file: bool, today: date) -> None:
    """Is it one thing that can be looked at, about a day that has been?"""
    check_past(about_on, today, "about_on")
    if expires_on is not None and expires_on <= about_on:
        raise RuleBroken("Enter a day after the one it is about", "expires_on")
    if has_file == bool(url):
        raise RuleBroken("Choose a file or enter a link, one of the two", "file")
    if url and not re.fullmatch(r"https://[^\s/]+\.[^\s/]+(?:/\S*)?", url):
        raise RuleBroken("Enter a whole address that begins with https://", "url")


def check_take_back(action: Action, evidence: ActionEvidence, why: str) -> None:
    """May a piece of evidence no longer count?"""
    if evidence.taken_back_at is not None:
        raise RuleBroken("It is taken back already.")
    if action.closed_on is not None:
        raise RuleBroken(f"{action.reference} was closed with its evidence. Open it again first.")
    if not why.strip():
        raise RuleBroken("Enter why it no longer counts", "why")


def check_finish(action: Action, *, done_on: date, why: str, today: date) -> None:
    """May it be called done? There is evidence that it was done, or it is said why there is none."""
    check_not_closed(action)
    if action.done_on is not None:
        raise RuleBroken(f"{action.reference} is done already.")
    check_past(done_on, today, "done_on")
    if done_on < action.decided_on:
        raise RuleBroken(f"Enter a day after it was agreed, on {day_words(action.decided_on)}", "done_on")
    if not any(counts(one, today) for one in action.evidence) and not why.strip():
        raise RuleBroken(
            "Nothing shows yet that it was done. Add evidence first, or enter why there is none and how you know", "why"
        )


def check_judge(action: Action, outcome: Outcome, *, review_on: date | None, today: date) -> None:
    """May it be closed with this answer? Only evidence of effect closes it; “not enough yet” waits for a day to come."""
    check_not_closed(action)
    if action.done_on is None:
        raise RuleBroken(f"{action.reference} is not done yet. Say first when it was done.")
    if outcome is Outcome.NOT_ENOUGH_EVIDENCE:
        if review_on is None:
            raise RuleBroken("Enter the day on which the evidence is looked at again", "review_on")
        if review_on <= today:
            raise RuleBroken("Enter a day in the future", "review_on")
        return
    if not any(one.kind is EvidenceKind.EFFECT and counts(one, today) for one in action.evidence):
        raise RuleBroken(
            "Nothing that counts today shows an effect: what was done is not yet what it changed. Add evidence of its effect, "
            "or choose “not enough evidence yet”",
            "outcome",
        )


def check_reopen(action: Action, *, whole: bool, why: str) -> None:
    """May it be opened again, and is it said why?"""
    if action.done_on is None:
        raise RuleBroken(f"{action.reference} is open.")
    if not whole and action.closed_on is None:
        raise RuleBroken(f"{action.reference} is not closed: its effect can be judged as it is", "whole")
    if not why.strip():
        raise RuleBroken("Enter why it is opened again", "why")


def check_circle(action: str, needs: str, edges: Collection[tuple[str, str]]) -> None:
    """Would an action, through whatever it needs, come to need itself? `edges` are (action, what it needs) by reference.

    >>> check_circle("A-1", "B-2", {("B-2", "C-3"), ("C-3", "A-1")})
    Traceback (most recent call last):
    lms.errors.RuleBroken: That would be a circle: A-1 needs B-2, which needs C-3, which needs A-1
    """
    way = circle([*edges, (action, needs)], action)
    if action == needs:
        raise RuleBroken("An action cannot need itself", "needs")
    if way:
        raise RuleBroken(f"That would be a circle: {way[0]} needs {', which needs '.join(way[1:])}", "needs")


def circle(edges: Iterable[tuple[str, str]], start: str) -> list[str]:
    """The way from an action through what it needs back to itself; empty where there is none."""
    after: dict[str, list[str]] = {}
    for one, needed in edges:
        after.setdefault(one, []).append(needed)
    seen, ways = set(), [[start]]
    while ways:
        way = ways.pop()
        for following in after.get(way[-1], ()):
            if following == start:
                return [*way, start]
            if following not in seen:
                seen.add(following)
                ways.append([*way, following])
    return []
