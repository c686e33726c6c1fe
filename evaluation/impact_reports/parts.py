"""An impact report put together: its parts in their fixed order, each with its lead, tables and drawings. Pure.

Page, paper, spreadsheet, CSV and JSON all print these parts, so that none can say what another does not.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from evaluation.impact.figures import Figure
from evaluation.impact.measures import MeasureResult
from evaluation.impact_reports import answer_parts, grids
from evaluation.impact_reports import sentences as words
from evaluation.impact_reports.answer_parts import STAGES
from evaluation.impact_reports.grids import POUNDS, Cell, Grid, Row
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
        _cost(report),
        _next(report),
        *([_said(report)] if report.said else []),
        *([_quotes(report)] if report.quotes else []),
        Part("limits", TITLES["limits"], "What to keep in mind before anything is concluded from these figures.", points=tuple(words.limits(report))),
    ]  # fmt: skip
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
    found, period = report.reach, _period(report)
    blocks = []
    if found.sectors:
        rows = []
        for one in found.sectors:
            base = one.workforce or 0
            share: Cell = grids.NOT_KNOWN
            if base >= one.people and base:
                share = Figure(
                    "reach", f"{one.sector}: of the workforce", one.people, base, period=period, rule=words.REACH_RULE
                )
            rows.append(Row(one.sector, (
                grids.count("reach", f"{one.sector}: people", one.people, "people", period=period, rule=words.REACH_RULE),
                grids.count("reach", f"{one.sector}: agencies and schools", one.organisations, "agencies and schools", period=period, rule=words.REACH_RULE),
                share,
            )))  # fmt: skip
        blocks.append(
            Block(
                "sectors",
                grids=(
                    Grid(
                        "By sector",
                        ("Sector", "People who came", "Agencies and schools", "Of the workforce"),
                        tuple(rows),
                    ),
                ),
                drawings=("reach",),
                small=(words.REACH_RULE,),
            )
        )
    if found.courses:
        blocks.append(
            Block("courses", said=tuple(filter(None, [words.booked(found)])), grids=(_courses(report, period),))
        )
    if found.offers:
        rows = [
            Row(f"{one.title} ({one.kind})", (
                Figure("reach", f"{one.title}: {one.unit}", value=one.count, unit=one.unit, period=period, rule=one.source),
                one.unit, "Yes" if one.known else "No", one.source,
            ))
            for one in found.offers
        ]  # fmt: skip
        head = ("Offer", "Reached", "Counted in", "People known one by one", "Where the number is from")
        small = "These stand beside the people who came to sessions and are never added to them."
        blocks.append(
            Block("offers", "Beside the sessions", grids=(Grid("Other offers", head, tuple(rows)),), small=(small,))
        )
    return Part("reach", TITLES["reach"], words.reach(report), tuple(blocks))


def _courses(report: ImpactReport, period: str) -> Grid:
    rows = []
    for one in report.reach.courses:
        booked = Figure("reach", f"{one.title}: came, of those booked", one.came_expected, one.expected, period=period, rule="Of those who had booked a place.")  # fmt: skip
        rows.append(Row(one.title, (
            grids.count("reach", f"{one.title}: sessions", one.sessions, "sessions", period=period),
            grids.count("reach", f"{one.title}: people", one.people, "people", period=period, rule="Each counted once in this course."),
            booked,
            grids.count("reach", f"{one.title}: walked in", one.walked_in, "people", period=period),
        )))  # fmt: skip
    rows.append(Row("All, each person once", (
        grids.count("reach", "Sessions", report.reach.sessions, "sessions", period=period),
        grids.count("reach", "People", report.reach.people, "people", period=period, rule=words.REACH_RULE),
        Figure("reach", "Came, of those booked", report.reach.came.numerator, report.reach.came.denominator, period=period),
        grids.count("reach", "Walked in", report.reach.walked_in, "people", period=period),
    )))  # fmt: skip
    return Grid(
        "By course", ("Course", "Sessions", "People who came", "Came, of those booked", "Walked in"), tuple(rows)
    )


def _period(report: ImpactReport) -> str:
    found = report.reach
    return dates.period(found.first, found.last) if found.first else f"until {dates.day(found.last)}"


def _answered(report: ImpactReport) -> Part:
    blocks = []
    for one in report.answers:
        said = (one.why,) if one.results is None else (f"{answered.scope(one.results)}",)
        if one.results is not None and len(report.answers) > 1:
            said = (*said, answered.response(one.results))
        grid = answer_parts.responses(one)
        blocks.append(
            Block(
                f"answered-{key_of(one)}",
                one.label,
                said,
                (grid,) if grid else (),
                (f"response-{key_of(one)}",),
                course=one.code,
            )
        )
    return Part("answered", TITLES["answered"], words.responses(report), tuple(blocks))


def key_of(answers: Answers) -> str:
    """Part of an id: the course and its slice."""
    slice_key = answers.results.slice.key if answers.results else "none"
    return f"{answers.code}-{slice_key}".replace(":", "-").replace(" ", "-")


def _level(report: ImpactReport, number: str) -> Part:
    stage, many, blocks = STAGES[number], 0, []
    for one in report.told:
        found = tuple(answer_parts.of_level(one, number))
        many += sum(len(list(grid.figures())) for grid in found)
        if not found:
            continue
        said = answer_parts.said(one, number) if len(report.answers) > 1 else ()
        drawings = tuple(f"waves-{key_of(one)}-{scale.key}" for scale in (one.results.scales if one.results else ()) if (one.levels or {}).get(scale.key) == number)  # fmt: skip
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
            tuple(_measure_grids(one)),
            (f"measure-{one.key}",),
            tuple(
                filter(None, (f"{one.kind}. {one.rule}", f"Source: {one.source}" if one.source else "", one.caution))
            ),
        )
        for one in report.measures
    ]
    return Part("measures", TITLES["measures"], words.measures(report), tuple(blocks))


def _measure_grids(one: MeasureResult) -> Iterator[Grid]:
    name = f"{one.key} {one.name}"
    if one.comparison:
        rows = (
            Row("Before", (_counted(f"{name}: before", one.comparison.before.numerator, one.comparison.before.denominator, one.rule),)),
            Row("After", (_counted(f"{name}: after", one.comparison.after.numerator, one.comparison.after.denominator, one.rule),)),
            Row("Difference", (grids.difference("measures", f"{name}: difference", one.comparison, rule=one.rule),)),
        )  # fmt: skip
        yield Grid(f"{one.name}: before and after", ("When", "Figure"), rows)
    if one.series:
        rows = tuple(_month(name, one, place) for place in range(len(one.series.months)))
        yield Grid(f"{one.name}, by month", ("Month", "Figure"), rows, folded="See the figures by month")
    if one.audits:
        rows = tuple(
            Row(label, (_counted(f"{name}: {label}", share.numerator, share.denominator, one.rule, label),))
            for label, share in one.audits.findings
        )
        yield Grid(f"{one.name}: what was found", ("When", "Found"), rows)
    if one.scale and one.scale.change:
        unit, change = f"0 to {one.scale.highest}", one.scale.change
        rows = (
            Row("Before", (grids.mean("measures", f"{name}: before", change.mean_pre, one.scale.matched, unit, rule=one.rule),)),
            Row("After", (grids.mean("measures", f"{name}: after", change.mean_post, one.scale.matched, unit, rule=one.rule),)),
            Row("Change", (grids.mean("measures", f"{name}: change", change.mean_diff, one.scale.matched, f"{grids.CHANGE}{unit}", interval=change.interval, rule=one.rule),)),
        )  # fmt: skip
        yield Grid(f"{one.name}: the same people", ("When", "Mean"), rows)
    if one.latest:
        found = grids.share("measures", f"{name}: last wave", one.latest, rule=one.rule)
        yield Grid(f"{one.name}: the last wave", ("When", "Figure"), (Row("Last wave", (found,)),))


def _counted(name: str, numerator: int, denominator: int, rule: str, period: str = "") -> Figure:
    return Figure("measures", name, numerator, denominator, period=period, rule=rule)


def _month(name: str, one: MeasureResult, place: int) -> Row:
    assert one.series is not None  # noqa: S101  only asked of a series
    month = dates.month(one.series.months[place])
    if one.series.shares:
        share = one.series.counted[place]
        return Row(
            month,
            (
                _counted(f"{name}: {month}", share.numerator, share.denominator, one.rule, month)
                if share
                else "no figure",
            ),
        )
    value = one.series.values[place]
    found = Figure("measures", f"{name}: {month}", value=value, unit="in the month", period=month, rule=one.rule)
    return Row(month, (found if value is not None else "no figure",))


def _cost(report: ImpactReport) -> Part:
    lead, spent = words.cost(report), report.spent
    if spent is None or not spent.cost.lines:
        return Part("cost", TITLES["cost"], lead)
    found, period = spent.cost, _period(report)

    def money(name: str, pence: float, rule: str = "") -> Figure:
        return Figure("cost", name, value=round(pence) / 100, unit=POUNDS, period=period, rule=rule)

    rows = [Row(f"{one.name}{', in kind' if one.in_kind else ''}", (money(f"{one.name}{', in kind' if one.in_kind else ''}", one.pence),)) for one in found.lines]  # fmt: skip
    rows.append(Row("Paid", (money("Paid", found.paid),)))
    if found.total > found.paid:
        rows.append(
            Row("With what was given in kind", (money("With what was given in kind", found.total, words.IN_KIND),))
        )
    if found.charged:
        rows.append(Row("Charges received", (money("Charges received", found.charged),)))
    small = [words.IN_KIND] if found.total > found.paid else []
    if found.complete and spent.people:
        rows.append(Row("Per person reached", (money("Per person reached", found.total / spent.people, "All cost, in kind too, by the people who came, each once."),)))  # fmt: skip
    if found.complete and spent.evidence:
        rows.append(Row("Per person whose answers were better", (money("Per person whose answers were better", found.total / spent.evidence, "All cost, in kind too, by the people whose answers on the deciding scale were better afterwards."),)))  # fmt: skip
    elif spent.why_not:
        small.append(f"Per person with evidence of change: {spent.why_not[:1].lower()}{spent.why_not[1:]}")
    return Part(
        "cost",
        TITLES["cost"],
        lead,
        (Block("costs", grids=(Grid("Cost", ("What", "Pounds"), tuple(rows)),), small=tuple(small)),),
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
