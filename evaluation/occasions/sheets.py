"""A closed survey as a table and as a document, printed from the same value as the page: what is hidden there is hidden here."""

from typing import Any

from evaluation.occasions.models import Occasion
from evaluation.occasions.results import Asked, Line, Results
from lms import exports
from lms.exports import Cell, Column

#: One row for each number.
FLAT = (
    Column("Part", width=24),
    Column("Question", width=60),
    Column("Answer", width=40),
    Column("Of", width=24),
    Column("People", "number"),
    Column("Of all who answered", "number"),
    Column("Share", "share"),
    Column("Low", "share"),
    Column("High", "share"),
    Column("Hidden", width=8),
)
EVERYBODY = "Everybody"


def csv(results: Results) -> bytes:
    """Every number as one flat table."""
    rows = [
        row
        for part, questions in results.parts
        for asked in questions
        for line in asked.lines
        for row in _rows(part, asked, line)
    ]
    return exports.csv_bytes(FLAT, rows)


def _rows(part: str, asked: Asked, line: Line) -> list[list[Cell]]:
    head: list[Cell] = [part, asked.wording, line.label]
    if line.share is None:
        rows: list[list[Cell]] = [[*head, EVERYBODY, None, None, None, None, None, True]]
    else:
        low, high = line.share.interval() or (None, None)
        rows = [
            [*head, EVERYBODY, line.share.numerator, line.share.denominator, line.share.value, low, high, False],
        ]
    for sector, people in zip(asked.sectors, line.by_sector, strict=True):
        rows.append([*head, sector, people, None, None, None, None, people is None])
    return rows


def document(occasion: Occasion, results: Results) -> dict[str, Any]:
    """The survey as JSON; a hidden number is null."""
    return {
        "reference": occasion.reference,
        "title": occasion.title,
        "kind": occasion.kind.value,
        "asked": results.share.denominator,
        "answered": results.share.numerator,
        "questions": [
            {
                "part": part,
                "key": asked.key,
                "question": asked.wording,
                "several_answers": asked.several,
                "answers": [_line(asked, line) for line in asked.lines],
            }
            for part, questions in results.parts
            for asked in questions
        ],
    }


def _line(asked: Asked, line: Line) -> dict[str, Any]:
    return {
        "answer": line.label,
        "people": line.share.numerator if line.share else None,
        "of": line.share.denominator if line.share else None,
        "interval": list(line.share.interval() or ()) if line.share else None,
        "by_sector": dict(zip(asked.sectors, line.by_sector, strict=True)),
    }
