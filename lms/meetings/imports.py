"""`lms import attendance --session REF FILE`: the report of a meeting, or a table of marks or minutes, onto a register.

Only people known for certain are marked, by their address or by a name that only one person has; everything else refuses the file
and says why, since nobody is there to be asked. On the page the same file can be put on the register with what a person knows.
"""

from collections.abc import Mapping
from datetime import datetime

from lms import dates
from lms.attendance import operations as attendance
from lms.attendance.models import Mark, MarkedHow
from lms.attendance.queries import RegisterLine, register
from lms.attendance.rules import MarkGiven
from lms.catalogue.models import SessionDate
from lms.catalogue.queries import session_by_reference
from lms.errors import RuleBroken
from lms.imports import Refused, Result, Whole
from lms.meetings import reports, rules
from lms.meetings.entries import Layout
from lms.meetings.reports import Attendee, Report
from lms.meetings.rules import Booked
from lms.words import plural, tag_of

#: A row of the file with the mark it makes; the register by the id of each booking.
Given = tuple[int, MarkGiven]
Lines = Mapping[int, RegisterLine]

BY_HAND = "The register says “{}” of {}, and that was not from a report. Change it on the register"


def date_of(options: Mapping[str, str]) -> SessionDate:
    """The date that is meant. RuleBroken where none is named, or none like this exists."""
    if not options.get("session"):
        raise RuleBroken("Say which session: --session REFERENCE.")
    session = session_by_reference(options["session"])
    if session is None or session.cancelled_at:
        raise RuleBroken(f"There is no session {options['session']} that is held.")
    number = options.get("date", "1" if len(session.dates) == 1 else "")
    if not number.isdecimal() or not 1 <= int(number) <= len(session.dates):
        raise RuleBroken(
            f"{session.reference} has {plural(len(session.dates), 'date')}. Say which: --date 1 is the first."
        )
    return session.dates[int(number) - 1]


def take(data: bytes, name: str, options: Mapping[str, str], now: datetime) -> Result:
    """Put a report on the register of a date."""
    date = date_of(options)
    report = reports.read(data, name, day=dates.london(date.starts_at).date())
    lines = {line.booking.id: line for line in register(date)}
    result = Result(rows=len(report.people))
    given = _present(report, date, lines, result)
    # No other report says of its own accord what somebody wrote into a table: that they did not come, or sent apologies.
    if report.layout is Layout.TABLE:
        result.rows += len(report.absent)
        given += _absent(report, lines, result)
    for one in given:
        _count(*one, lines, result)
    if not result.refused:
        marks = [mark for _, mark in given]
        attendance.record_marks(date, given=marks, by=None, now=now, how=MarkedHow.MEETING)
    return result


def _booked(lines: Lines) -> list[Booked]:
    people = [(booking_id, line.booking.person) for booking_id, line in lines.items()]
    return [Booked(booking_id, person.name, person.email or "") for booking_id, person in people]


def _present(report: Report, date: SessionDate, lines: Lines, result: Result) -> list[Given]:
    teachers = rules.teaching(report.people, [Booked(0, one.name, one.email or "") for one in date.session.trainers])
    people = [one for one in report.people if one not in teachers]
    result.unchanged += len(teachers)
    given = []
    for person, found in zip(people, rules.matched(people, _booked(lines)), strict=True):
        if found.booking_id is None:
            result.refused.append(Refused(person.row, "email", f"{person.name}: {found.why}"))
            continue
        said = rules.proposed(
            [person],
            starts_at=date.starts_at,
            ends_at=date.ends_at,
            minimum_share=date.session.course.minimum_share,
        )
        if said.mark is None:
            result.refused.append(Refused(person.row, "minutes", f"{person.name}: {said.why}"))
        else:
            given.append((person.row, said.given(found.booking_id, said.mark)))
    return given


def _absent(report: Report, lines: Lines, result: Result) -> list[Given]:
    people = [Attendee(one.name, one.email, row=one.row) for one in report.absent]
    given = []
    for one, found in zip(report.absent, rules.matched(people, _booked(lines)), strict=True):
        if found.booking_id is None:
            result.refused.append(Refused(one.row, "email", f"{one.name}: {found.why}"))
        else:
            given.append((one.row, MarkGiven(found.booking_id, Mark.APOLOGY if one.apology else Mark.NO_SHOW)))
    return given


def _count(row: int, one: MarkGiven, lines: Lines, result: Result) -> None:
    """What becomes of a mark: new, another than before, or there already. One made by a person is not replaced."""
    line = lines[one.booking_id]
    from_at, until_at = one.times
    if line.mark is None:
        result.added += 1
    elif line.mark.says(one.mark, until_at, from_at):
        result.unchanged += 1
    elif line.mark.how in {MarkedHow.MEETING, MarkedHow.IMPORTED}:
        result.changed += 1
    else:
        why = BY_HAND.format(tag_of(line.mark.mark).word, line.booking.person.name)
        result.refused.append(Refused(row, "mark", why))


ATTENDANCE = Whole(
    "attendance",
    "Who came to a date of a session: a report of Teams, Zoom or Google Meet, or a table with email, name and minutes or mark. "
    "With --session, and --date where it has several.",
    ("session", "date"),
    take,
)
