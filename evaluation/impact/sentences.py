"""The words of a thread, by rule: its answer, the lead of every stage, who is missing, who answered, what next. Pure.

A lead carries the finding; somebody who reads only the leads has read the report. A figure carries its base, an estimate its
interval, and no sentence says why anything changed.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from evaluation.actions.models import Action
from evaluation.impact.change import WAVE_NAMES
from evaluation.impact.change_words import capital, kept_words, mean_words, plural_words, signed_mean
from evaluation.impact.measures import Found, MeasureResult
from evaluation.impact.offer_words import courses_words, waiting_words
from evaluation.impact.thread import Thread
from evaluation.recommendations.models import RecommendationState
from lms import dates
from lms.words import listing, number_word, percent, plural, thousands

#: How long after the course a wave is, at the beginning of a sentence.
LATER = {"end": "At the end of the course", "w6": "Six weeks on", "m3": "Three months on", "m6": "Six months on"}
#: The same, as the date of a stage.
AFTER = {"end": "At the end", "w6": "6 weeks after", "m3": "3 months after", "m6": "6 months after"}
#: The colour a finding of a measure stands on.
FOUND_TONES: dict[Found, str] = {"Moved": "good", "Moved, not clear of chance": "calm", "Moved the wrong way": "bad"}


@dataclass(frozen=True)
class Lead:
    """The sentence of a stage; `finding` is what is set in bold."""

    before: str
    finding: str
    after: str = ""

    @property
    def words(self) -> str:
        """The whole of it as plain text."""
        return f"{self.before}{self.finding}{self.after}"


@dataclass(frozen=True)
class Stage:
    """One of the eight questions of a thread. `still_open` means that nothing of it is recorded yet."""

    key: str
    name: str
    when: str
    lead: Lead
    still_open: bool = False


@dataclass(frozen=True)
class Figure:
    """One figure of the thread at a glance, and the stage it leads to."""

    stage: str
    figure: str
    words: str


def stages(thread: Thread) -> tuple[Stage, ...]:
    """The eight stages, always in this order; one without content stays and says what is missing."""
    answers = bool(thread.change and thread.waves)
    return (
        Stage("why", "Why", dates.month(thread.recommendation.source.dated), _why(thread)),
        Stage("decided", "What we decided", _decided_when(thread), _decided(thread), not thread.actions),
        Stage("learned", "What people learned on", _learned_when(thread), _learned(thread), not thread.sessions),
        Stage("came", "Who came", _came_when(thread), _came(thread), not thread.people),
        Stage("changed", "What changed for them", _changed_when(thread), _changed(thread), not answers),
        Stage("did", "What it did", _did_when(thread), _did(thread), not thread.measures),
        Stage("verdict", "Verdict", f"As at {dates.day(thread.as_at)}", _verdict(thread), thread.verdict is None),
        Stage("next", "What next", _next_when(thread), _next(thread), True),
    )


def verdict_words(thread: Thread) -> str:
    """“Better, with limits”; where nobody was asked there is not enough evidence."""
    return thread.verdict.words if thread.verdict else "Not enough evidence"


def answer(thread: Thread) -> str:
    """What stands after the verdict at the top of the page: change, what was kept, measures, who is missing."""
    said = [_answer_on_people(thread)]
    if thread.change and thread.verdict and thread.verdict.word != "not enough evidence":
        said.append(kept_words(thread.change.items))
    if thread.measures:
        moved, known = thread.moved
        said.append(
            f"{capital(number_word(moved))} of {plural_words(known, 'key measure')} moved the way we wanted."
            if moved
            else f"Of {plural_words(known, 'key measure')}, none moved clear of chance the way we wanted."
        )
    if thread.people and thread.missing:
        said.append(f"Nobody came from {missing_names(thread)}.")
    return " ".join(filter(None, said))


def _answer_on_people(thread: Thread) -> str:
    if thread.change is None or thread.verdict is None or thread.plan is None:
        if thread.recommendation.state is RecommendationState.DECLINED:
            return "The recommendation was declined."
        if not thread.sessions:
            return "No session has been held yet, so nobody could be asked."
        return "Nobody has been asked yet what changed."
    primary, when = thread.change.primary, LATER[thread.plan.deciding_wave]
    return {
        "better": f"{when}, the answers of the same {primary.matched} people on “{primary.name}” are better than before.",
        "worse": f"{when}, the answers of the same {primary.matched} people on “{primary.name}” are worse than before.",
        "no clear change": f"{when}, the answers of the same {primary.matched} people on “{primary.name}” are not clearly "
        "different from before.",
        "not enough evidence": thread.verdict.sentence,
    }[thread.verdict.word]


def glance(thread: Thread) -> tuple[Figure, ...]:
    """Seven figures, each of which leads to its stage."""
    actions, offers = len(thread.actions), len(thread.other_offers)
    led = f", led by {thread.actions[0].owner_group.short_name}" if actions else ""
    more = f" and {plural_words(offers, 'other offer')}" if offers else ""
    moved, known = thread.moved
    figure, on = _changed_figure(thread)
    word, _, limits = verdict_words(thread).partition(", ")
    return (
        Figure("why", "1", "recommendation"),
        Figure("decided", thousands(actions), f"action{'' if actions == 1 else 's'}{led}"),
        Figure("learned", thousands(thread.sessions), f"session{'' if thread.sessions == 1 else 's'}{more}"),
        Figure(
            "came", thousands(thread.people), f"{'person' if thread.people == 1 else 'people'} {_from_where(thread)}"
        ),
        Figure("changed", figure, on),
        Figure("did", f"{moved} of {known}", "measures moved") if known else Figure("did", "0", "measures yet"),
        Figure("verdict", word, limits or "verdict"),
    )


def _changed_figure(thread: Thread) -> tuple[str, str]:
    scale = thread.change.primary if thread.change else None
    if scale is None:
        return "Not yet", "asked what changed"
    if scale.change is None or scale.change.mean_diff is None:
        return "Not yet", "enough answers to compare"
    return (
        signed_mean(scale.change.mean_diff),
        f"on a scale of 0 to {scale.highest} at {WAVE_NAMES[scale.last].lower()}, {plural(scale.matched, 'person', 'people')}",
    )


# why, and what we decided


def _why(thread: Thread) -> Lead:
    source = thread.recommendation.source
    first, stop, rest = source.learning.partition(". ")
    finding = first if stop else first.removesuffix(".")
    return Lead(
        f"{source.kind.speaks} ", finding + ("." if not finding.endswith("?") else ""), f" {rest}" if rest else ""
    )


def _decided_when(thread: Thread) -> str:
    accepted = [step.dated for step in thread.recommendation.history if step.what.startswith("accepted")]
    return dates.month(accepted[0]) if accepted else ""


def _decided(thread: Thread) -> Lead:
    if not thread.actions:
        if thread.recommendation.state is RecommendationState.DECLINED:
            return Lead("", "The recommendation was declined", ", so there is no action.")
        return Lead("", "No action has been decided yet.")
    first, others = thread.actions[0], len(thread.actions) - 1
    more = (
        f" {capital(plural_words(others, 'more action'))} {'belongs' if others == 1 else 'belong'} to it."
        if others
        else ""
    )
    return Lead(f"Action {first.reference}: ", first.wording, more)


def history_words(thread: Thread) -> str:
    """The steps the recommendation took between groups, each with its day."""
    return "; ".join(f"{step.by}, {dates.day(step.dated)}: {step.what}" for step in thread.recommendation.history)


# what people learned on, and who came


def _learned_when(thread: Thread) -> str:
    held = thread.held
    if not held:
        return ""
    first, last = dates.month(held[0].starts_at), dates.month(held[-1].starts_at)
    return first if first == last else f"{first} to {last}"


def _learned(thread: Thread) -> Lead:
    offers = len(thread.other_offers)
    more = f" and {plural_words(offers, 'other offer')}" if offers else ""
    if not thread.sessions:
        return Lead(
            "",
            "No session has been held yet",
            f"; there {'is' if offers == 1 else 'are'} {plural_words(offers, 'other offer')}." if offers else ".",
        )
    finding = f"{capital(courses_words(thread))}, {plural_words(thread.sessions, 'session')}{more}."
    expected = sum(session.expected for session in thread.held)
    came = sum(session.came_expected for session in thread.held)
    walked_in = sum(session.walked_in for session in thread.held)
    extra = f"; {number_word(walked_in)} more came without a booking" if walked_in else ""
    return Lead(
        "",
        finding,
        f" Of {plural(expected, 'booked place')}, {thousands(came)} {'was' if came == 1 else 'were'} used "
        f"({percent(came, expected)}){extra}.",
    )


def _came_when(thread: Thread) -> str:
    return f"To {dates.month(thread.held[-1].starts_at)}" if thread.held else ""


def _came(thread: Thread) -> Lead:
    if not thread.people:
        return Lead("", "Nobody has come yet.")
    finding = f"{plural(thread.people, 'person', 'people')} {_from_where(thread)}"
    unknown = [sector.words for sector in thread.sectors if sector.workforce is None]
    if unknown:
        return Lead("", finding, f". How many work with children is not known for {listing(unknown)}.")
    base = thread.workforce or 0
    return Lead(
        "",
        finding,
        f": {percent(thread.people, base)} of the {thousands(base)} people who work with children in these services.",
    )


def _from_where(thread: Thread) -> str:
    return f"from {plural(thread.organisations, 'agency or school', 'agencies and schools')}"


def missing_names(thread: Thread) -> str:
    """“housing and fire service”."""
    return listing([sector.words for sector in thread.missing])


def missing_words(thread: Thread) -> str:
    """Who did not come at all, and from where only few did: under half the share of everybody together."""
    said = []
    if thread.missing:
        staff = sum(sector.workforce or 0 for sector in thread.missing)
        said.append(
            f"{capital(missing_names(thread))}: {plural(staff, 'person', 'people')} work with children there, nobody came."
        )
    all_people = sum(sector.people for sector in thread.sectors if sector.workforce)
    all_staff = sum(sector.workforce or 0 for sector in thread.sectors)
    few = [
        sector
        for sector in thread.sectors
        if sector.people and sector.workforce and 2 * sector.people * all_staff < all_people * sector.workforce
    ]
    if few:
        told = listing(
            [f"{sector.words}, {thousands(sector.people)} of {thousands(sector.workforce or 0)}" for sector in few]
        )
        said.append(f"Less than half as often as everybody together: {told}.")
    return " ".join(said) or "Every sector whose people work with children was reached."


# what changed for them


def _changed_when(thread: Thread) -> str:
    return f"{AFTER[thread.plan.deciding_wave]} the course" if thread.plan and thread.change else ""


def _changed(thread: Thread) -> Lead:
    if thread.change is None or thread.plan is None or thread.verdict is None:
        return Lead("", "Nobody has been asked yet", ", so it cannot be said what changed.")
    scale, when = thread.change.primary, LATER[thread.plan.deciding_wave]
    if scale.change is None:
        return Lead(f"{when}, ", "too few people could be matched to say what changed", ".")
    found = {
        "better": "are better than before the course",
        "worse": "are worse than before the course",
        "no clear change": "are not clearly different from before the course",
        "not enough evidence": "fit a change that would matter as well as none at all",
    }[thread.verdict.word]
    return Lead(
        f"{when}, ",
        f"the answers of the same {scale.matched} people on “{scale.name}” {found}",
        f": {mean_words(scale)}. {kept_words(thread.change.items)}".rstrip(),
    )


# what it did, the verdict, what next


def _did_when(thread: Thread) -> str:
    return capital(plural_words(len(thread.measures), "key impact measure")) if thread.measures else ""


def _did(thread: Thread) -> Lead:
    if not thread.measures:
        return Lead("", "No key measure has been agreed yet.")
    moved, known = thread.moved
    finding = (
        f"{capital(number_word(moved))} of {plural_words(known, 'measure')} moved the way we wanted, clear of chance."
        if moved
        else f"Of {plural_words(known, 'measure')}, none moved clear of chance the way we wanted."
    )
    counted: Counter[Found] = Counter(result.found for result in thread.measures if result.found != "Moved")
    rest: dict[Found, tuple[str, str]] = {
        "Moved, not clear of chance": (
            "moved that way and is not clear of chance",
            "moved that way and are not clear of chance",
        ),
        "No clear change": ("shows no clear change", "show no clear change"),
        "Moved the wrong way": ("moved the other way", "moved the other way"),
        "Nothing to compare": ("has nothing to be compared with", "have nothing to be compared with"),
        "Not enough evidence": ("leaves too little evidence to say", "leave too little evidence to say"),
    }
    said = [
        f"{number_word(counted[found])} {one if counted[found] == 1 else many}"
        for found, (one, many) in rest.items()
        if counted[found]
    ]
    return Lead("", finding, f" {capital(listing(said))}." if said else "")


def _verdict(thread: Thread) -> Lead:
    if thread.verdict is None:
        return Lead("", "Not enough evidence.", " No course of this thread has been asked about yet.")
    return Lead("", f"{thread.verdict.words}.", f" {thread.verdict.sentence}")


def rule_words(thread: Thread) -> str:
    """When the rule of the verdict was named, as far as it can be claimed."""
    plan = thread.plan
    held = [session.starts_at for session in thread.held if plan and session.course_id == plan.course_id]
    if plan and held and plan.decided_on < dates.london(min(held)).date():
        return f"The rule, named on {dates.day(plan.decided_on)}, before the course began"
    return f"The rule, named on {dates.day(plan.decided_on)}" if plan else "The rule"


def _next_when(thread: Thread) -> str:
    due = [action.due for action in thread.next_actions if action.due]
    last = max(due) if due else None
    return f"To {dates.month(last)}" if last and last > _today(thread.as_at) else ""


def _next(thread: Thread) -> Lead:
    still = []
    if thread.people and thread.missing:
        n = len(thread.missing)
        still.append(f"{plural_words(n, 'sector')} {'has' if n == 1 else 'have'} still to be reached")
    faded = sum(item.kept == "Faded" for item in thread.change.items) if thread.change else 0
    if faded:
        still.append(f"{plural_words(faded, 'thing')} asked about {'has' if faded == 1 else 'have'} faded")
    if thread.verdict is None:
        still.append("the verdict is still to come")
    still += waiting_words(thread)
    n = len(thread.next_actions)
    late = [action for action in thread.next_actions if is_late(action, thread.as_at)]
    past = (
        "past its date"
        if n == 1
        else f"{number_word(len(late))} of them past {'its' if len(late) == 1 else 'their'} date"
    )
    subject = f"{capital(plural_words(n, 'action'))} for the same learning {'is' if n == 1 else 'are'} open"
    open_words = f"{subject}, {past}." if late else f"{subject}."
    if still:
        return Lead("", f"{capital(listing(still))}.", f" {open_words}" if n else " No action is open for it yet.")
    return Lead("", open_words) if n else Lead("", "Nothing is open.", " The group can close this recommendation.")


def is_late(action: Action, as_at: datetime) -> bool:
    """Past its date, and not one of those that have none that is right."""
    return action.due is not None and action.due < _today(as_at)


def _today(as_at: datetime) -> date:
    return dates.london(as_at).date()


def tone_of(result: MeasureResult) -> str:
    """The colour the finding of a measure stands on."""
    return FOUND_TONES.get(result.found, "none")
