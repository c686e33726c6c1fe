"""An impact report as tables: the spreadsheet, the CSV file, and the JSON document that command and page give."""

import json
from collections.abc import Sequence
from typing import Any

from evaluation.impact.sheets import FLAT, row
from evaluation.impact_reports import sentences as words
from evaluation.impact_reports.narrative import Narrative
from evaluation.impact_reports.parts import Part, figures, parts
from evaluation.impact_reports.report import ImpactReport
from evaluation.results import sentences as answered
from lms import exports
from lms.exports import Cell, Column, Sheet

MADE_UP = "The people and their answers are made up."
#: The columns of the flat table. The part is the question of the report that the figure belongs to.
COLUMNS = (Column("Part", width=32), *FLAT[1:])
WORDS = "In words"


def csv(report: ImpactReport, narrative: Narrative) -> bytes:
    """Every figure as one flat table; under it the words, each paragraph in the last column."""
    names = {part.key: part.title for part in parts(report)}
    rows = [row(figure, names[figure.stage]) for figure in figures(report)]
    part = f"{WORDS}, draft" if narrative.draft else WORDS
    rows += [
        [part, title, None, None, None, None, "", None, None, None, "", paragraph]
        for title, paragraphs in narrative.sections
        for paragraph in paragraphs
    ]
    return exports.csv_bytes(COLUMNS, rows)


def workbook(report: ImpactReport, narrative: Narrative, *, partnership: str) -> bytes:
    """In short, the words, one sheet for each part with every figure of it, and what the figures rest on."""
    sheets = [_summary(report, partnership), _words(narrative)]
    for part in parts(report):
        if part.key == "verdict":
            sheets.append(_verdict(part))
            continue
        notes = [part.lead, *_said(part), *part.points]
        sheets.append(Sheet(part.title, FLAT[1:], [row(figure, "")[1:] for figure in part.figures()], notes))
    sheets.append(_notes(report))
    return exports.workbook(sheets, title=report.scope.title, author=partnership)


def _said(part: Part) -> list[str]:
    """The sentences of a part, and tables that hold words and no figure."""
    said = []
    for block in part.blocks:
        said += [f"{block.title}: {one}" if block.title else one for one in block.said]
        for grid in block.grids:
            if not list(grid.figures()):
                said += [". ".join(cell.rstrip(".") for cell in line if cell) for line in grid.lines()]
        said += list(block.small)
    return said


def _summary(report: ImpactReport, partnership: str) -> Sheet:
    rows: list[Sequence[Cell]] = [
        ["Report", report.scope.title],
        ["About", report.scope.about or report.scope.words],
        ["Counted", words.counted(report)],
        *([part.title, part.lead] for part in parts(report)),
        ["Partnership", partnership],
        *([["Demonstration", MADE_UP]] if report.made_up else []),
    ]
    return Sheet("Summary", (Column("What", width=32), Column("Answer", width=110)), rows)


def _words(narrative: Narrative) -> Sheet:
    rows: list[Sequence[Cell]] = [[title, one] for title, paragraphs in narrative.sections for one in paragraphs]
    notes = [narrative.mark, *changed(narrative)]
    return Sheet(
        f"{WORDS}, draft" if narrative.draft else WORDS,
        (Column("Section", width=28), Column("Words", width=110)),
        rows,
        notes,
    )


def changed(narrative: Narrative) -> list[str]:
    """Which figures in the words have changed since these were kept, a sentence each."""
    return [
        f"Changed since these words were kept: {one.about}, now {one.now}{f', then {one.was}' if one.was else ''}."
        for one in narrative.changed
    ]


def _verdict(part: Part) -> Sheet:
    columns = (
        Column("Course", width=36),
        Column("Rule", width=80),
        Column("Found", width=10),
        Column("Figure", width=60),
    )
    rows: list[Sequence[Cell]] = []
    notes = [part.lead]
    for block in part.blocks:
        notes += block.said
        if block.verdict:
            rows += [[block.title, item.sentence, item.found, item.figure] for item in block.verdict.rule]
            notes += [block.rule, *block.verdict.cannot_tell]
    return Sheet("Verdict", columns, rows, list(dict.fromkeys(notes)))


def _notes(report: ImpactReport) -> Sheet:
    rows: list[Sequence[Cell]] = [
        ["Reach", words.REACH_RULE],
        ["Hidden figures", hidden(report)],
        ["Change", answered.SAME_PEOPLE],
        ["Intervals", f"{answered.INTERVALS} Low and high are in the unit of the figure; shares from 0 to 1."],
        ["Measures", "A measure shows when something moved, not why."],
    ]
    return Sheet("Notes", (Column("About", width=24), Column("Rule", width=110)), rows)


def hidden(report: ImpactReport) -> str:
    """What the word “hidden” stands for in this report."""
    return words.hidden([one.results.threshold for one in report.told if one.results])


def document(report: ImpactReport, narrative: Narrative, *, partnership: str, address: str) -> dict[str, Any]:
    """One JSON document: the scope, the words, every part with its lead, each verdict, and every figure with its base."""
    reach = report.reach
    return {
        "report": "impact",
        "scope": {"kind": report.scope.kind.value, "key": report.scope.key, "name": report.scope.name},
        "title": report.scope.title,
        "partnership": partnership,
        "address": address,
        "made_up": report.made_up,
        "as_at": report.as_at.isoformat(),
        "period": {"first": reach.first.isoformat() if reach.first else None, "last": reach.last.isoformat()},
        "narrative": {
            "draft": narrative.draft,
            "mark": narrative.mark,
            "sections": [{"title": title, "paragraphs": list(said)} for title, said in narrative.sections],
            "changed_since": [{"figure": one.about, "now": one.now} for one in narrative.changed],
        },
        "parts": [
            {"key": part.key, "title": part.title, "lead": part.lead, "said": [*_said(part), *part.points]}
            for part in parts(report)
        ],
        "verdicts": [
            {
                "course": one.code,
                "of": one.label,
                "words": words.verdict_of(one),
                "sentence": words.sentence_of(one),
                "rule": [
                    {"sentence": item.sentence, "found": item.found, "figure": item.figure}
                    for item in (one.results.verdict.rule if one.results and one.results.verdict else ())
                ],
                "cannot_tell": list(one.results.verdict.cannot_tell) if one.results and one.results.verdict else [],
            }
            for one in report.answers
        ],
        "figures": [figure.to_json() for figure in figures(report)],
        "quotes": [
            {"text": one.text, "wave": one.wave, "sector": one.sector, "about": one.about} for one in report.quotes
        ],
        "limits": words.limits(report),
    }


def json_bytes(report: ImpactReport, narrative: Narrative, *, partnership: str, address: str) -> bytes:
    """The JSON document as a file."""
    said = document(report, narrative, partnership=partnership, address=address)
    return f"{json.dumps(said, ensure_ascii=False, indent=2, allow_nan=False)}\n".encode()
