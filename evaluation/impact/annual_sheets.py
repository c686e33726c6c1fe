"""The annual chapter as files: spreadsheet, CSV, JSON, plain text and PDF, all of them printed from the same tables."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from markupsafe import Markup

from evaluation.impact.annual import Annual, Flag
from evaluation.impact.annual_counts import Printed
from evaluation.impact.annual_sections import answer, cover_figures, period_flags, sections
from evaluation.impact.annual_tables import Figure, Line, Measure, Table, flag_cells, flag_sentence, grid, rules
from lms import charts, dates, exports, pdf
from lms.exports import Cell, Column, Sheet
from lms.organisations.models import Partnership
from lms.single_page import single_page

MADE_UP = "Demonstration: the people are made up; the counts in published tables are the published ones."
CSV_COLUMNS = (
    "table",
    "key",
    "label",
    "measure",
    "value",
    "unit",
    "published",
    "published_period_stated",
    "first_day",
    "last_day",
    "rule",
)


def document(annual: Annual, kind: str, *, here: Partnership, address: str, now: datetime) -> tuple[bytes, str]:
    """The chapter as `csv`, `json`, `xlsx`, `pdf`, `html` or `text`, and its content type.

    `address` is that of the same report as a page. Needs a request, real or pretended, because templates do.
    """
    match kind:
        case "csv":
            return exports.csv_bytes(CSV_COLUMNS, list(csv_rows(annual))), exports.CSV
        case "json":
            content = json.dumps(as_json(annual, here=here, now=now), ensure_ascii=False, indent=2)
            return f"{content}\n".encode(), "application/json"
        case "xlsx":
            return exports.workbook(
                sheets(annual, here=here, now=now), title=title(annual), author=here.name
            ), exports.XLSX
        case "text":
            return text(annual, here=here).encode(), "text/plain; charset=utf-8"
        case "html":
            return page(annual, here=here, address=address, now=now), "text/html; charset=utf-8"
    return paper(annual, here=here, address=address, now=now), "application/pdf"


def title(annual: Annual) -> str:
    """The name of the chapter."""
    return f"Learning and development {annual.year}"


def stem(annual: Annual) -> str:
    """The name of its files: the report year, or the days of another period."""
    return annual.year if annual.is_report_year else f"{annual.first}-to-{annual.last}"


def context(annual: Annual, *, on_paper: bool = False) -> dict[str, Any]:
    """What the templates of the chapter print."""
    return {
        "annual": annual,
        "name": title(annual),
        "said": answer(annual),
        "period_flags": period_flags(annual),
        "sections": sections(annual),
        "drawings": drawings(annual, on_paper=on_paper),
        "grid": grid,
        "rules": rules,
        "flag_cells": flag_cells,
        "flag_sentence": flag_sentence,
    }


def drawings(annual: Annual, *, on_paper: bool = False) -> dict[str, Markup | None]:
    """The bar chart of each table that has one, by the table's key."""
    return {
        table.key: charts.bars(
            table.bars,
            chart_id=f"bars-{table.key}",
            title=f"{table.bars_title}: {table.caption}",
            paper=on_paper,
        )
        for section in sections(annual)
        for table in section.tables
        if table.bars
    }


def paper(annual: Annual, *, here: Partnership, address: str, now: datetime) -> bytes:
    """The PDF, with a cover."""
    return pdf.render(
        "pdf/annual.html",
        title=title(annual),
        author=here.name,
        theme=here.key,
        subject=annual.period,
        partnership=here.name,
        reference=f"Learning chapter of the annual report, {annual.period}",
        answer=annual.period,
        figures=cover_figures(annual),
        produced=dates.day_time(now),
        made_up=here.made_up,
        made_up_words="Demonstration: made-up people, published counts",
        address=address,
        cover=True,
        **context(annual, on_paper=True),
    )


