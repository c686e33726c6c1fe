"""The analysis and the returns as tables, printed from the same values as the pages."""

from datetime import date

from evaluation.training_needs.analysis import SECTIONS, Analysis
from evaluation.training_needs.returns import Summary
from evaluation.training_needs.rules import stands
from lms import dates
from lms.exports import Cell, Column, Sheet, csv_bytes, workbook

NEEDS = (
    Column("Part", width=28),
    Column("Need", width=50),
    Column("Count", "number"),
    Column("Of", "number"),
    Column("Unit", width=24),
    Column("Share", "share"),
    Column("More", width=60),
    Column("Read from", width=20),
)
TOPICS = (
    Column("Topic", width=50),
    Column("Staff trained", "number"),
    Column("Staff in scope", "number"),
    Column("Share", "share"),
    Column("Organisations", "number"),
)
ANSWERS = (
    Column("Organisation", width=40),
    Column("Sector", width=24),
    Column("State", width=26),
    Column("Version", "number"),
    Column("Late"),
    Column("Topic", width=40),
    Column("Staff trained", "number"),
    Column("Staff in scope", "number"),
    Column("Share", "share"),
)


def needs_rows(analysis: Analysis) -> list[list[Cell]]:
    """Every line of the analysis."""
    return [
        [
            SECTIONS[one.section][0], one.title, one.count, one.base, one.many,
            one.count / one.base if one.count is not None and one.base else None, one.more, one.source,
        ]
        for one in analysis.lines
    ]  # fmt: skip


def needs_file(analysis: Analysis, kind: str) -> bytes:
    """The analysis as CSV or as a workbook."""
    rows = needs_rows(analysis)
    if kind == "csv":
        return csv_bytes(NEEDS, rows)
    notes = [
        f"As on {dates.day(analysis.on)}. Lines count different things and are never added up.",
        *analysis.bases.values(),
    ]
    return workbook([Sheet("Training needs", NEEDS, rows, notes)], title="Training needs analysis")


def topic_rows(found: Summary) -> list[list[Cell]]:
    """One row for each topic; no row adds them up."""
    return [
        [
            one.topic.name,
            one.trained,
            one.in_scope,
            one.trained / one.in_scope if one.in_scope else None,
            one.organisations,
        ]
        for one in found.topics
    ]


def answer_rows(found: Summary, today: date) -> list[list[Cell]]:
    """One row for each organisation and topic of its newest version; one row for each that has not answered."""
    names = {topic.topic.id: topic.topic.name for topic in found.topics}
    rows: list[list[Cell]] = []
    for one in found.returns:
        version = one.versions[-1] if one.versions else None
        first = one.versions[0] if one.versions else None
        words, _ = stands(
            dates.london(first.sent_at).date() if first else None,
            bool(first and first.late),
            one.draft is not None,
            found.round.deadline,
            today,
        )
        head: list[Cell] = [one.organisation.name, one.organisation.sector.name, words]
        if version is None:
            rows.append([*head, None, None, None, None, None, None])
            continue
        for figure in version.figures:
            share = figure.trained / figure.in_scope if figure.in_scope else None
            rows.append(
                [
                    *head,
                    version.number,
                    bool(first and first.late),
                    names[figure.topic_id],
                    figure.trained,
                    figure.in_scope,
                    share,
                ]
            )
    return rows


def returns_file(found: Summary, kind: str, today: date) -> bytes:
    """The returns of a year as CSV (organisation by organisation) or as a workbook with the topics first."""
    if kind == "csv":
        return csv_bytes(ANSWERS, answer_rows(found, today))
    base = f"{found.answered} of {found.asked} organisations asked have answered. Staff as the organisations say."
    return workbook(
        [
            Sheet(
                "By topic",
                TOPICS,
                topic_rows(found),
                [base, "Topics are not added up: people are in scope of several."],
            ),
            Sheet("By organisation", ANSWERS, answer_rows(found, today), [base]),
        ],
        title=f"Training returns {found.round.year}",
    )
