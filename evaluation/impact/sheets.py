"""A thread as tables: the spreadsheet, the CSV file, and the JSON document."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from evaluation.impact import change_words, offer_words, sentences
from evaluation.impact.figures import HIDE, PAIRED, Figure, figures
from evaluation.impact.queries import WaveCount
from evaluation.impact.thread import Thread
from lms import dates, exports
from lms.exports import Cell, Column, Sheet
from lms.words import tag_of

#: The columns of the flat table; a stage is named by the question it asks.
FLAT = (
    Column("Stage", width=24),
    Column("Figure", width=60),
    Column("Numerator", "number"),
    Column("Denominator", "number"),
    Column("Share", "share"),
    Column("Value", "number"),
    Column("Unit", width=16),
    Column("Low", "number"),
    Column("High", "number"),
    Column("Hidden", width=8),
    Column("Period", width=24),
    Column("Rule", width=60),
)


def row(figure: Figure, stage: str) -> list[Cell]:
    """One figure as a line of the flat table."""
    low, high = figure.interval or (None, None)
    return [
        stage,
        figure.name,
        figure.numerator,
        figure.denominator,
        figure.share,
        figure.value,
        figure.unit,
        low,
        high,
        figure.hidden,
        figure.period,
        figure.rule,
    ]


def _names(thread: Thread) -> dict[str, str]:
    return {stage.key: stage.name for stage in sentences.stages(thread)}


def csv(thread: Thread) -> bytes:
    """Every figure of the thread as one flat table."""
    names = _names(thread)
    return exports.csv_bytes(FLAT, [row(figure, names[figure.stage]) for figure in figures(thread)])


def workbook(thread: Thread, *, partnership: str) -> bytes:
    """The thread as a workbook: in short, sessions, who came, what changed, measures, verdict, and what the figures rest on."""
    title = f"{thread.recommendation.headline}: thread of {thread.recommendation.reference}"
    sheets = [_summary(thread, partnership), _actions(thread), _offers(thread), _sessions(thread), _who_came(thread)]
    sheets += [_by_agency(thread), _stage(thread, "changed"), _stage(thread, "did"), _evidence(thread)]
    sheets += [_verdict(thread), _next(thread), _notes(thread)]
    return exports.workbook(sheets, title=title, author=partnership)


def _summary(thread: Thread, partnership: str) -> Sheet:
    recommendation = thread.recommendation
    rows: list[list[Cell]] = [
        ["Recommendation", f"{recommendation.reference}: {recommendation.wording}"],
        ["Thread", recommendation.headline],
        ["Verdict", sentences.verdict_words(thread)],
        ["In short", sentences.answer(thread)],
    ]
    rows += [[stage.name, stage.lead.words] for stage in sentences.stages(thread)]
    rows += [["Counted", dates.day_time(thread.as_at)], ["Partnership", partnership]]
    return Sheet("Summary", (Column("What", width=24), Column("Answer", width=110)), rows)


def _actions(thread: Thread) -> Sheet:
    columns = (
        Column("Action", width=12),
        Column("Wording", width=70),
        Column("State", width=24),
        Column("Because", width=60),
        Column("Owner", width=30),
        Column("Due", width=14),
    )
    rows: list[Sequence[Cell]] = [
        [
            action.reference,
            action.wording,
            tag_of(thread.state(action)).word,
            " ".join(thread.stand(action).because),
            action.owner_group.name,
            action.due,
        ]
        for action in thread.actions
    ]
    source = thread.recommendation.source
    notes = [f"Source: {source.title} ({source.reference}), {dates.day(source.dated)}. {source.learning}"]
    return Sheet("Actions", columns, rows, [*notes, sentences.history_words(thread)])


def _offers(thread: Thread) -> Sheet:
    columns = (
        Column("Offer", width=50),
        Column("Kind", width=22),
        Column("Reached", "number"),
        Column("Unit", width=16),
        Column("Known one by one", width=16),
        Column("Who counted", width=60),
    )
    rows: list[Sequence[Cell]] = [
        [one.title, one.kind, one.count, one.unit, one.known, one.source] for one in thread.offers
    ]
    return Sheet("Offers", columns, rows, [offer_words.offers_note(thread)])


def _evidence(thread: Thread) -> Sheet:
    columns = (
        Column("Action", width=12),
        Column("Kind", width=20),
        Column("What it shows", width=100),
        Column("About", width=18),
    )
    rows: list[Sequence[Cell]] = list(offer_words.evidence_rows(thread))
    return Sheet("Evidence", columns, rows, ["What counts today: not taken back, and not expired."])


def _next(thread: Thread) -> Sheet:
    columns = (Column("Action", width=12), Column("What waits", width=100), Column("When", width=24))
    rows: list[Sequence[Cell]] = [
        [action.reference, action.wording, f"by {dates.day(action.due)}" if action.due else "no date"]
        for action in thread.next_actions
    ]
    return Sheet("What next", columns, rows + list(offer_words.waiting_rows(thread)))


def _sessions(thread: Thread) -> Sheet:
    columns = (
        Column("Course", width=36),
        Column("Session", width=16),
        Column("Held", width=18),
        Column("How", width=12),
        *(Column(name, "number") for name in ("Booked", "Came", "Walked in")),
    )
    rows: list[Sequence[Cell]] = [
        [
            course.course.title,
            session.reference,
            dates.london(session.starts_at).date(),
            session.mode,
            session.expected,
            session.came_expected,
            session.walked_in,
        ]
        for course in thread.courses
        for session in course.sessions
    ]
    return Sheet("Sessions", columns, rows, ["Came: of those who had booked. Walked in: came without a booking."])


def _who_came(thread: Thread) -> Sheet:
    columns = (
        Column("Sector", width=36),
        *(Column(name, "number") for name in ("People", "Agencies and schools", "Workforce")),
        Column("Share", "share"),
    )
    rows: list[Sequence[Cell]] = [
        [
            sector.sector,
            sector.people,
            sector.organisations,
            sector.workforce,
            sector.people / sector.workforce if sector.workforce else None,
        ]
        for sector in thread.sectors
    ]
    all_of_them = thread.people / thread.workforce if thread.workforce else None
    rows.append(["All sectors", thread.people, thread.organisations, thread.workforce, all_of_them])
    return Sheet("Who came", columns, rows, [f"Who is missing. {sentences.missing_words(thread)}"])


def _by_agency(thread: Thread) -> Sheet:
    columns = (Column("Sector", width=36), Column("Agency or school", width=44), Column("People", "number"))
    rows: list[Sequence[Cell]] = [
        [sector.sector, agency.agency, agency.people] for sector in thread.sectors for agency in sector.agencies
    ]
    return Sheet("By agency", columns, rows, ["Each person is counted once, where they worked when they came."])


def _stage(thread: Thread, stage: str) -> Sheet:
    """The figures of one stage; the name of the stage itself is that of the sheet."""
    rows = [row(figure, "")[1:] for figure in figures(thread) if figure.stage == stage]
    if stage == "did":
        notes = [
            f"{one.kind}. {one.name}: {one.found}. {one.sentence} {one.caution}".strip() for one in thread.measures
        ]
        return Sheet("Measures", FLAT[1:], rows, notes)
    notes = []
    if thread.change:
        notes = [f"{item.name}: {item.kept}" for item in thread.change.items]
        notes += [change_words.counts_words(scale) for scale in (thread.change.primary, *thread.change.secondary)]
        notes.append(change_words.matched_words(thread.change))
    return Sheet("What changed", FLAT[1:], rows, notes)


def _verdict(thread: Thread) -> Sheet:
    columns = (Column("Rule", width=80), Column("Found", width=10), Column("Figure", width=60))
    if thread.verdict is None:
        return Sheet("Verdict", columns, [["Nobody was asked yet.", False, ""]], ["Not enough evidence"])
    rows: list[Sequence[Cell]] = [[item.sentence, item.found, item.figure] for item in thread.verdict.rule]
    return Sheet(
        "Verdict",
        columns,
        rows,
        [
            f"{thread.verdict.words}. {thread.verdict.sentence}",
            f"{sentences.rule_words(thread)}.",
            *thread.verdict.cannot_tell,
            *(f"{one.course.title}: {'. '.join(offer_words.other_verdict(one))}" for one in thread.others),
        ],
    )


def _notes(thread: Thread) -> Sheet:
    notes = [
        ["Hidden figures", HIDE],
        ["Change", PAIRED],
        [
            "Intervals",
            "95%. Low and high are in the unit of the figure: shares from 0 to 1, differences of shares in points.",
        ],
        ["Questions", change_words.items_note(thread.change) if thread.change else "Nobody was asked yet."],
        ["Measures", "They show when something moved, not why."],
        ["Counted", f"From single records and answers, {dates.day_time(thread.as_at)}."],
    ]
    return Sheet("Notes", (Column("About", width=24), Column("Rule", width=110)), notes)


def document(thread: Thread, *, partnership: str) -> dict[str, Any]:
    """The thread as one JSON document: its words by stage, its verdict item by item, and every figure with its base."""
    verdict = thread.verdict
    return {
        "report": "thread",
        "reference": thread.recommendation.reference,
        "title": thread.recommendation.headline,
        "partnership": partnership,
        "as_at": thread.as_at.isoformat(),
        "answer": sentences.answer(thread),
        "stages": [
            {
                "key": stage.key,
                "name": stage.name,
                "when": stage.when,
                "lead": stage.lead.words,
                "open": stage.still_open,
            }
            for stage in sentences.stages(thread)
        ],
        "source": {
            "reference": thread.recommendation.source.reference,
            "title": thread.recommendation.source.title,
            "dated": thread.recommendation.source.dated.isoformat(),
        },
        "history": [
            {"dated": step.dated.isoformat(), "by": step.by, "what": step.what}
            for step in thread.recommendation.history
        ],
        "actions": [
            {
                "reference": action.reference,
                "wording": action.wording,
                "state": thread.state(action).value,
                "because": list(thread.stand(action).because),
                "due": action.due.isoformat() if action.due else None,
            }
            for action in thread.actions
        ],
        "offers": [asdict(one) for one in thread.offers],
        "evidence": [
            dict(zip(("action", "kind", "shows", "about"), row, strict=True))
            for row in offer_words.evidence_rows(thread)
        ],
        "next": {
            "actions": [action.reference for action in thread.next_actions],
            "waiting": [
                dict(zip(("action", "what", "when"), row, strict=True)) for row in offer_words.waiting_rows(thread)
            ],
        },
        "other_verdicts": [
            {"course": one.course.code, "verdict": offer_words.other_verdict(one)[0]} for one in thread.others
        ],
        "verdict": {
            "words": sentences.verdict_words(thread),
            "word": verdict.word if verdict else "not enough evidence",
            "with_limits": bool(verdict and verdict.with_limits),
            "rule": [
                {"sentence": item.sentence, "found": item.found, "figure": item.figure}
                for item in (verdict.rule if verdict else ())
            ],
            "cannot_tell": list(verdict.cannot_tell) if verdict else [],
        },
        "response": [{"wave": wave, **_response(count)} for wave, count in thread.waves],
        "measures": [
            {
                "key": one.key,
                "kind": one.kind,
                "name": one.name,
                "found": one.found,
                "sentence": one.sentence,
                "rule": one.rule,
            }
            for one in thread.measures
        ],
        "figures": [figure.to_json() for figure in figures(thread)],
    }


def _response(count: WaveCount) -> dict[str, Any]:
    share = change_words.response(count)
    return share.to_json("answered", "invited") if share else {"suppressed": True}


def json_bytes(thread: Thread, *, partnership: str) -> bytes:
    """The JSON document as a file."""
    return json.dumps(document(thread, partnership=partnership), ensure_ascii=False, indent=2, allow_nan=False).encode()