def page(annual: Annual, *, here: Partnership, address: str, now: datetime) -> bytes:
    """One page that needs no server: its stylesheets are in it, and it asks nobody for anything."""
    return single_page(
        "evaluation/impact/annual_file.html",
        here=here,
        address=address,
        produced=dates.day_time(now),
        **context(annual),
    )


def csv_rows(annual: Annual) -> Iterator[list[Cell]]:
    """One row for each figure; what a reader must know of a table follows as rows whose measure is `flag`."""
    for flag in period_flags(annual):
        yield _flag_row("period", flag, annual)
    for section in sections(annual):
        for table in section.tables:
            for line, measure, figure in _figures(table):
                yield [
                    table.key,
                    line.key,
                    line.label,
                    measure.key,
                    figure.value,
                    measure.unit,
                    _printed_cell(figure.printed),
                    figure.printed.period_stated if figure.printed else None,
                    measure.first,
                    measure.last,
                    figure.why or measure.rule,
                ]
            for part in table.parts:
                for key, label, count in (
                    (part.key, part.label, part.numerator),
                    (f"{part.key}_of", f"{part.label}, of", part.denominator),
                ):
                    yield [
                        *(table.key, "total", label, key, count, part.unit, None, None),
                        *(annual.first, annual.last, part.words),
                    ]
            for flag in table.flags:
                yield _flag_row(table.key, flag, annual)
        for place, words in enumerate(section.texts, 1):
            yield [
                section.key,
                str(place),
                words,
                "text",
                None,
                "",
                None,
                None,
                annual.first,
                annual.last,
                section.lead,
            ]


def _flag_row(key: str, flag: Flag, annual: Annual) -> list[Cell]:
    return [key, "flag", flag.stated, "flag", None, "", None, None, annual.first, annual.last, flag_sentence(flag)]


def _figures(table: Table) -> Iterator[tuple[Line, Measure, Figure]]:
    for line in table.all_lines:
        for measure, figure in zip(table.measures, line.figures, strict=True):
            yield line, measure, figure


def _printed_cell(printed: Printed | None) -> Cell:
    """A published figure as a number where it is one; “over 900” stays words."""
    if printed is None:
        return None
    return int(printed.number) if printed.number.isdigit() and not printed.qualifier else printed.words


def sheets(annual: Annual, *, here: Partnership, now: datetime) -> list[Sheet]:
    """A sheet that says what this is, then one for each table with its notes."""
    about: list[tuple[str, Cell]] = [
        ("Report", title(annual)),
        ("Partnership", here.name),
        ("First day", annual.first),
        ("Last day", annual.last),
        ("In short", answer(annual)),
        ("Produced", now),
        *([("Demonstration", MADE_UP.removeprefix("Demonstration: "))] if here.made_up else []),
        *(("About the period", flag_sentence(flag)) for flag in period_flags(annual)),
        *((section.title, section.empty) for section in sections(annual) if section.empty),
    ]
    found = [Sheet("About", [Column("What", width=22), Column("Value", width=60)], about)]
    for section in sections(annual):
        found += [_sheet(table) for table in section.tables]
    words = [[section.title, text] for section in sections(annual) for text in section.texts]
    if words:
        found.append(Sheet("In words", [Column("Part", width=22), Column("Words", width=60)], words))
    return found


def _sheet(table: Table) -> Sheet:
    columns = [Column("Key"), Column(table.head, width=48)]
    for place, measure in enumerate(table.measures):
        columns.append(Column(measure.label, "number", 14))
        if heading := table.printed_head(place):
            columns.append(Column(heading, "number", 14))
    rows: list[list[Cell]] = []
    for line in table.all_lines:
        row: list[Cell] = [line.key, line.label]
        for place, figure in enumerate(line.figures):
            row.append(figure.value if figure.value is not None else figure.why)
            if table.printed_head(place):
                row.append(_printed_cell(figure.printed))
        rows.append(row)
    parts = [part.words for part in table.parts]
    flags = [flag_sentence(flag) for flag in table.flags]
    return Sheet(table.title, columns, rows, notes=[table.caption, *parts, *rules(table), *table.notes, *flags])


