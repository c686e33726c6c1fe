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
from lms.words import inside, listing, number_word, plural, share_words, thousands

#: Under so many matched people a report says that they are few.
FEW = 30
REACH_RULE = (
    "People who came to sessions, each counted once and where they worked the last time. Reach is published as it is; numbers of "
    "answers are not."
)
LEVEL_NAMES = {"1": "reaction", "2": "learning", "3": "behaviour", "4": "results"}
NOBODY_ASKED = "Nobody is asked about a course in this report, so there are no answers."
NOBODY_BOOKED = "Nobody of this agency was booked on a session that has been held."
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
        parts.append(plural_words(len(report.sources), "source"))
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
        return NOBODY_BOOKED if report.scope.kind is ScopeKind.AGENCY else "No session has been held yet."
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


def sector_words(sector: str) -> str:
    """A sector as it stands inside a sentence."""
    return "other services" if sector.lower() == "other" else inside(sector)


def missing(found: Reach) -> str:
    """The sectors nobody came from; empty where somebody came from each."""
    return f" Nobody came from {listing([sector_words(one) for one in found.missing])}." if found.missing else ""


def responses(report: ImpactReport) -> str:
    """Who answered, of those asked."""
    if not report.answers:
        return NOBODY_ASKED
    if len(report.answers) == 1:
        found = report.answers[0]
        return answered.response(found.results) if found.results else found.why
    names = listing([one.label for one in report.answers])
    return f"Each of these is looked at on its own, and they are never added up: {names}."


def level(report: ImpactReport, number: str, many: int) -> str:
    """The lead of a level: what the scale that decides says, where it is of this level; else how many things were asked."""
    if not report.answers:
        return NOBODY_ASKED
    if not many:
        return f"Nothing is told about {LEVEL_NAMES[number]}."
    told = report.told
    if len(told) == 1 and _is_of(told[0], number):
        return primary_of(told[0])
    asked = "question or scale" if many == 1 else "questions and scales"
    return f"{capital(number_word(many))} {asked}, each with how many answered."


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
    said = f"{moved} of {len(found)} key impact {of} moved the way that was wanted{worse}."
    return f"{said} A measure shows when something moved, not why."


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
        written = f"{thousands(found.sessions)} of {plural(found.all_sessions, 'session')}"
        said += f". A cost is written down for {written}, so no cost per person is given"
    return f"{said}."


def next_up(report: ImpactReport) -> str:
    """What is still to be done."""
    found = report.next_actions
    if not found:
        return "Nothing is open: every action has ended." if report.actions else "No action is open."
    waits = sum(bool(one.waits) for one in found)
    are = "is" if len(found) == 1 else "are"
    said = f"{capital(plural_words(len(found), 'action'))} {are} still to be done or looked at again"
    return f"{said}; {waits} of them {'needs' if waits == 1 else 'need'} somebody now." if waits else f"{said}."


def you_said(report: ImpactReport) -> str:
    """What people told us, and what was done."""
    many, done = len(report.said), sum(bool(one.done) for one in report.said)
    told = f"{capital(plural_words(many, 'thing'))} that people told us {'belongs' if many == 1 else 'belong'} here."
    return f"{told} Something was decided about {'it' if many == done == 1 else f'{done} of {many}'}."


def limits(report: ImpactReport) -> list[str]:
    """What the evidence cannot tell, in words, each once."""
    return list(dict.fromkeys([*_of_answers(report), *_of_reach(report), *_of_log(report)]))


def _of_answers(report: ImpactReport) -> Iterator[str]:
    yield from report.scope_limits
    for one in report.answers:
        for said in _limits_of(one):
            yield said if len(report.answers) == 1 else f"{one.label}: {inside(said)}"
    if report.told:
        yield (
            "There was no group without the learning to compare with, and other things went on at the same time. This shows what "
            "changed, not why."
        )
    if report.not_evaluated:
        them = "it" if len(report.not_evaluated) == 1 else "them"
        yield f"Nobody is asked about {listing(list(report.not_evaluated))}, so nothing is known of what came of {them}."


def _of_reach(report: ImpactReport) -> Iterator[str]:
    found = report.reach
    if found.missing:
        yield f"Nobody came from {listing([sector_words(one) for one in found.missing])}, so nothing can be said about them."
    unknown = [sector_words(one.sector) for one in found.sectors if one.people and not one.workforce]
    if unknown:
        yield f"How many people work in {listing(unknown)} is not known, so they are not in the share of the workforce."
    if any(not one.known for one in found.offers):
        yield (
            "Some offers count copies or visits and not people: one person may be counted twice there, so they are never added."
        )


def _of_log(report: ImpactReport) -> Iterator[str]:
    for measure in report.measures:
        if measure.caution:
            yield f"{measure.name}: {measure.caution}"
    if report.spent and report.spent.cost.lines and not report.spent.cost.complete:
        yield "Costs are not complete, so no cost per person is given."
    if report.made_up:
        yield "Demonstration: the people and their answers are made up, and so are the figures of the log."


def _limits_of(one: Answers) -> Iterator[str]:
    """What the answers of one course cannot tell."""
    results, primary = one.results, one.primary
    if results is None:
        yield one.why
        return
    deciding = next((wave for wave in results.response if wave.wave == results.deciding_wave), None)
    if deciding is None:
        yield answered.response(results)
    elif deciding.answered is None:
        yield "How many answered is hidden."
    elif 2 * deciding.answered.numerator < deciding.answered.denominator:
        share = share_words(deciding.answered.numerator, deciding.answered.denominator)
        yield f"Fewer than half of the people asked answered ({share}); those who did not may have changed more, or less."
    if primary and primary.matched is None:
        yield f"Fewer than {LEAST_MATCHED} people could be matched, or the figure is hidden."
    elif primary and primary.matched and primary.matched < FEW:
        yield f"Few people could be matched ({primary.matched}); one or two more could change the figure."
    if results.verdict and any("rated themselves" in said for said in results.verdict.cannot_tell):
        yield "People rated themselves; whether others see the same is told only where managers were asked."
    if hides(one):
        yield "Some figures are hidden, because they would tell of few people. That says nothing about what they are."
    if still := answered.still_open(results):
        yield still


def hides(one: Answers) -> bool:
    """Is a figure hidden that stands in this report?"""
    results = one.results
    if results is None:
        return False
    items = [wave.good for item in results.items if answered.is_ranked(item) for wave in item.waves]
    scales = [
        value for scale in results.scales for value in (scale.difference, scale.improved, scale.same, scale.worse)
    ]
    return None in [*items, *scales, *(wave.answered for wave in results.response)]


def hidden(numbers: Sequence[int]) -> str:
    """What the word “hidden” stands for."""
    return answered.hidden(min(numbers, default=5))
