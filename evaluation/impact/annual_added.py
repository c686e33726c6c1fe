"""The parts of the chapter about money and about difference. Pure, like `annual_sections`."""

from datetime import date

from evaluation.costs import sentences as cost_words
from evaluation.costs.models import BudgetColumn, BudgetSide
from evaluation.costs.rules import Budget, per_person
from evaluation.impact.annual import Annual
from evaluation.impact.annual_counts import Printed
from evaluation.impact.annual_documents import documents, flags_of
from evaluation.impact.annual_published import PrintedTable
from evaluation.impact.annual_tables import Figure, Line, Measure, Part, Section, Table, pounds
from lms import dates
from lms.charts import Bar
from lms.words import MINUS, percent, plural, thousands


def sections(annual: Annual) -> tuple[Section, ...]:
    """Costs, budget, what only documents print, what was found, what was said and done, and quotes, in this order."""
    return (
        _costs(annual),
        _budget(annual),
        documents(annual),
        _effect(annual),
        _you_said(annual),
        _quotes(annual),
    )


def in_pounds(pence: int | None) -> int | float | None:
    """Pounds as a number: a whole one where there are no pence."""
    if pence is None:
        return None
    return pence // 100 if pence % 100 == 0 else pence / 100


def _costs(annual: Annual) -> Section:
    money, first, last = annual.money, annual.first, annual.last
    if not money.courses:
        return Section(
            "costs", "What learning cost", "", empty=f"No cost of a session is written down, {annual.period}."
        )
    paid = "What was paid for sessions of the period; shared costs in equal parts."
    measures = (
        Measure(
            "sessions", "Sessions with a cost", "sessions", first, last, "Sessions somebody came to that bear a cost."
        ),
        Measure("paid", "Paid", "pounds", first, last, paid),
        Measure("in_kind", "In kind", "pounds", first, last, "What was given, at the value written down for it."),
        Measure("total", "Both", "pounds", first, last, "Paid and in kind."),
        Measure("charged", "Charged", "pounds", first, last, "What organisations were charged for places, not waived."),
        Measure("people", "People, each once", "people", first, last, "People who came to a session of the course."),
        Measure(
            "each",
            "Paid for each",
            "pounds",
            first,
            last,
            "Paid, for each person; only where every session has a cost.",
        ),
    )
    lines = []
    for one in money.courses:
        cost = one.cost
        each = per_person(cost.paid, one.people) if cost.complete else None
        lines.append(
            Line(
                one.course.code,
                one.course.title,
                (
                    Figure(cost.sessions),
                    Figure(in_pounds(cost.paid)),
                    Figure(in_pounds(cost.total - cost.paid)),
                    Figure(in_pounds(cost.total)),
                    Figure(in_pounds(cost.charged)),
                    Figure(one.people),
                    Figure(in_pounds(each), why="" if each is not None else "not every session has a cost"),
                ),
            )
        )
    table = Table(
        key="costs",
        title="Costs by course",
        caption=f"What learning cost, {annual.period}",
        head="Course",
        measures=measures,
        lines=tuple(lines),
        notes=(cost_words.for_each(money.cost, money.people),),
        bars=tuple(Bar(one.course.title, one.cost.total / 100, pounds(one.cost.total / 100)) for one in money.courses)
        if len(money.courses) > 1
        else (),
        bars_title="What each course cost, with what was given in kind",
    )
    lead = " ".join(filter(None, (cost_words.in_short(money.cost), cost_words.charges(money.cost))))
    return Section("costs", "What learning cost", lead, (table,))


def _budget(annual: Annual) -> Section:
    printed = annual.printed.get("budget")
    tables = [_budget_table(annual, one, printed) for one in annual.money.budgets]
    if not tables:
        empty = f"No budget is written down for a financial year that ends in the period {annual.period}."
        return Section("budget", "Budget", "", empty=empty)
    said = [sentence for one in annual.money.budgets for sentence in cost_words.balances(one)]
    return Section("budget", "Budget", " ".join(said), tuple(tables))


