"""An event as tables and on paper: who was asked about what, what was sent, what was found. One value for every format."""

from datetime import datetime

from evaluation.assurance import emails, rules
from evaluation.assurance.models import Ask, AssuranceEvent
from lms import dates, exports, pdf
from lms.exports import Cell, Column, Sheet
from lms.organisations.models import Partnership

ASKED = (
    Column("Action", width=12),
    Column("What was to be done", width=60),
    Column("Agency", width=32),
    Column("Sent", width=22),
    Column("Sent on", width=16),
    Column("Versions", "number"),
    Column("Evidence", "number"),
    Column("What they say", width=60),
    Column("What the panel found", width=20),
    Column("Why", width=60),
    Column("Judged on", width=16),
    Column("Answers in by then", "number"),
    Column("Answers asked for by then", "number"),
    Column("Judgements", "number"),
)


def sent_words(ask: Ask) -> str:
    """Whether an answer is in, in a few words."""
    found = rules.sent(ask)
    if found is None:
        return "Not sent"
    return ("Nothing to show yet" if found.nothing_yet else "Sent") + (", late" if found.late else "")


def found_words(ask: Ask) -> str:
    """What the panel found, in a few words."""
    found = rules.judgement(ask)
    return found.found.label if found else "Not judged"


def _row(ask: Ask) -> list[Cell]:
    sent, judged = rules.sent(ask), rules.judgement(ask)
    return [
        ask.action.reference,
        ask.action.wording,
        ask.agency.organisation.name,
        sent_words(ask),
        dates.london(sent.sent_at).date() if sent and sent.sent_at else None,
        sum(one.sent_at is not None for one in ask.answers),
        len(sent.evidence) if sent else 0,
        sent.statement if sent else "",
        found_words(ask),
        judged.reason if judged else "",
        dates.london(judged.judged_at).date() if judged else None,
        judged.sent_then if judged else None,
        judged.asked_then if judged else None,
        len(ask.judgements),
    ]


def rows(event: AssuranceEvent) -> list[list[Cell]]:
    """One row for each action and agency, by action and then by agency."""
    asks = [ask for agency in rules.live(event.agencies) for ask in rules.asked(agency)]
    return [_row(ask) for ask in sorted(asks, key=lambda one: (one.action.reference, one.agency.organisation.name))]


def csv(event: AssuranceEvent) -> bytes:
    """The event as one flat table."""
    return exports.csv_bytes(ASKED, rows(event))


def workbook(event: AssuranceEvent, partnership: str) -> bytes:
    """The event as a workbook: in short, action by action, new actions, and what happened."""
    counted = rules.counted(event.agencies)
    short: list[list[Cell]] = [
        ["Event", f"{event.reference}: {event.title}"],
        ["When", emails.when_of(event).replace("\n", ", ")],
        ["About", event.about],
        ["Last day for evidence", event.evidence_until],
        ["Answers asked for", counted.asked],
        ["Answers in", counted.sent],
        ["Of them late", counted.late],
        ["Of them nothing to show yet", counted.nothing_yet],
        ["Agencies", counted.agencies],
        ["Agencies that have sent everything", counted.agencies_done],
    ]
    new: list[list[Cell]] = [
        [
            one.action.reference,
            one.action.wording,
            one.follows.reference,
            one.action.owner_organisation.name if one.action.owner_organisation else one.action.owner_group.name,
            one.action.due,
        ]
        for one in event.new_actions
    ]
    history: list[list[Cell]] = [[one.at, one.by, one.what, one.why] for one in event.steps]
    return exports.workbook(
        [
            Sheet("In short", (Column("What", width=34), Column("Answer", width=90)), short),
            Sheet("Actions and agencies", ASKED, rows(event)),
            Sheet(
                "New actions",
                (
                    Column("Action", width=12),
                    Column("What is to be done", width=60),
                    Column("Follows from", width=14),
                    Column("Owner", width=32),
                    Column("Due", width=16),
                ),
                new,
            ),
            Sheet(
                "History",
                (Column("When", width=18), Column("Who", width=30), Column("What", width=60), Column("Why", width=60)),
                history,
            ),
        ],
        title=f"{event.reference}: {event.title}",
        author=partnership,
    )


def paper(event: AssuranceEvent, panel: list[str], here: Partnership | None, now: datetime) -> bytes:
    """The outcome of an event as a PDF."""
    name = here.name if here else ""
    asks = [ask for agency in rules.live(event.agencies) for ask in rules.asked(agency)]
    return pdf.render(
        "pdf/assurance.html",
        title=event.title,
        author=name,
        subject=f"Outcome of {event.reference}",
        theme=here.key if here else "",
        partnership=name,
        reference=event.reference,
        produced=dates.day_time(now),
        made_up=event.made_up or bool(here and here.made_up),
        address=emails.address_of("assurance.event", reference=event.reference),
        event=event,
        panel=panel,
        when=emails.when_of(event),
        counted=rules.counted(event.agencies),
        asks={
            action.reference: sorted(
                (one for one in asks if one.action_id == action.id), key=lambda one: one.agency.organisation.name
            )
            for action in event.actions
        },
        rules=rules,
        sent_words=sent_words,
        found_words=found_words,
    )
