"""A course's results as tables: the spreadsheet, the CSV file, and the JSON document that command and API give."""

import json
from collections.abc import Sequence
from typing import Any

from evaluation.comments.queries import Quote
from evaluation.impact.sheets import FLAT, row
from evaluation.results import sentences as said
from evaluation.results.figures import figures
from evaluation.results.parts import parts
from evaluation.results.report import Results, Slice, WaveResponse
from lms import exports
from lms.exports import Cell, Column, Sheet

MADE_UP = "The people and their answers are made up."
#: The columns of the flat table. The part is the question of the report that the figure belongs to.
COLUMNS = (Column("Part", width=32), *FLAT[1:])


def csv(results: Results) -> bytes:
    """Every figure as one flat table."""
    names = {part.key: part.title for part in parts(results)}
    return exports.csv_bytes(COLUMNS, [row(figure, names[figure.stage]) for figure in figures(results)])


def workbook(results: Results, *, partnership: str) -> bytes:
    """In short, the verdict, one sheet for each part with every figure of it, and what the figures rest on."""
    sheets = [_summary(results, partnership), _verdict(results)]
    for part in parts(results):
        rows = [row(figure, "")[1:] for figure in figures(results) if figure.stage == part.key]
        sheets.append(Sheet(part.title, FLAT[1:], rows, [part.lead]))
    sheets.append(_notes(results))
    return exports.workbook(sheets, title=f"{results.course_title}: {results.slice.name}", author=partnership)


def _summary(results: Results, partnership: str) -> Sheet:
    rows: list[Sequence[Cell]] = [
        ["Course", f"{results.course_code} {results.course_title}"],
        ["Whose answers", said.scope(results)],
        ["Verdict", said.verdict_words(results)],
        ["In short", said.answer(results)],
        *([part.title, part.lead] for part in parts(results)),
        *([["Not in it yet", said.still_open(results)]] if results.open_rounds else []),
        *([["Not shown alone", said.withheld(results.withheld)]] if results.withheld else []),
        ["Partnership", partnership],
        *([["Demonstration", MADE_UP]] if results.made_up else []),
    ]
    return Sheet("Summary", (Column("What", width=32), Column("Answer", width=110)), rows)


def _verdict(results: Results) -> Sheet:
    columns = (Column("Rule", width=80), Column("Found", width=10), Column("Figure", width=60))
    if results.verdict is None:
        return Sheet("Verdict", columns, [], [said.answer(results)])
    rows: list[Sequence[Cell]] = [[item.sentence, item.found, item.figure] for item in results.verdict.rule]
    notes = [
        f"{results.verdict.words}. {results.verdict.sentence}",
        said.rule_words(results),
        *results.verdict.cannot_tell,
    ]
    return Sheet("Verdict", columns, rows, notes)


def _notes(results: Results) -> Sheet:
    rows: list[Sequence[Cell]] = [
        ["Hidden figures", said.hidden(results.threshold)],
        ["Change", said.SAME_PEOPLE],
        ["Intervals", f"{said.INTERVALS} Low and high are in the unit of the figure; shares from 0 to 1."],
        ["Two groups", said.DIFFERENT_PEOPLE],
        ["Looking back", said.APART],
    ]
    return Sheet("Notes", (Column("About", width=24), Column("Rule", width=110)), rows)


def document(results: Results, *, partnership: str, quotes: Sequence[Quote] = ()) -> dict[str, Any]:
    """One JSON document: whose answers, the verdict item by item, and every figure with its base, period and rule."""
    verdict = results.verdict
    return {
        "report": "course",
        "course": results.course_code,
        "title": results.course_title,
        "slice": _slice(results.slice),
        "partnership": partnership,
        "made_up": results.made_up,
        "as_at": results.as_at.isoformat(),
        "period": {
            "first": results.first_session.isoformat() if results.first_session else None,
            "last": results.last_session.isoformat() if results.last_session else None,
            "words": said.period(results),
        },
        "sessions": results.sessions,
        "open_rounds": results.open_rounds,
        "question_set": results.question_set,
        "hidden_under": results.threshold,
        "answer": said.answer(results),
        "parts": [{"key": part.key, "title": part.title, "lead": part.lead} for part in parts(results)],
        "verdict": {
            "words": said.verdict_words(results),
            "word": verdict.word if verdict else None,
            "with_limits": bool(verdict and verdict.with_limits),
            "wave": results.deciding_wave,
            "rule": [
                {"sentence": item.sentence, "found": item.found, "figure": item.figure}
                for item in (verdict.rule if verdict else ())
            ],
            "cannot_tell": list(verdict.cannot_tell) if verdict else [],
        },
        "response": [_response(wave) for wave in results.response],
        "figures": [figure.to_json() for figure in figures(results)],
        "quotes": [{"text": one.text, "wave": one.wave, "sector": one.sector} for one in quotes],
        "slices": [_slice(one) for one in results.slices],
    }


def _slice(one: Slice) -> dict[str, str]:
    return {"kind": one.kind, "key": one.key, "name": one.name}


def _response(wave: WaveResponse) -> dict[str, Any]:
    """Who answered one wave, in the shape every report has; how many were asked is no secret, but it is the base of one."""
    named = {"wave": wave.wave, "name": wave.name}
    return named | (wave.answered.to_json("answered", "invited") if wave.answered else {"suppressed": True})


def json_bytes(results: Results, *, partnership: str, quotes: Sequence[Quote] = ()) -> bytes:
    """The JSON document as a file."""
    said_of_it = document(results, partnership=partnership, quotes=quotes)
    return f"{json.dumps(said_of_it, ensure_ascii=False, indent=2, allow_nan=False)}\n".encode()
