"""What a trainer fills in: one form, with a row for each person and the few questions about somebody who walked in."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from flask import request

from lms import dates
from lms.accounts.models import Person
from lms.attendance.models import AttendanceMark, Mark, MarkedHow
from lms.attendance.queries import RegisterLine, likely_known
from lms.attendance.rules import AlreadyThere, MarkGiven, MarksRefused, ReasonMissing
from lms.catalogue.models import SessionDate
from lms.errors import RuleBroken
from lms.forms import Choice, EmailField, Form, RadiosField, SelectField, TextField, read_time
from lms.organisations.models import Organisation
from lms.words import listing, plural, tag_of

#: The buttons of a row, in the order they are drawn.
BUTTONS = (
    (Mark.ATTENDED, "Came"),
    (Mark.PART, "In part"),
    (Mark.LEFT_EARLY, "Left early"),
    (Mark.APOLOGY, "Apology"),
    (Mark.NO_SHOW, "Not here"),
)
WORDS = dict(BUTTONS)
#: Up to so many people who are left to mark are named.
NAMED = 3
MARKS = {mark.value: mark for mark in WORDS}
#: What is said where a time is missing or is no time.
TIME_MISSING = {
    Mark.LEFT_EARLY: "Enter the time at which {name} left, such as 11:15",
    Mark.PART: "Enter from when until when {name} was there, such as 10:15 and 11:45",
}
#: The answer that says: none of the people shown.
SOMEBODY_NEW = "new"


class WalkInForm(Form):
    """The fewest questions about somebody who is not on the list."""

    first_name = TextField("First name", required="Enter the first name", longest=100)
    last_name = TextField("Last name", required="Enter the last name", longest=100)
    organisation = SelectField("Where they work", required="Select where they work", empty="Select an agency or school")
    email = EmailField(
        "Work email address, if they give one",
        description="With it they get the questions and, later, their certificate",
    )

    known = RadiosField("Is it one of these?", required="Select one of these people, or that it is somebody new")

    def __init__(
        self, lines: Sequence[RegisterLine], organisations: Iterable[Organisation], *, asks: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.lines = lines
        #: Is there somebody to ask who it is? A phone that sends what it kept has nobody before it.
        self.asks = asks
        self.places = {str(one.id): one.name for one in organisations}
        self.organisation.choices = [Choice(value=value, label=name) for value, name in self.places.items()]
        #: People it may be; shown to choose from once the name and the place are known.
        self.likely: Sequence[Person] = ()

    def look(self) -> None:
        """Look whether we know somebody of this name at this place. Their address, where one is typed, says it without asking."""
        first, last, place = self.first_name.data or "", self.last_name.data or "", self.organisation.data
        self.likely = ()
        if (
            self.asks
            and place in self.places
            and not self.email.data
            and not self._is_there(f"{first} {last}", int(place))
        ):
            self.likely = likely_known(first_name=first, last_name=last, organisation_id=int(place))

    def _is_there(self, name: str, organisation_id: int) -> bool:
        """Is somebody of this name and place on the register? That is said in another sentence."""
        people = [line.booking.person for line in self.lines]
        return any((one.name.casefold(), one.organisation_id) == (name.casefold(), organisation_id) for one in people)

    def validate(self, extra_validators: object = None) -> bool:
        """Is everything readable, and is it said who it is where we may know them?"""
        self.look()
        self.known.choices = [
            *(Choice(value=str(one.id), label=one.name, hint=one.job) for one in self.likely),
            Choice(value=SOMEBODY_NEW, label="Somebody new"),
        ]
        if not self.likely:  # then nothing is asked
            self.known.data = SOMEBODY_NEW
            self.known.raw_data = [SOMEBODY_NEW]
        return bool(super().validate(extra_validators))

    @property
    def recognised(self) -> Person | None:
        """Who of those shown it is; None: somebody new, or known by the address."""
        return next((one for one in self.likely if str(one.id) == self.known.data), None)

    @property
    def filled_in(self) -> bool:
        """Is somebody to be added: was the button pressed, or a name typed and another button pressed?"""
        typed = self.first_name.data or self.last_name.data or self.email.data
        return self.is_submitted() and bool(typed or request.form.get("do") == "walk-in")


class RegisterForm(Form):
    """The marks of a register, read row by row. In `typed` are, by the booking's reference REF:

    mark-REF    the button that is down
    from-REF, until-REF   from when and until when somebody was there in part; the second is the time of leaving early too
    seen-REF    the id of the mark that stood there when the page was opened (0: none), so that a button nobody touched never
                takes back what a colleague has marked since
    mine-REF, theirs-REF   which of two marks stays; the value is the id of the colleague's
    """

    reason = TextField("Why is the register changed after it was locked?", longest=300)

    def __init__(self, lines: Sequence[RegisterLine], date: SessionDate, organisations: Iterable[Organisation]) -> None:
        super().__init__()
        self.lines = lines
        self.date = date
        self.walk_in = WalkInForm(lines, organisations)
        self.typed: dict[str, str] = request.form.to_dict() if self.is_submitted() else {}
        #: The sentence beside a row, by the booking's reference.
        self.wrong: dict[str, str] = {}
        #: The mark of a colleague that differs from what was pressed, by the booking's reference.
        self.differ: dict[str, AttendanceMark] = {}

    @property
    def problems(self) -> list[tuple[str, str | None]]:
        """What is wrong, with the control each sentence is about."""
        rows: list[tuple[str, str | None]] = []
        for line in self.lines:
            reference = line.booking.reference
            if reference in self.wrong:
                rows.append((self.wrong[reference], self.time_control(line)))
            if reference in self.differ:
                rows.append((f"Select which mark of {line.booking.person.name} stays", f"mine-{reference}"))
        return super().problems + rows + self.walk_in.problems

    def chosen(self, line: RegisterLine) -> str:
        """The button that is down in this row: what was just pressed, else what the register says."""
        return self.typed.get(f"mark-{line.booking.reference}", line.mark.mark.value if line.mark else "")

    def until(self, line: RegisterLine) -> str:
        """The time of leaving as it stands in its box."""
        return self._time(line, "until", line.mark.until_at if line.mark else None)

    def since(self, line: RegisterLine) -> str:
        """The time of coming as it stands in its box."""
        return self._time(line, "from", line.mark.from_at if line.mark else None)

    def _time(self, line: RegisterLine, box: str, known: datetime | None) -> str:
        return self.typed.get(f"{box}-{line.booking.reference}", f"{dates.london(known):%H:%M}" if known else "")

    def time_control(self, line: RegisterLine) -> str:
        """The id of the box that a sentence about a time stands beside: the first of those that are asked for."""
        return f"{'from' if self.chosen(line) == Mark.PART.value else 'until'}-{line.booking.reference}"

    def seen(self, line: RegisterLine) -> str:
        """The mark the person decides upon."""
        return self.typed.get(f"seen-{line.booking.reference}", str(line.mark.id if line.mark else 0))

    def pressed(self, line: RegisterLine) -> str:
        """What was pressed, in a sentence about two marks."""
        mark = MARKS[self.chosen(line)]
        if mark is Mark.PART:
            return f"came in part, {self.since(line) or 'from the start'} to {self.until(line) or 'the end'}"
        return WORDS[mark].lower() + (f" at {self.until(line)}" if mark is Mark.LEFT_EARLY else "")

    def validate(self, extra_validators: object = None) -> bool:
        """Is everything readable, in the rows and about somebody who walked in?"""
        fine = super().validate(extra_validators)
        walk_in_fine = not self.walk_in.filled_in or self.walk_in.validate()
        return fine and walk_in_fine and not self.wrong

    def read(self) -> list[MarkGiven]:
        """The marks somebody decided upon. What cannot be read is in `wrong`, and then nothing is to be kept."""
        return [given for line in self.lines if (given := self._read(line))]

    def _read(self, line: RegisterLine) -> MarkGiven | None:
        reference = line.booking.reference
        if self.typed.pop(f"theirs-{reference}", None):
            self._forget(reference)
            return None
        if decided := self.typed.pop(f"mine-{reference}", None):
            self.typed[f"seen-{reference}"] = decided
        mark = MARKS.get(self.typed.get(f"mark-{reference}", ""))
        if mark is None:
            return None
        try:
            from_at, until_at = self._times(reference, mark)
        except ValueError:
            self.wrong[reference] = TIME_MISSING[mark].format(name=line.booking.person.name)
            return None
        seen = self.typed.get(f"seen-{reference}", "")
        if any(str(one.id) == seen and one.says(mark, until_at, from_at) for one in line.marks):
            self._forget(reference)  # untouched: whatever the register says by now stands
            return None
        return MarkGiven(line.booking.id, mark, until_at, seen=int(seen) if seen.isdecimal() else None, from_at=from_at)

    def _times(self, reference: str, mark: Mark) -> tuple[datetime | None, datetime | None]:
        """From when and until when, as far as the mark asks for it. Of somebody there in part one box may stay empty: then it was
        from the start, or to the end. ValueError where something is no time."""
        since, until = (self.typed.get(f"{box}-{reference}", "") for box in ("from", "until"))
        if mark is Mark.LEFT_EARLY:
            return None, read_clock(until, self.date)
        if mark is not Mark.PART:
            return None, None
        if not since.strip() and not until.strip():
            raise ValueError("neither time is said")
        return (
            read_clock(since, self.date) if since.strip() else self.date.starts_at,
            read_clock(until, self.date) if until.strip() else self.date.ends_at,
        )

    def _forget(self, reference: str) -> None:
        for name in ("mark", "from", "until", "seen"):
            self.typed.pop(f"{name}-{reference}", None)

    def refuse_marks(self, broken: MarksRefused, now: Sequence[RegisterLine]) -> None:
        """Show what is wrong beside each row. `now` is the register as it has become meanwhile."""
        self.lines = now
        for line in now:
            if line.booking.id in broken.wrong:
                self.wrong[line.booking.reference] = broken.wrong[line.booking.id]
            if line.booking.id in broken.differ and line.mark:
                self.differ[line.booking.reference] = line.mark

    def refuse_rule(self, broken: RuleBroken) -> None:
        """Show a rule's sentence beside what it is about, or at the top of the page."""
        if isinstance(broken, AlreadyThere):
            self.walk_in.refuse(str(broken), "email" if self.walk_in.email.data else "last_name")
        else:
            self.refuse(str(broken), "reason" if isinstance(broken, ReasonMissing) else None)


