"""Where an action stands, read from facts and the day; what waits for somebody. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from evaluation.actions.models import Action, ActionEvidence, ActionState, ActionUpdate, EvidenceKind, Outlook
from lms.dates import day as day_words
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


def stand(action: Action, today: date) -> Stand:
    """Where an action stands on a day. Its updates, its evidence and what it needs must be loaded.

    >>> stand(Action(decided_on=date(2024, 1, 8), due=date(2024, 3, 1)), date(2024, 3, 4)).state.value
    'overdue'
    """
    if action.closed_on is not None:
        return Stand(ActionState.CLOSED, (f"Closed on {day_words(action.closed_on)}.",))
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
    heard = max([action.decided_on, *(update.dated for update in action.updates)])
    if today - heard > QUIET:
        yield f"Nothing has been reported for {plural((today - heard).days, 'day')}."


def waits(action: Action, today: date) -> Waiting | None:
    """Whether an action needs somebody now: past its date, slipping, due soon, or its evidence is to be looked at again."""
    state = stand(action, today).state
    if state is ActionState.CLOSED:
        return None
    if action.review_on is not None and action.review_on <= today:
        return Waiting("Evidence to be looked at again", "warn")
    if state in ENDED:
        return None
    if action.due is not None and action.due < today and not action.long_term:
        return Waiting(f"Overdue by {length((today - action.due).days)}", "bad")
    if state is ActionState.SLIPPING:
        return Waiting("Slipping", "warn")
    if action.due is not None and today <= action.due <= today + SOON:
        return Waiting(
            "Due today" if action.due == today else f"Due in {plural((action.due - today).days, 'day')}", "calm"
        )
    return None


def length(days: int) -> str:
    """“8 days”, and from two months on “16 months”."""
    return plural(days, "day") if days < 61 else plural(int(days / 30.44), "month")
