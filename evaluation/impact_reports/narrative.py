"""The words of a report: a draft made by rule from its figures, and figures in words as placeholders. Pure.

A placeholder such as {{people}} stands for a figure of the report and is filled in when the report is printed. So nobody
changes a number by changing words, and where a figure has changed since somebody wrote about it, that is known.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evaluation.impact_reports import sentences as words
from evaluation.impact_reports.grids import pounds
from evaluation.impact_reports.models import NarrativeState, ReportNarrative
from evaluation.impact_reports.report import ActionLine, Answers, ImpactReport
from evaluation.results import printed
from lms import dates
from lms.words import inside, listing, plural, share_words, thousands

PLACEHOLDER = re.compile(r"\{\{\s*([a-z0-9_]+)\s*\}\}")
#: A number somebody typed: not in a reference, not a year, not a day of a month.
TYPED = re.compile(r"(?<![\w.,/–-])£?\d[\d,]*(?:\.\d+)?%?(?![\w–-])")
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
#: The sections of a narrative, in their order.
SECTIONS = {
    "short": "In short",
    "wanted": "What we wanted to change",
    "found": "What was found",
    "next": "What we do next",
    "limits": "How far this carries",
}
GONE = "[a figure that this report no longer has]"
#: A figure from answers is kept as a fingerprint: an older release is not told beside a newer one.
MARK = "#"


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure that words may hold: its placeholder, what it is, how it is printed now, and whether it is from answers."""

    key: str
    about: str
    words: str
    from_answers: bool = False


@dataclass(frozen=True, slots=True)
class Changed:
    """A figure in words that is not what it was when they were kept. `was` is empty for figures from answers."""

    key: str
    about: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Narrative:
    """Words as they are printed: each section with its paragraphs, how far they are, and which figures changed since."""

    sections: tuple[tuple[str, tuple[str, ...]], ...]
    draft: bool
    mark: str
    changed: tuple[Changed, ...]


def facts(report: ImpactReport) -> dict[str, Fact]:
    """Every figure that words may hold, in order."""
    reach = report.reach
    found = [
        Fact("people", "People who came, each once", plural(report.reach.people, "person", "people")),
        Fact("organisations", "Agencies and schools they came from", _organisations(report.reach.organisations)),
        Fact("sessions", "Sessions held", plural(reach.sessions, "session")),
        Fact("booked", "Of the places booked, for how many people came", _came(report)),
        Fact("workforce", "People who came, of the workforce that is known", _workforce(report)),
        Fact("recommendations", "Recommendations", plural(len(report.recommendations), "recommendation")),
        Fact("actions", "Actions", plural(len(report.actions), "action")),
        Fact("actions_open", "Actions still to be done", plural(sum(not one.ended for one in report.actions), "action")),
        Fact("measures", "Key impact measures that moved the way that was wanted", _measures(report), from_answers=True),
    ]  # fmt: skip
    if report.spent and report.spent.cost.lines:
        cost = report.spent.cost
        found.append(Fact("cost_paid", "What was paid", pounds(cost.paid / 100)))
        found.append(Fact("cost_in_kind", "What was given in kind", pounds((cost.total - cost.paid) / 100)))
        if cost.complete and report.spent.people:
            each = pounds(round(cost.total / report.spent.people) / 100)
            found.append(Fact("cost_per_person", "Cost per person reached", each))
    for one in report.answers:
        found += _of_answers(one)
    return {one.key: one for one in found}


def _organisations(number: int) -> str:
    return "1 agency or school" if number == 1 else f"{thousands(number)} agencies and schools"


def _came(report: ImpactReport) -> str:
    came = report.reach.came
    return share_words(came.numerator, came.denominator) if came.denominator else "none"


def _workforce(report: ImpactReport) -> str:
    share = report.reach.of_workforce
    return share_words(share.numerator, share.denominator) if share else "a share that is not known"


def _measures(report: ImpactReport) -> str:
    moved = sum(one.found == "Moved" for one in report.measures)
    return f"{moved} of {plural(len(report.measures), 'key impact measure')}"


def suffix(answers: Answers) -> str:
    """What the placeholders of one course end in: “neg”, “neg_2023_24”."""
    part = "" if answers.whole else f"_{answers.slice_name.rpartition(' ')[2]}"
    return re.sub(r"[^a-z0-9]+", "_", f"{answers.code}{part}".lower()).strip("_")