def read_clock(typed: str, date: SessionDate) -> datetime:
    """The moment somebody came or left, as people type it on a phone: 11:15, 11.15, 1115, 1:15pm. ValueError if it is no time.

    Without “am” or “pm”, 1:15 is the one that falls into the hours of the date.
    """
    digits = re.fullmatch(r"\s*(\d{1,2})(?:[\s:.,]*(\d{2}))?\s*", typed)
    clock = read_time(f"{digits[1]}:{digits[2] or '00'}" if digits else typed)
    day = dates.london(date.starts_at).date()
    found = dates.from_london(day, clock.hour, clock.minute)
    if digits and clock.hour < 12 and not date.starts_at <= found <= date.ends_at:
        later = dates.from_london(day, clock.hour + 12, clock.minute)
        return later if date.starts_at <= later <= date.ends_at else found
    return found


def said(mark: AttendanceMark, starts_at: datetime) -> str:
    """A mark in words, with who made it and when: “Left early at 11:15am, marked at 11:20am by Tom Ashworth”."""
    words = tag_of(mark.mark).word
    if mark.from_at and mark.until_at:
        words += f", {dates.time(mark.from_at)} to {dates.time(mark.until_at)}"
    elif mark.until_at:
        words += f" at {dates.time(mark.until_at)}"
    same_day = dates.london(mark.marked_at).date() == dates.london(starts_at).date()
    at = f"at {dates.time(mark.marked_at)}" if same_day else dates.day_time(mark.marked_at)
    if mark.how is MarkedHow.CHECK_IN:
        return f"{words}, checked in {at}"
    return f"{words}, marked {at}" + (f" by {mark.marked_by.name}" if mark.marked_by else "")


def finished(date: SessionDate) -> str:
    """What is said when a register is complete: of which date, and of a session of several also whether others are left."""
    session = date.session
    if len(session.dates) == 1:
        return f"The register of {session.course.title} is finished."
    left = [number for number, one in enumerate(session.dates, 1) if one.register_finished_at is None]
    said = f"The register of {session.course.title} for date {session.dates.index(date) + 1} is finished."
    return (
        f"{said} Still to finish: date {listing([str(number) for number in left])}."
        if left
        else f"{said} It was the last."
    )


def saved(new: int, *, added: str, left: Sequence[str], finishing: bool) -> str:
    """What was just done and what is left: “Saved 3 marks. Left to mark: Dev Patel and Ellie Marsden.”"""
    sentences = [f"Saved {plural(new, 'mark')}." if new else "", f"{added} is on the register." if added else ""]
    if finishing:
        sentences.append("The register is not finished.")
    elif not new and not added:
        sentences.append("Nothing has changed.")
    if not left:
        sentences.append("Everybody is marked.")
    elif len(left) <= NAMED:
        sentences.append(f"Left to mark: {listing(left)}.")
    else:
        sentences.append(f"{plural(len(left), 'person is', 'people are')} left to mark.")
    return " ".join(filter(None, sentences))
