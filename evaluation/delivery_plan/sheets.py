"""The highlight report and the plan as tables and on paper, all printed from the one value of `report.Highlight`."""

from datetime import date, datetime
from typing import Any

from flask import current_app

from evaluation.delivery_plan import report, rules
from evaluation.delivery_plan.models import DeliveryPlan
from evaluation.delivery_plan.report import Highlight
from lms import dates, exports, pdf
from lms.exports import Cell, Column, Sheet

#: One row for each figure.
FLAT = (
    Column("Part", width=20),
    Column("Figure", width=60),
    Column("Number", "number"),
    Column("Of", "number"),
    Column("Share", "share"),
    Column("At the last report", "number"),
    Column("Level", width=24),
    Column("Level at the last report", width=24),
    Column("How it moved", width=24),
    Column("Period", width=34),
)
ACTIONS = (
    Column("Action", width=8),
    Column("Wording", width=60),
    Column("Priority", width=40),
    Column("Lead", width=32),
    Column("Due", width=16),
    Column("Level", width=24),
    Column("Level at the last report", width=24),
    Column("How it moved", width=22),
    Column("Last reported", width=16),
    Column("Done in the period", width=60),
    Column("What is stuck", width=50),
    Column("What is asked of the Executive", width=50),
)
RULE = (
    "The level of a priority, and of the plan, is the highest that at least half of its actions have reached. The level of an "
    "action is the one last reported by the end of the period."
)


def period(found: Highlight) -> str:
    """From when until when."""
    return f"{dates.day(found.period_from)} to {dates.day(found.period_until)}"


def figures(found: Highlight) -> list[list[Cell]]:
    """Every figure of the report in one list, in the order of the page."""
    total, when = len(found.actions), period(found)
    rows: list[list[Cell]] = []
    whole = found.reached
    rows.append(_level(found, "The plan", "The plan as a whole", whole.level, found.then, whole.there, whole.of, when))
    for name, now, then in found.counts:
        rows.append(["Levels", name, now, total, now / total if total else None, then, None, None, None, when])
    for name, number in found.moves.items():
        rows.append(["Moves", name, number, total, number / total if total else None, None, None, None, None, when])
    for name, some in (
        ("Nothing reported in the period", found.silent),
        ("Something is stuck", found.stuck),
        ("Something is asked of the Executive", found.asked),
        ("Past its date, and not delivered", found.overdue),
    ):
        number = len(some)
        rows.append(["Actions", name, number, total, number / total if total else None, None, None, None, None, when])
    for one in found.priorities:
        stands = one.reached
        name = f"{one.number} {one.title}"
        rows.append(_level(found, "Priorities", name, stands.level, one.then, stands.there, stands.of, when))
    return rows


def _level(
    found: Highlight, part: str, name: str, level: int, then: int | None, there: int, of: int, when: str
) -> list[Cell]:
    moved = rules.moved(level, then)
    share = there / of if of else None
    return [part, name, there, of, share, None, found.level(level), found.level(then), moved, when]


def csv(found: Highlight) -> bytes:
    """Every figure as one flat table."""
    return exports.csv_bytes(FLAT, figures(found))


def actions(found: Highlight) -> list[list[Cell]]:
    """One row for each action."""
    return [
        [
            one.label,
            one.wording,
            f"{each.number} {each.title}",
            one.lead,
            one.due,
            found.level(one.now),
            found.level(one.then),
            one.moved,
            one.heard_on,
            "\n".join(f"{dates.day(said.dated)}: {said.words} ({said.by})" for said in one.done),
            one.stuck,
            one.asked,
        ]
        for each in found.priorities
        for one in each.actions
    ]


def workbook(found: Highlight, partnership: str) -> bytes:
    """The report as a workbook: every figure, and every action."""
    return exports.workbook(
        [Sheet("Figures", FLAT, figures(found), (RULE, _meeting(found))), Sheet("Actions", ACTIONS, actions(found))],
        title=f"{found.plan}: highlight report",
        author=partnership,
    )


def _meeting(found: Highlight) -> str:
    if found.meeting_on is None:
        return f"A draft, as it would be on {dates.day(found.period_until)}."
    return f"For the meeting on {dates.day(found.meeting_on)}."


def paper(
    document: dict[str, Any], *, reference: str, partnership: str, theme: str, made_up: bool, produced: datetime
) -> bytes:
    """A kept report as a PDF."""
    found = report.of_document(document)
    public: str = current_app.config["PUBLIC_URL"]
    address = current_app.url_map.bind("").build("delivery_plan.kept", {"reference": reference})
    return pdf.render(
        "pdf/highlight.html",
        title="Delivery plan highlight report",
        author=partnership,
        subject=f"{found.plan}: {reference}",
        theme=theme,
        partnership=partnership,
        reference=reference,
        produced=dates.day_time(produced),
        made_up=made_up or found.made_up,
        address=public + address,
        found=found,
        period=period(found),
        rule=RULE,
    )


# The plan itself.

PLAN = (
    Column("Priority", width=40),
    Column("Action", width=8),
    Column("Wording", width=60),
    Column("Lead", width=32),
    Column("Due", width=16),
    Column("Success measures, and how they are seen", width=60),
    Column("Actions of the log", width=20),
    Column("Level", width=24),
    Column("Reported on", width=16),
    Column("Last report", width=60),
    Column("Taken out on", width=16),
)


def plan_rows(plan: DeliveryPlan) -> list[list[Cell]]:
    """The plan as it stands, one row for each action, those that were taken out too."""
    rows: list[list[Cell]] = []
    for priority in plan.priorities:
        for one in priority.actions:
            newest = one.progress[-1] if one.progress else None
            measures = [f"{each.what} ({each.seen_by})" for each in one.measures if each.ended_on is None]
            rows.append(
                [
                    f"{priority.number} {priority.title}",
                    one.label,
                    one.wording,
                    one.lead,
                    one.due,
                    "\n".join(measures),
                    ", ".join(each.reference for each in one.log),
                    newest.level.name if newest else report.NOTHING,
                    newest.dated if newest else None,
                    newest.done if newest else "",
                    one.taken_out_on,
                ]
            )
    return rows


def plan_csv(plan: DeliveryPlan) -> bytes:
    """The plan as a flat table."""
    return exports.csv_bytes(PLAN, plan_rows(plan))


def plan_workbook(plan: DeliveryPlan, partnership: str, today: date) -> bytes:
    """The plan as a workbook, with its levels and its deep dives."""
    levels: list[list[Cell]] = [[one.position, one.name, one.meaning, one.delivered] for one in plan.levels]
    dives: list[list[Cell]] = [
        [one.held_on, f"{each.number} {each.title}", one.group.name, one.found, one.called_off_why]
        for each in plan.priorities
        for one in each.dives
    ]
    sheets = [
        Sheet("Plan", PLAN, plan_rows(plan), (f"As it stood on {dates.day(today)}.",)),
        Sheet(
            "Levels",
            (
                Column("Place", "number"),
                Column("Level", width=30),
                Column("Meaning", width=60),
                Column("Delivered", width=10),
            ),
            levels,
        ),
        Sheet(
            "Deep dives",
            (
                Column("Date", width=16),
                Column("Priority", width=50),
                Column("Group", width=32),
                Column("What it found", width=80),
                Column("Called off because", width=40),
            ),
            sorted(dives, key=lambda row: str(row[0])),
        ),
    ]
    return exports.workbook(sheets, title=plan.name, author=partnership)