def _of_answers(one: Answers) -> list[Fact]:
    end, about, primary = suffix(one), one.label, one.primary
    results = one.results
    deciding = (
        next((wave for wave in results.response if wave.wave == results.deciding_wave), None) if results else None
    )
    answered = "a number of people that is hidden or not known"
    if deciding and deciding.answered:
        share = deciding.answered
        answered = f"{share_words(share.numerator, share.denominator)} of the people asked"
    change = "where the figures are hidden or not known"
    matched = "people whose number is hidden or not known"
    if primary and primary.matched is not None:
        matched = plural(primary.matched, "person", "people")
    if primary and primary.difference is not None:
        interval = f", interval {printed.ends(primary.interval, sign=True)}" if primary.interval else ""
        change = (
            f"at {printed.value(primary.mean_before)} before and {printed.value(primary.mean_after)} afterwards, on a scale of "
            f"0 to {primary.highest} (change {printed.signed(primary.difference)}{interval})"
        )
    return [
        Fact(f"verdict_{end}", f"{about}: the verdict", inside(words.verdict_of(one)), from_answers=True),
        Fact(f"answered_{end}", f"{about}: who answered when it is decided", answered, from_answers=True),
        Fact(f"matched_{end}", f"{about}: people matched before and after", matched, from_answers=True),
        Fact(f"change_{end}", f"{about}: the change on the scale that decides", change, from_answers=True),
    ]


def draft(report: ImpactReport) -> dict[str, str]:
    """The draft by rule: what a report says in plain sentences, every figure a placeholder."""
    return {
        "short": _short(report),
        "wanted": _wanted(report),
        "found": "\n\n".join(_found(report)),
        "next": _next(report),
        "limits": " ".join(_limits(report)),
    }


def _short(report: ImpactReport) -> str:
    if not report.reach.sessions:
        first = "No session has been held yet."
    elif report.reach.organisations > 1:
        first = "{{people}} from {{organisations}} came to {{sessions}}."
    else:
        first = "{{people}} came to {{sessions}}."
    verdicts = [
        f"What the answers about {one.label} say, by the rule: {{{{verdict_{suffix(one)}}}}}." for one in report.answers
    ]
    return " ".join([first, *verdicts])


def _wanted(report: ImpactReport) -> str:
    if not report.recommendations:
        return "No recommendation of the log is behind this."
    said = [f"{one.reference}: {one.wording}" for one in report.recommendations[:FEW]]
    more = len(report.recommendations) - len(said)
    lead = "{{recommendations}} asked for a change, and {{actions}} followed."
    return "\n\n".join([lead, *said, *(["The others stand in the report."] if more else [])])


#: So many recommendations or actions are named in the words.
FEW = 5


def _found(report: ImpactReport) -> list[str]:
    said = []
    for one in report.answers:
        end, results = suffix(one), one.results
        if results is None:
            said.append(f"{one.label}: {one.why}")
            continue
        when = printed.at(results.deciding_wave)
        primary = one.primary
        lines = [f"{one.label}: {{{{answered_{end}}}}} answered {when}."]
        if primary and primary.difference is not None:
            lines.append(f"On “{primary.name}” the same {{{{matched_{end}}}}} stood {{{{change_{end}}}}}.")
        lines.append(f"By the rule this is: {{{{verdict_{end}}}}}.")
        said.append(" ".join(lines))
    if report.measures:
        said.append("{{measures}} moved the way that was wanted. A measure shows when something moved, not why.")
    return said or [words.NOBODY_ASKED]


def _next(report: ImpactReport) -> str:
    found = report.next_actions
    if not found:
        return "No action is open."
    named = [f"{one.reference} ({_when(one)})" for one in found[:FEW]]
    more = " The others stand in the report." if len(found) > FEW else ""
    return f"Still to be done or looked at again: {listing(named)}.{more}"


def _when(one: ActionLine) -> str:
    if one.review_on:
        return f"looked at again on {dates.day(one.review_on)}"
    return f"due on {dates.day(one.due)}" if one.due else "no end date"


def _limits(report: ImpactReport) -> list[str]:
    said = list(report.scope_limits)
    for one in report.told:
        results = one.results
        deciding = (
            next((wave for wave in results.response if wave.wave == results.deciding_wave), None) if results else None
        )
        if deciding and deciding.answered and 2 * deciding.answered.numerator < deciding.answered.denominator:
            said.append(f"{one.label}: fewer than half of the people asked answered ({{{{answered_{suffix(one)}}}}}).")
    if report.reach.missing:
        said.append(f"Nobody came from {listing([words.sector_words(one) for one in report.reach.missing])}.")
    if report.told:
        said.append("There was no group without the learning to compare with, so this shows what changed, not why.")
    if report.made_up:
        said.append("The people and their answers are made up.")
    return said or ["So far there is too little to say how far this carries."]