def _budget_table(annual: Annual, budget: Budget, printed: PrintedTable | None) -> Table:
    start = int(budget.year[:4])
    first, last = budget_days(start)
    own = printed if printed and (printed.first, printed.last) == (first, last) else None
    columns = budget.columns()
    rule = {
        BudgetColumn.PLANNED: "What was planned, as it is written down.",
        BudgetColumn.ACTUAL: "What it came to, as it is written down.",
    }

    def figures(sums: list[int | None], label: str) -> tuple[Figure, ...]:
        return tuple(
            Figure(
                in_pounds(pence),
                _printed(own, label) if column is BudgetColumn.ACTUAL else None,
                "" if pence is not None else "not written down",
            )
            for column, pence in zip(columns, sums, strict=True)
        )

    lines = []
    for side in BudgetSide:
        lines += [
            Line(
                f"{side.value}-{place}",
                f"{side.label}: {row.name}",
                figures([row.sum_of(c) for c in columns], row.name),
            )
            for place, row in enumerate(budget.rows(side), 1)
        ]
        totals = [budget.total(side, column) for column in columns]
        if len(budget.rows(side)) > 1:
            lines.append(Line(f"{side.value}-total", f"All {side.label.lower()}", figures(totals, "")))
    expenses = budget.total(BudgetSide.EXPENSE, columns[-1])
    sums = [(row.name, row.sum_of(columns[-1])) for row in budget.rows(BudgetSide.EXPENSE)]
    return Table(
        key=f"budget_{budget.year}",
        title=f"Budget by heading {budget.year}",
        caption=f"Budget by heading, {dates.period(first, last)}{' (made up)' if budget.made_up else ''}",
        head="Heading",
        measures=tuple(Measure(one.value, one.label, "pounds", first, last, rule[one]) for one in columns),
        lines=tuple(lines),
        total=Line("balance", "Income less expenses", figures([budget.balance(column) for column in columns], "")),
        parts=tuple(
            Part(
                *(f"share-{place}", f"{name}, of all expenses", pence // 100, expenses // 100, "pound"),
                rule="The heading, of all expenses added; whole pounds.",
                decimals=1,
            )
            for place, (name, pence) in enumerate(sums, 1)
            if pence is not None and expenses
        ),
        notes=(*cost_words.stated(budget), "Totals and the balance are worked out from the rows."),
        bars=tuple(Bar(name, pence / 100, pounds(pence / 100)) for name, pence in sums if pence is not None)
        if len([pence for _, pence in sums if pence is not None]) > 1
        else (),
        bars_title=f"Expenses by heading, {columns[-1].label.lower()}",
        flags=flags_of(annual, "budget") if own else (),
    )


def budget_days(start: int) -> tuple[date, date]:
    """The days of the financial year that begins in a year."""
    return date(start, 4, 1), date(start + 1, 3, 31)


def _printed(table: PrintedTable | None, label: str) -> Printed | None:
    """What was printed for a heading."""
    row = next((one for one in table.rows if one.label == label), None) if table else None
    return Printed(str(row.number), row.qualifier, True, table.document, row.label) if row and table else None


# What was found, said and done.


def _effect(annual: Annual) -> Section:
    title = "What was found"
    if not annual.is_report_year:
        return Section(
            "effect", title, "", empty="Results are released by report year, so there are none for other days."
        )
    if not annual.effects:
        return Section("effect", title, "", empty=f"No result of a course is released for {annual.year}.")
    first, last = annual.first, annual.last
    rule = "People who answered every wave, of sessions that began in the report year."
    measures = (
        Measure("matched", "Answered every wave", "people", first, last, rule),
        Measure("improved", "Stood higher", "people", first, last, "Higher at the last wave than before."),
        Measure("same", "Stood the same", "people", first, last, "The same at the last wave as before."),
        Measure("worse", "Stood lower", "people", first, last, "Lower at the last wave than before."),
    )
    table = Table(
        key="effect",
        title="What was found, course by course",
        caption=f"The outcome that decides, course by course, report year {annual.year}",
        head="Course",
        measures=measures,
        lines=tuple(
            Line(
                one.code,
                one.title,
                tuple(Figure(count, why="hidden") for count in (one.matched, one.improved, one.same, one.worse)),
            )
            for one in annual.effects
        ),
        parts=tuple(
            Part(
                *(f"improved-{one.code}", f"{one.title}, stood higher", one.improved, one.matched, "person"),
                rule="Of the people who answered every wave; who did not answer is in no figure.",
                estimate=True,
                units="people",
            )
            for one in annual.effects
            if one.improved is not None and one.matched
        ),
        notes=tuple(f"{one.title}: {one.verdict}. {one.scale}." for one in annual.effects),
    )
    words = [f"{one.title}: {one.verdict}." for one in annual.effects]
    return Section("effect", title, " ".join(words), (table,))


def _you_said(annual: Annual) -> Section:
    title = "You said, we did"
    if not annual.you_said:
        empty = "No action that came from a forum or from children and families was done in the period."
        return Section("you_said", title, "", empty=empty)
    said = plural(len(annual.you_said), "thing was", "things were")
    return Section(
        "you_said",
        title,
        f"{said} told to the partnership and done in the period.",
        texts=tuple(one.words for one in annual.you_said),
    )


def _quotes(annual: Annual) -> Section:
    title = "In people’s own words"
    if not annual.quotes:
        return Section("quotes", title, "", empty="No sentence of a course held in the period has been published.")
    return Section(
        "quotes",
        title,
        "Sentences whose writers agreed to have them printed, chosen by an officer. They show what some said, not how many.",
        texts=tuple(f"“{one}”" for one in annual.quotes),
    )


def modes(annual: Annual) -> Table:
    """How sessions of core training were held, counted session by session."""
    return Table(
        key="delivery_mode",
        title="How core training was held",
        caption=f"How sessions of core training were held, {annual.period}",
        head="Held",
        measures=(
            Measure(
                "sessions",
                "Sessions held",
                "sessions",
                annual.first,
                annual.last,
                "A session is held in one way.",
            ),
        ),
        lines=tuple(Line(mode.value, mode.label, (Figure(count),)) for mode, count in annual.modes),
        total=Line("total", "All sessions", (Figure(sum(count for _, count in annual.modes)),)),
        flags=flags_of(annual, "delivery_mode"),
    )


def fewer(annual: Annual) -> tuple[str, ...]:
    """Sectors with fewer subscribers than a year before, with the base of each percentage; and the share nobody should print."""
    notes = [
        f"Fewer than a year before: {row.sector}, {MINUS}{thousands(-row.change)} of {thousands(row.before)} "
        f"({MINUS}{percent(-row.change, row.before, 1)})."
        for row in annual.bulletin
        if row.change < 0
    ]
    printed = annual.published_subscribers
    if annual.bulletin and printed and printed.number.isdigit() and int(printed.number) not in (0, annual.subscribers):
        most = max(annual.bulletin, key=lambda row: row.now)
        notes.append(
            f"Of the {printed.words} that were published, {most.sector} would be {percent(most.now, int(printed.number), 1)}. "
            "The sectors do not add up to that total, so it is no share of ours."
        )
    return tuple(notes)
