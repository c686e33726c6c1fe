"""An impact report put together: its parts in their fixed order, each with its lead, tables and drawings. Pure.

Page, paper, spreadsheet, CSV and JSON all print these parts, so that none can say what another does not.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from evaluation.impact.figures import Figure
from evaluation.impact_reports import answer_parts, grids, measure_parts, reach_parts
from evaluation.impact_reports import sentences as words
from evaluation.impact_reports.answer_parts import STAGES
from evaluation.impact_reports.grids import Grid, Row
from evaluation.impact_reports.report import ActionLine, Answers, ImpactReport
from evaluation.results import sentences as answered
from evaluation.verdict import Verdict
from lms import dates

TITLES = {
    "wanted": "What did we want to change?",
    "reach": "Who was reached?",
    "answered": "Who answered?",
    "reaction": "Reaction: what people thought of it",
    "learning": "Learning: what people know and feel ready for",
    "behaviour": "Behaviour: what people do",
    "results": "Results: what came of it",
    "verdict": "What can be said, by the rule",
    "measures": "What do the key impact measures say?",
    "cost": "What did it cost?",
    "next": "What do we do next?",
    "said": "You said, we did",
    "quotes": "In their own words",
    "limits": "What this evidence cannot tell",
}


@dataclass(frozen=True, slots=True)
class Block:
    """One finding: sentences, its tables, and the drawings beside them by their keys."""

    key: str
    title: str = ""
    said: tuple[str, ...] = ()
    grids: tuple[Grid, ...] = ()
    drawings: tuple[str, ...] = ()
    small: tuple[str, ...] = ()
    #: The course whose own report says more.
    course: str = ""
    verdict: Verdict | None = None
    rule: str = ""
    #: The state of a tag beside the title, and the list it is of.
    tag: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One question the report answers. Somebody who reads only the leads has read the report."""

    key: str
    title: str
    lead: str
    blocks: tuple[Block, ...] = ()
    points: tuple[str, ...] = field(default=())

    def figures(self) -> Iterator[Figure]:
        """Every figure of the part, in the order in which it is printed."""
        for block in self.blocks:
            for grid in block.grids:
                yield from grid.figures()


def parts(report: ImpactReport) -> tuple[Part, ...]:
    """The parts in their order. What a report can never have is left out; what is missing so far stays and says so."""
    levels = [_level(report, number) for number in STAGES] if report.answers else []
    found = [
        _wanted(report),
        _reach(report),
        _answered(report),
        *levels,
        _verdicts(report),
        *([_measures(report)] if report.measures or report.actions else []),
        Part("cost", TITLES["cost"], words.cost(report), _cost(report)),
        _next(report),
        *([_said(report)] if report.said else []),
        *([_quotes(report)] if report.quotes else []),
        Part(
            "limits",
            TITLES["limits"],
            "What to keep in mind before anything is concluded from these figures.",
            points=tuple(words.limits(report)),
        ),
    ]
    return tuple(found)


def figures(report: ImpactReport) -> list[Figure]:
    """Every figure of the report in one flat list: what spreadsheet, CSV and JSON are written from."""
    return [one for part in parts(report) for one in part.figures()]


def _wanted(report: ImpactReport) -> Part:
    blocks = [
        Block(
            f"source-{one.reference}",
            f"{one.kind}, {dates.month(one.dated)}: {one.title}",
            (f"{one.speaks} {one.learning}",),
        )
        for one in report.sources
    ]
    if report.recommendations:
        rows = tuple(Row(f"{one.reference} {one.headline}", (one.wording, one.owner)) for one in report.recommendations)
        blocks.append(
            Block(
                "recommendations",
                grids=(Grid("Recommendations", ("Recommendation", "What should change", "Owner"), rows),),
            )
        )
    if report.actions:
        head = ("Action", "What is done", "What will be seen", "Owner", "State")
        rows = tuple(
            Row(one.reference, (one.wording, one.success or "not written down", one.owner, _state(one)))
            for one in report.actions
        )
        blocks.append(Block("actions", grids=(Grid("Actions", head, rows), _counts(report))))
    return Part("wanted", TITLES["wanted"], words.wanted(report), tuple(blocks))


def _state(one: ActionLine) -> str:
    return f"{one.state_words}. {one.outcome}" if one.outcome else one.state_words


def _counts(report: ImpactReport) -> Grid:
    """How many actions stand where."""
    states = dict.fromkeys(one.state_words for one in report.actions)
    counted = {state: sum(one.state_words == state for one in report.actions) for state in states}
    rows = tuple(
        Row(state, (grids.count("wanted", f"Actions: {state}", number, "actions"),))
        for state, number in counted.items()
    )
    return Grid("Where the actions stand", ("State", "Actions"), rows)


def _reach(report: ImpactReport) -> Part:
    found, period = report.reach, reach_parts.period_of(report.reach)
    blocks = []
    if found.sectors:
        grid = reach_parts.sectors(found, period)
        blocks.append(Block("sectors", grids=(grid,), drawings=("reach",), small=(words.REACH_RULE,)))
    if found.courses:
        said = tuple(filter(None, [words.booked(found)]))
        blocks.append(Block("courses", said=said, grids=(reach_parts.courses(found, period),)))
    if found.offers:
        small = (reach_parts.NEVER_ADDED,)
        blocks.append(Block("offers", "Beside the sessions", grids=(reach_parts.offers(found, period),), small=small))
    return Part("reach", TITLES["reach"], words.reach(report), tuple(blocks))