def used(sections: Mapping[str, str]) -> list[str]:
    """The placeholders in these words, each once, in order."""
    return list(dict.fromkeys(key for text in sections.values() for key in PLACEHOLDER.findall(text)))


def typed_numbers(sections: Mapping[str, str]) -> list[str]:
    """Numbers that stand in the words themselves and follow no figure: whoever checks the words looks at them.

    >>> typed_numbers({"short": "On 5 March 2024 LDA-014 reached {{people}}, 45% of 1,200 and 7 more."})
    ['45%', '1,200', '7']
    """
    found = []
    for text in sections.values():
        plain = PLACEHOLDER.sub("", text)
        for match in TYPED.finditer(plain):
            after = plain[match.end() :].split(maxsplit=1)
            month = bool(after) and after[0].strip(".,;:") in MONTHS
            year = re.fullmatch(r"(?:19|20)\d\d", match[0])
            named = bool(after) and after[0].strip(".,;:") in ("months", "weeks", "to")
            if not (month or year or named):
                found.append(match[0])
    return list(dict.fromkeys(found))


def filled(text: str, known: Mapping[str, Fact]) -> str:
    """Words with their figures as they are now."""
    return PLACEHOLDER.sub(lambda match: known[match[1]].words if match[1] in known else GONE, text)


def snapshot(sections: Mapping[str, str], known: Mapping[str, Fact]) -> dict[str, str]:
    """What each figure in the words stands for now, to be kept with them."""
    return {key: _kept(known[key]) for key in used(sections) if key in known}


def _kept(fact: Fact) -> str:
    if not fact.from_answers:
        return fact.words
    return MARK + hashlib.sha256(f"{fact.key}:{fact.words}".encode()).hexdigest()[:16]


def changed(kept: Mapping[str, str], known: Mapping[str, Fact]) -> tuple[Changed, ...]:
    """The figures in words that are not what they were when the words were kept."""
    found = []
    for key, was in kept.items():
        fact = known.get(key)
        if fact is None:
            found.append(Changed(key, key.replace("_", " ").capitalize(), "", GONE))
        elif _kept(fact) != was:
            found.append(Changed(key, fact.about, "" if was.startswith(MARK) else was, fact.words))
    return tuple(found)


def paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of a text: what an empty line parts."""
    return tuple(" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip())


def narrative(report: ImpactReport, version: ReportNarrative | None) -> Narrative:
    """The words of a report as they are printed: of a version, or of the rule where nobody has kept any."""
    known = facts(report)
    texts: Mapping[str, str] = version.sections if version else draft(report)
    sections = tuple(
        (title, paragraphs(filled(texts.get(key, ""), known)))
        for key, title in SECTIONS.items()
        if texts.get(key, "").strip()
    )
    published = version is not None and version.state is NarrativeState.PUBLISHED
    return Narrative(sections, not published, mark_of(version), changed(version.figures, known) if version else ())


def mark_of(version: ReportNarrative | None) -> str:
    """How far words are, in a sentence."""
    if version is None:
        return "Made by rule from the figures. Nobody has looked at these words yet."
    day = dates.day(dates.london(version.at))
    made = "Made by rule from the figures" if version.by_rule else "Edited"
    return {
        NarrativeState.DRAFT: f"{made}, {day}. Nobody has checked these words yet.",
        NarrativeState.CHECKED: f"{made} and checked, {day}. Not published yet.",
        NarrativeState.PUBLISHED: f"Published on {day}.",
        NarrativeState.WITHDRAWN: f"What was published was withdrawn on {day}.",
    }[version.state]


def history_words(found: Sequence[ReportNarrative]) -> list[tuple[str, str, str, str]]:
    """The versions as rows: which, what happened, who and when, and why."""
    done = {
        NarrativeState.DRAFT: "Kept as a draft",
        NarrativeState.CHECKED: "Checked",
        NarrativeState.PUBLISHED: "Published",
        NarrativeState.WITHDRAWN: "Withdrawn",
    }
    return [
        (
            str(one.number),
            "Draft by rule" if one.by_rule and one.state is NarrativeState.DRAFT else done[one.state],
            f"{one.by.name if one.by else 'By the system'}, {dates.day_time(one.at)}",
            one.why or "–",
        )
        for one in found
    ]
