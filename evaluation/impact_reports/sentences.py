"""The words of an impact report, by rule: the lead of each part, and what the evidence cannot tell. Pure.

No sentence says why anything changed.
"""

from collections.abc import Iterator, Sequence

from evaluation.impact.change_words import capital, plural_words
from evaluation.impact_reports.grids import pounds
from evaluation.impact_reports.report import Answers, ImpactReport, Reach
from evaluation.impact_reports.scopes import ScopeKind
from evaluation.results import sentences as answered
from evaluation.verdict import LEAST_MATCHED
from lms import dates
from lms.words import inside, listing, plural, share_words, thousands

#: Under so many matched people a report says that they are few.
FEW = 30
REACH_RULE = (
    "People who came to sessions, each counted once and where they worked the last time. Reach is published as it is; numbers of "
    "answers are not."
)
LEVEL_NAMES = {"1": "reaction", "2": "learning", "3": "behaviour", "4": "results"}
NOBODY_ASKED = "Nobody is asked about a course in this report, so there are no answers."
QUOTES = "Sentences their writers allowed us to publish, chosen by an officer. They are examples; nothing is counted from them."
IN_KIND = "What was given in kind was paid by nobody; it stands apart, with the value it was given."


def counted(report: ImpactReport) -> str:
    """Which days are counted, and when."""
    days = f"{dates.period(report.reach.first, report.reach.last)}. " if report.reach.first else ""
    return f"{days}Counted on {dates.day(dates.london(report.as_at))}."


def answer(report: ImpactReport) -> str:
    """One sentence for the top: whom it reached, and each verdict."""
    return f"{reach(report)} {verdict(report)}".strip()


def wanted(report: ImpactReport) -> str:
    """What we wanted to change."""
    if not report.actions and not report.recommendations:
        return "No action of the log is behind this, so what was to change is not written down."
    parts = []
    if report.sources:
        parts.append(plural_words(len(report.sources), "source of learning"))
    if report.recommendations:
        parts.append(plural_words(len(report.recommendations), "recommendation"))
    if report.actions:
        parts.append(plural_words(len(report.actions), "action"))
    alone = sum(len(one) for one in (report.sources, report.recommendations, report.actions)) == 1
    return f"{capital(listing(parts))} {'is' if alone else 'are'} behind this report."


def reach(report: ImpactReport) -> str:
    """Whom it reached, with the denominators."""
    found = report.reach
    if not found.sessions:
        return (
            "No session has been held yet."
            if report.scope.kind is not ScopeKind.AGENCY
            else "Nobody of this agency was booked on a session."
        )
    who = "" if report.scope.kind is ScopeKind.AGENCY else f" from {_agencies(found.organisations)}"
    said = f"{plural(found.people, 'person', 'people')}{who} came to {plural(found.sessions, 'session')}"
    if found.of_workforce:
        said += f": {share_words(found.of_workforce.numerator, found.of_workforce.denominator)} of the workforce that is known"
    return f"{said}.{missing(found)}"


def _agencies(number: int) -> str:
    return "1 agency or school" if number == 1 else f"{thousands(number)} agencies and schools"


def booked(found: Reach) -> str:
    """Of those booked, how many came."""
    if not found.came.denominator:
        return ""
    walked = (
        f" {plural(found.walked_in, 'person', 'people')} more came without having booked." if found.walked_in else ""
    )
    places = f"{thousands(found.came.numerator)} of {thousands(found.came.denominator)} places that were booked"
    return f"People came for {places}.{walked}"


def missing(found: Reach) -> str:
    """The sectors nobody came from; empty where somebody came from each."""
    return f" Nobody came from {listing([inside(one) for one in found.missing])}." if found.missing else ""


def responses(report: ImpactReport) -> str:
    """Who answered, of those asked."""
    if not report.answers:
        return NOBODY_ASKED
    told = report.told
    if len(told) == 1 and len(report.answers) == 1 and told[0].results:
        return answered.response(told[0].results)
    return (
        f"{capital(plural_words(len(report.answers), 'part'))} of the answers {'is' if len(report.answers) == 1 else 'are'} looked "
        f"at, each on its own: {listing([one.label for one in report.answers])}. They are never added up."
    )


def level(report: ImpactReport, number: str, many: int) -> str:
    """The lead of a level: how many questions and scales are looked at; `many` counts them."""
    if not report.answers:
        return NOBODY_ASKED
    if not many:
        return f"Nothing is told about {LEVEL_NAMES[number]}."
    of = [one for one in report.told]
    one = primary_of(of[0]) if len(of) == 1 and _is_of(of[0], number) else ""
    return (
        one
        or f"{capital(plural_words(many, 'figure'))} with {'its' if many == 1 else 'their'} base, each of the people who answered."
    )


def _is_of(answers: Answers, number: str) -> bool:
    primary = answers.primary
    return bool(primary and (answers.levels or {}).get(primary.key) == number)


def primary_of(answers: Answers) -> str:
    """What the scale that decides says."""
    primary = answers.primary
    return f"{primary.name}. {answered.change(primary)}" if primary else ""


def verdict(report: ImpactReport) -> str:
    """Each verdict; several courses are never put together."""
    if not report.answers:
        return "There is no verdict: nobody is asked about a course in this report."
    said = [f"{one.label}: {inside(verdict_of(one))}" for one in report.answers]
    if len(said) == 1:
        return f"{verdict_of(report.answers[0])}. {sentence_of(report.answers[0])}"
    return f"{capital('; '.join(said))}. Each has its own verdict; they are never put together."