def _answered(report: ImpactReport) -> Part:
    blocks = []
    for one in report.answers:
        said = [one.why] if one.results is None else [answered.scope(one.results)]
        if one.results is not None and len(report.answers) > 1:
            said.append(answered.response(one.results))
        grid = answer_parts.responses(one)
        blocks.append(
            Block(
                f"answered-{key_of(one)}",
                one.label,
                tuple(said),
                (grid,) if grid else (),
                (f"response-{key_of(one)}",),
                course=one.code,
            )
        )
    return Part("answered", TITLES["answered"], words.responses(report), tuple(blocks))


def key_of(answers: Answers) -> str:
    """Part of an id: the course and its slice."""
    part = answers.results.slice.key if answers.results else answers.slice_name
    return re.sub(r"[^A-Za-z0-9_-]+", "-", f"{answers.code}-{part}")


def _level(report: ImpactReport, number: str) -> Part:
    stage, many, blocks = STAGES[number], 0, []
    for one in report.told:
        found = tuple(answer_parts.of_level(one, number))
        many += sum(len(grid.rows) for grid in found)
        if not found:
            continue
        said = answer_parts.said(one, number) if len(report.answers) > 1 else ()
        drawings = tuple(
            f"waves-{key_of(one)}-{scale.key}"
            for scale in (one.results.scales if one.results else ())
            if (one.levels or {}).get(scale.key) == number
        )
        title = one.label if len(report.answers) > 1 else ""
        blocks.append(
            Block(
                f"{stage}-{key_of(one)}",
                title,
                (*said, *answer_parts.kept(one, number)),
                found,
                drawings,
                course=one.code,
            )
        )
    return Part(stage, TITLES[stage], words.level(report, number, many), tuple(blocks))


def _verdicts(report: ImpactReport) -> Part:
    blocks = []
    for one in report.answers:
        found = one.results.verdict if one.results else None
        title = f"{one.label}: {words.verdict_of(one).lower()}" if len(report.answers) > 1 else words.verdict_of(one)
        said = (words.sentence_of(one),) if len(report.answers) > 1 else ()
        rule = answered.rule_words(one.results) if one.results else ""
        blocks.append(Block(f"verdict-{key_of(one)}", title, said, verdict=found, rule=rule, course=one.code))
    return Part("verdict", TITLES["verdict"], words.verdict(report), tuple(blocks))


def _measures(report: ImpactReport) -> Part:
    blocks = [
        Block(
            f"measure-{one.key}",
            one.name,
            (f"{one.found}. {one.sentence}",),
            tuple(measure_parts.grids_of(one)),
            (f"measure-{one.key}",),
            tuple(
                filter(None, (f"{one.kind}. {one.rule}", f"Source: {one.source}" if one.source else "", one.caution))
            ),
        )
        for one in report.measures
    ]
    return Part("measures", TITLES["measures"], words.measures(report), tuple(blocks))


def _cost(report: ImpactReport) -> tuple[Block, ...]:
    spent = report.spent
    if spent is None or not spent.cost.lines:
        return ()
    return (
        Block(
            "costs",
            grids=(measure_parts.costs(spent, reach_parts.period_of(report.reach)),),
            small=tuple(measure_parts.cost_notes(spent)),
        ),
    )


def _next(report: ImpactReport) -> Part:
    rows = tuple(
        Row(one.reference, (one.wording, one.owner, _when(one), one.waits or one.state_words))
        for one in report.next_actions
    )
    head = ("Action", "What is done", "Owner", "By when", "Now")
    blocks = (Block("next-actions", grids=(Grid("Still to be done", head, rows),)),) if rows else ()
    return Part("next", TITLES["next"], words.next_up(report), blocks)


def _when(one: ActionLine) -> str:
    if one.review_on:
        return f"Looked at again on {dates.day(one.review_on)}"
    return dates.day(one.due) if one.due else "no end date"


def _said(report: ImpactReport) -> Part:
    blocks = []
    for one in report.said:
        did = tuple(
            f"{done.reference}: {done.wording} {done.state_words}{f'. {done.outcome}' if done.outcome else ''}."
            for done in one.done
        )
        did = did or ("Nothing has been decided about it yet.",)
        blocks.append(
            Block(
                f"said-{one.reference}",
                f"{one.reference}, {dates.month(one.dated)}",
                (f"{one.speaks} {one.learning}", *did),
            )
        )
    return Part("said", TITLES["said"], words.you_said(report), tuple(blocks))


def _quotes(report: ImpactReport) -> Part:
    blocks = tuple(
        Block(
            f"quote-{place}",
            said=(f"“{one.text}”",),
            small=(f"{answered.quoted(one.wave, one.sector, report.made_up)}. {one.about}.",),
        )
        for place, one in enumerate(report.quotes, start=1)
    )
    return Part("quotes", TITLES["quotes"], words.QUOTES, blocks)