def as_json(annual: Annual, *, here: Partnership, now: datetime) -> dict[str, Any]:
    """The chapter as one document: every figure with its unit, days and rule."""
    return {
        "report": "annual",
        "year": annual.year,
        "title": title(annual),
        "partnership": here.name,
        "made_up": MADE_UP if here.made_up else None,
        "produced": now.isoformat(),
        "period": _period(annual.first, annual.last)
        | {"words": annual.period, "months": annual.months, "is_report_year": annual.is_report_year},
        "flags": [_flag(flag) for flag in period_flags(annual)],
        "sections": [
            {
                "key": section.key,
                "title": section.title,
                "lead": section.lead,
                "empty": section.empty or None,
                "tables": [_table(table, annual) for table in section.tables],
                "texts": list(section.texts),
            }
            for section in sections(annual)
        ],
    }


def _period(first: date, last: date) -> dict[str, Any]:
    return {"first": first.isoformat(), "last": last.isoformat()}


def _flag(flag: Flag) -> dict[str, str | None]:
    return {
        "table": flag.table,
        "stated": flag.stated,
        "counted": flag.counted,
        "difference": flag.difference or None,
        "rule": flag.rule,
    }


def _table(table: Table, annual: Annual) -> dict[str, Any]:
    def line_of(line: Line) -> dict[str, Any]:
        figures = {
            measure.key: {
                "value": figure.value,
                "unit": measure.unit,
                "period": _period(measure.first, measure.last),
                "rule": measure.rule,
                "published": _published(figure.printed),
                "agrees_with_published": figure.agrees,
            }
            | ({"why": figure.why} if figure.value is None else {})
            for measure, figure in zip(table.measures, line.figures, strict=True)
        }
        return {"key": line.key, "label": line.label, "figures": figures}

    return {
        "key": table.key,
        "title": table.title,
        "caption": table.caption,
        "rows": [line_of(line) for line in table.lines],
        "total": line_of(table.total) if table.total else None,
        "shares": [
            {
                "key": part.key,
                "label": part.label,
                "numerator": part.numerator,
                "denominator": part.denominator,
                "share": part.numerator / part.denominator if part.denominator else None,
                "unit": part.unit,
                "period": _period(annual.first, annual.last),
                "rule": part.rule,
                "published": _published(part.printed),
            }
            for part in table.parts
        ],
        "notes": list(table.notes),
        "flags": [_flag(flag) for flag in table.flags],
    }


def _published(printed: Printed | None) -> dict[str, Any] | None:
    if printed is None:
        return None
    return {
        "value": int(printed.number) if printed.number.isdigit() else float(printed.number),
        "qualifier": printed.qualifier or None,
        "period_stated": printed.period_stated,
        "document": printed.document,
        "place": printed.place,
    }


def text(annual: Annual, *, here: Partnership) -> str:
    """The chapter for a terminal: tables with their columns under each other."""
    lines = [f"{here.name}: {title(annual)}", annual.period]
    if here.made_up:
        lines.append(MADE_UP)
    lines += [f"Note: {flag_sentence(flag)}" for flag in period_flags(annual)]
    for section in sections(annual):
        lines += ["", section.title.upper(), section.lead or section.empty]
        for table in section.tables:
            head, rows, numbers = grid(table)
            widths = [max(len(row[place]) for row in [head, *rows]) for place in range(len(head))]
            lines += ["", table.caption]
            lines += [
                "  ".join(
                    cell.rjust(width) if place in numbers else cell.ljust(width)
                    for place, (cell, width) in enumerate(zip(row, widths, strict=True))
                ).rstrip()
                for row in [head, *rows]
            ]
            lines += [*(part.words for part in table.parts), *table.notes]
            lines += [f"Note: {flag_sentence(flag)}" for flag in table.flags]
        lines += section.texts
    return "\n".join(lines) + "\n"