def verdict_of(answers: Answers) -> str:
    """“Better, with limits”, or that it is not known."""
    return answered.verdict_words(answers.results) if answers.results else "Not known yet"


def sentence_of(answers: Answers) -> str:
    """What stands after the word of a verdict."""
    return answered.answer(answers.results) if answers.results else answers.why


def measures(report: ImpactReport) -> str:
    """How many key impact measures moved the way that was wanted."""
    found = report.measures
    if not found:
        return "No key impact measure belongs to these actions."
    moved = sum(one.found == "Moved" for one in found)
    wrong = sum(one.found == "Moved the wrong way" for one in found)
    worse = f", and {plural_words(wrong, 'measure')} the other way" if wrong else ""
    of = "measure" if len(found) == 1 else "measures"
    return f"{moved} of {len(found)} key impact {of} moved the way that was wanted{worse}. A measure shows when something moved, not why."


def cost(report: ImpactReport) -> str:
    """What it cost."""
    spent = report.spent
    if report.scope.kind is ScopeKind.AGENCY:
        return "What a session costs is not of one agency alone, so no cost is given here."
    if spent is None or not spent.cost.lines:
        return "No cost has been written down for these sessions."
    found = spent.cost
    said = f"{pounds(found.paid / 100)} was paid"
    if found.total > found.paid:
        said += f", and {pounds((found.total - found.paid) / 100)} was given in kind"
    if not found.complete:
        said += f". A cost is written down for {thousands(found.sessions)} of {plural(found.all_sessions, 'session')}, so no cost per person is given"
    return f"{said}."


def next_up(report: ImpactReport) -> str:
    """What is still to be done."""
    found = report.next_actions
    if not found:
        return "Nothing is open: every action has ended." if report.actions else "No action is open."
    waits = sum(bool(one.waits) for one in found)
    said = f"{capital(plural_words(len(found), 'action'))} {'is' if len(found) == 1 else 'are'} still to be done or looked at again"
    return f"{said}; {waits} of them {'needs' if waits == 1 else 'need'} somebody now." if waits else f"{said}."


def you_said(report: ImpactReport) -> str:
    """What people told us, and what was done."""
    done = sum(bool(one.done) for one in report.said)
    return f"{capital(plural_words(len(report.said), 'time'))} people told us something that belongs here; something was decided about {done}."


def limits(report: ImpactReport) -> list[str]:
    """What the evidence cannot tell, in words. Never empty: people before and after show what changed, not why."""
    return list(dict.fromkeys(_limits(report)))


def _limits(report: ImpactReport) -> Iterator[str]:
    yield from report.scope_limits
    for one in report.answers:
        yield from _limits_of(one, alone=len(report.answers) == 1)
    if report.told:
        yield "There was no group without the learning to compare with, and other things went on at the same time. This shows what changed, not why."
    if report.not_evaluated:
        yield f"Nobody is asked about {listing(list(report.not_evaluated))}, so nothing is known of what came of {'it' if len(report.not_evaluated) == 1 else 'them'}."
    if report.reach.missing:
        yield f"Nobody came from {listing([inside(one) for one in report.reach.missing])}, so nothing can be said about them."
    if report.reach.sessions and any(one.people and not one.workforce for one in report.reach.sectors):
        unknown = [inside(one.sector) for one in report.reach.sectors if one.people and not one.workforce]
        yield f"How many people work in {listing(unknown)} is not known, so they are not in the share of the workforce."
    if any(not one.known for one in report.reach.offers):
        yield "Some offers count copies or visits and not people: one person may be counted more than once, so they are never added."
    for measure in report.measures:
        if measure.caution:
            yield f"{measure.name}: {measure.caution}"
    if report.spent and not report.spent.cost.complete and report.spent.cost.lines:
        yield "Costs are not complete, so no cost per person is given."
    if report.made_up:
        yield "Demonstration: the people and their answers are made up, and so are the figures of the log."


def _limits_of(one: Answers, *, alone: bool) -> Iterator[str]:
    """What the answers of one course cannot tell."""
    about = "" if alone else f"{one.label}: "
    results = one.results
    if results is None:
        yield f"{one.label}: {one.why}"
        return
    deciding = next((wave for wave in results.response if wave.wave == results.deciding_wave), None)
    if deciding and deciding.answered and 2 * deciding.answered.numerator < deciding.answered.denominator:
        yield f"{about}{'Fewer' if not about else 'fewer'} than half of the people asked answered ({share_words(deciding.answered.numerator, deciding.answered.denominator)}); those who did not may have changed more, or less."
    if deciding and deciding.answered is None:
        yield f"{about}{'How' if not about else 'how'} many answered is hidden."
    if deciding is None:
        yield f"{about}{answered.response(results)}"
    primary = one.primary
    if primary and primary.matched is not None and primary.matched < FEW:
        yield f"{about}{'Few' if not about else 'few'} people could be matched ({primary.matched}); one or two more could change the figure."
    if primary and primary.matched is None:
        yield f"{about}{'Fewer' if not about else 'fewer'} than {LEAST_MATCHED} people could be matched, or the figure is hidden."
    if primary and results.verdict and any("rated themselves" in said for said in results.verdict.cannot_tell):
        yield "People rated themselves; whether others see the same is told only where managers were asked."
    if still := answered.still_open(results):
        yield f"{about}{still}"


def hidden(numbers: Sequence[int]) -> str:
    """What the word “hidden” stands for."""
    return answered.hidden(min(numbers, default=5))
